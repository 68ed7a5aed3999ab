"""The circuit of a call, drawn on the pages where people ask how a dossier moves on."""

from collections.abc import Collection

import pytest
from lxml import html

from tests.definitions.broken import HLM
from tests.factories import IN_STATE
from tests.web.world import kept, world

__all__ = ["world"]


def drawings(page) -> list[html.HtmlElement]:
    tree = html.fromstring(page.get_data(as_text=True))
    assert "circuit.css" in page.get_data(as_text=True)
    return tree.xpath("//div[@role='region'][@tabindex='0']/*[local-name()='svg']")


def marked(drawing) -> Collection[str]:
    """Where the dossier is said to be."""
    places = drawing.xpath(".//*[@class='place']")
    return {each.get("data-place") for each in places if "est ici" in each.text_content()}


@pytest.mark.parametrize(
    ("person", "address", "place"),
    [
        ("editor", "/dossiers/{}", "department_given"),
        ("editor", "/dossiers/{}/historique", "department_given"),
        ("ddcs17_head", "/instruction/{}", "region_given"),
        ("call_manager", "/instruction/{}", "region_given"),
    ],
)
def test_a_dossier_s_pages_show_its_place_in_the_circuit(
    client, sign_in, world, person, address, place
):
    dossier = kept(world, IN_STATE["region_given"](world))
    sign_in(client, getattr(world, person))

    page = client.get(address.format(dossier.reference))

    (drawing,) = drawings(page)
    assert marked(drawing) == {place}
    told = html.fromstring(page.get_data(as_text=True)).xpath("//*[@class='circuit-text']")
    assert "(le dossier est ici)" in told[0].text_content()


def test_the_public_reads_the_circuit_without_what_is_kept_from_applicants(client, world):
    page = client.get("/appels/hlm-accompagnes")

    (drawing,) = drawings(page)
    assert marked(drawing) == set()
    assert "Déposer le dossier" in drawing.text_content()
    assert "Enregistrer la décision" not in drawing.text_content()


def test_a_manager_sees_the_circuit_of_the_call(client, sign_in, world):
    sign_in(client, world.call_manager)

    (drawing,) = drawings(client.get("/gestion/appels/hlm-accompagnes"))

    assert "Enregistrer la décision" in drawing.text_content()


def test_the_two_pictures_of_a_preview_keep_their_names_apart(client, sign_in, world):
    sign_in(client, world.call_manager)
    page = client.post("/gestion/appels/deposer", data={"text": HLM, "action": "check"})

    public, whole = drawings(page)

    names = [each.get("id") for each in (*public.xpath(".//*[@id]"), *whole.xpath(".//*[@id]"))]
    assert len(set(names)) == len(names) == 4
    assert "Enregistrer la décision" in whole.text_content()
