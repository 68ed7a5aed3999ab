"""A draft is deleted by those who write it, once they confirmed."""

import pytest

from tests.factories import SEMIS, a_draft, a_submitted
from tests.web.test_applicant import as_person, dossiers_of
from tests.web.world import kept, read, world

__all__ = ["as_person", "world"]


def page_of(dossier) -> str:
    return f"/dossiers/{dossier.reference}/supprimer"


def test_the_dossier_leads_to_a_page_that_says_what_will_be_lost(as_person, world):
    dossier = kept(world, a_draft(world, {"project_name": SEMIS["project_name"]}))
    client = as_person("editor")

    assert "Supprimer ce brouillon" in read(client.get(f"/dossiers/{dossier.reference}"))
    page = read(client.get(page_of(dossier)))

    assert "sera effacé, avec 1 réponse enregistrée, pour vous et pour vos collègues." in page
    assert len(dossiers_of(world)) == 1


@pytest.mark.parametrize("person", ["editor", "signatory"])
def test_once_confirmed_the_draft_is_gone_for_everybody(as_person, world, person):
    dossier = kept(world, a_draft(world, SEMIS))
    reference = dossier.reference
    client = as_person(person)

    answer = client.post(page_of(dossier))

    assert (answer.status_code, answer.location) == (303, "/mes-dossiers")
    assert f"Le brouillon {reference} est supprimé." in read(client.get("/mes-dossiers"))
    assert client.get(f"/dossiers/{reference}").status_code == 404
    assert dossiers_of(world) == []


def test_a_dossier_that_a_colleague_deposited_meanwhile_is_not_deleted(as_person, world):
    dossier = kept(world, a_submitted(world))
    client = as_person("editor")

    assert "Supprimer" not in read(client.get(f"/dossiers/{dossier.reference}"))
    answer = client.post(page_of(dossier))

    assert answer.status_code == 409
    assert "Seul un brouillon jamais déposé peut être supprimé" in read(answer)
    assert len(dossiers_of(world)) == 1


def test_my_dossiers_lead_to_a_new_one_in_each_open_call(as_person, world):
    kept(world, a_draft(world))
    page = as_person("editor").get("/mes-dossiers")

    assert f"Préparer un dossier : {world.call.title}" in read(page)
    assert 'href="/appels/hlm-accompagnes/preparer"' in page.get_data(as_text=True)
