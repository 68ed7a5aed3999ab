"""The split view: reading a dossier, writing the opinion beside it."""

import re
from datetime import timedelta

import pytest

from tests.factories import (
    IN_STATE,
    NOW,
    SEMIS,
    a_decided,
    a_department_given,
    a_draft,
    a_notified,
    a_stand_in,
    a_submitted,
    act,
    opine,
    write,
)
from tests.web.world import fresh, kept, read, statements, world

__all__ = ["world"]


@pytest.fixture
def as_person(client, sign_in, world):
    def signed_in(name: str):
        sign_in(client, getattr(world, name))
        return client

    return signed_in


def page_of(dossier, query: str = "") -> str:
    return f"/instruction/{dossier.reference}{query}"


def completed(world, answers):
    """A dossier deposited twice, with `answers` in its second version."""
    dossier = a_submitted(world)
    due = (world.now + timedelta(days=5)).date()
    act(
        world,
        dossier,
        "request_completion",
        world.ddcs17_head,
        {"pieces": ("Le calendrier",), "due": due},
    )
    write(world, dossier, answers)
    act(world, dossier, "resubmit", world.signatory)
    return kept(world, dossier)


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("ddcs17_officer", 200),
        ("dreal_head", 200),
        ("drjscs_officer", 200),
        ("call_manager", 200),
        ("ddcs16_head", 404),
        ("elsewhere_head", 404),
        ("editor", 404),
        ("stranger", 404),
    ],
)
@pytest.mark.parametrize("page", ["", "/historique"])
def test_a_dossier_is_read_by_its_own_services_and_its_manager(
    as_person, world, person, status, page
):
    dossier = kept(world, a_submitted(world))

    assert as_person(person).get(page_of(dossier) + page).status_code == status


def test_a_draft_exists_for_no_service(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))

    assert as_person("ddcs17_officer").get(page_of(dossier)).status_code == 404
    assert as_person("call_manager").get(page_of(dossier)).status_code == 404


def test_the_answers_stand_in_the_official_order_with_what_is_missing(as_person, world):
    dossier = kept(world, a_submitted(world))

    page = read(as_person("ddcs17_officer").get(page_of(dossier)))

    assert page.index("Localisation du projet") < page.index("Nombre de ménages accompagnés")
    assert "ou des accords collectifs Non renseigné" in page
    assert "Justification du porteur : « Le montant vaut pour la première année. »" in page
    assert "Écart (coût moins ressources) 0 €" in page


def test_what_changed_since_the_version_before_is_marked_with_the_old_text(as_person, world):
    dossier = completed(world, {"schedule": "Calendrier précisé."})
    client = as_person("ddcs17_head")

    page = read(client.get(page_of(dossier)))
    assert "1 réponse a changé depuis la version 1." in page
    assert f"Calendrier précisé. Avant (version 1) : {SEMIS['schedule']}" in page

    first = read(client.get(page_of(dossier, "?version=1")))
    assert "Vous lisez une ancienne version" in first
    assert "Calendrier précisé." not in first
    assert client.get(page_of(dossier, "?version=3")).status_code == 404


def test_a_draft_begun_before_a_newer_version_is_warned(as_person, world):
    dossier = a_submitted(world)
    opine(world, dossier, "department", {"opinion": "Sur la première."}, world.ddcs17_officer)
    due = (NOW + timedelta(days=5)).date()
    act(
        world,
        dossier,
        "request_completion",
        world.ddcs17_head,
        {"pieces": ("Le calendrier",), "due": due},
    )
    world.now = NOW + timedelta(days=2)
    act(world, dossier, "resubmit", world.signatory)
    kept(world, dossier)

    page = read(as_person("ddcs17_officer").get(page_of(dossier)))

    assert "La version 2 a été déposée le 18 novembre 2026 à 12 h 00, après le dernier" in page


def test_the_draft_is_saved_without_any_script_and_comes_back(as_person, world):
    dossier = kept(world, a_submitted(world))
    client = as_person("ddcs17_officer")

    answer = client.post(
        page_of(dossier, "/avis/department"), data={"revision": 0, "opinion": "Utile ici."}
    )

    assert (answer.status_code, answer.location) == (303, f"{page_of(dossier)}#pane-form")
    assert "Utile ici.</textarea>" in client.get(page_of(dossier)).get_data(as_text=True)
    assert fresh(world, dossier).state == "submitted"


def test_going_on_to_give_the_opinion_saves_the_draft_first(as_person, world):
    dossier = kept(world, a_submitted(world))

    answer = as_person("ddcs17_head").post(
        page_of(dossier, "/avis/department"),
        data={"revision": 0, "opinion": "Utile.", "_then": "give_department_opinion"},
    )

    assert answer.location == f"/dossiers/{dossier.reference}/actes/give_department_opinion"
    assert fresh(world, dossier).opinions[0].answers == {"opinion": "Utile."}


def test_two_writers_of_one_draft_see_both_texts_and_choose(as_person, world):
    dossier = a_submitted(world)
    opine(world, dossier, "department", {"opinion": "Le texte du chef"}, world.ddcs17_head)
    kept(world, dossier)
    client = as_person("ddcs17_officer")
    address = page_of(dossier, "/avis/department")

    conflict = client.post(address, data={"revision": 0, "opinion": "Le mien"})
    assert conflict.status_code == 409
    assert "Le mien</textarea>" in conflict.get_data(as_text=True)
    assert "Prendre le texte enregistré : Le texte du chef" in read(conflict)
    assert fresh(world, dossier).opinions[0].answers == {"opinion": "Le texte du chef"}

    choice = {"opinion": "Le mien", "_keep-opinion": "theirs", "conditions": "Et ceci"}
    client.post(address, data={"revision": 1, **choice})
    assert fresh(world, dossier).opinions[0].answers == {
        "opinion": "Le texte du chef",
        "conditions": "Et ceci",
    }


@pytest.mark.parametrize(
    ("person", "status"),
    [("dreal_officer", 403), ("call_manager", 403), ("ddcs16_head", 404), ("editor", 404)],
)
def test_an_opinion_is_drafted_by_its_own_service_alone(as_person, world, person, status):
    dossier = kept(world, a_submitted(world))

    answer = as_person(person).post(
        page_of(dossier, "/avis/department"), data={"revision": 0, "opinion": "Moi aussi"}
    )

    assert answer.status_code == status
    assert fresh(world, dossier).opinions == []


def test_a_draft_sent_too_late_is_given_back_to_its_writer(as_person, world):
    dossier = kept(world, a_department_given(world))

    answer = as_person("ddcs17_officer").post(
        page_of(dossier, "/avis/department"), data={"revision": 1, "opinion": "Trop tard, hélas"}
    )

    assert answer.status_code == 409
    assert "Trop tard, hélas" in read(answer)


def test_a_draft_opinion_is_read_by_those_who_write_it_alone(as_person, world):
    dossier = a_submitted(world)
    opine(world, dossier, "department", {"opinion": "Pas encore mûr"}, world.ddcs17_officer)
    kept(world, dossier)

    assert "Pas encore mûr" in read(as_person("ddcs17_head").get(page_of(dossier)))
    for person in ("dreal_head", "call_manager"):
        page = read(as_person(person).get(page_of(dossier)))
        assert "Pas encore mûr" not in page
        assert "Avis du service départemental : projet, en cours de rédaction" in page


def test_a_given_opinion_tells_when_by_whom_as_what_and_on_which_version(as_person, world):
    dossier = kept(world, a_department_given(world))

    page = read(as_person("dreal_officer").get(page_of(dossier)))

    assert (
        "Rendu le 16 novembre 2026 à 12 h 00 par Ddcs17 Head, Responsable du service "
        "départemental, sur la version 1." in page
    )
    assert "Projet utile au territoire." in page


def test_an_opinion_given_by_a_stand_in_says_so(as_person, world):
    service = world.ddcs17_officer.service_memberships[0].service
    a_stand_in(
        world.session,
        service,
        world.ddcs17_officer,
        world.ddcs17_head,
        NOW.date(),
        NOW.date(),
    )
    world.ddcs17_head = world.ddcs17_officer
    world.session.expire_all()
    dossier = kept(world, a_department_given(world))

    page = read(as_person("dreal_officer").get(page_of(dossier)))

    assert "Responsable du service départemental, par suppléance, sur la version 1." in page


def test_the_manager_reads_and_finds_no_act(as_person, world):
    dossier = kept(world, a_submitted(world))

    response = as_person("call_manager").get(page_of(dossier))

    assert "gestionnaire de l’appel, en lecture seule" in read(response)
    assert 'href="/gestion/appels/hlm-accompagnes/dossiers"' in response.get_data(as_text=True)
    assert "/actes/" not in response.get_data(as_text=True)
    assert "/avis/" not in response.get_data(as_text=True)


def test_a_contributor_is_told_who_gives_the_opinion(as_person, world):
    dossier = kept(world, a_department_given(world))

    response = as_person("drjscs_officer").get(page_of(dossier))

    assert "il est rendu par : Responsable de la DREAL." in read(response)
    assert 'value="give_region_opinion"' not in response.get_data(as_text=True)


def test_a_decision_is_read_by_services_before_it_is_notified(as_person, world):
    dossier = kept(world, a_decided(world))

    page = read(as_person("ddcs17_officer").get(page_of(dossier)))

    assert "Pas encore notifiée : le porteur ne la voit pas." in page
    assert "Montant attribué 20 000 €" in page


def test_the_timeline_tells_every_act_its_note_its_role_and_its_version(as_person, world):
    dossier = kept(world, IN_STATE["returned"](world))

    page = read(as_person("ddcs17_officer").get(page_of(dossier, "/historique")))

    assert "Dossier renvoyé au département , Dreal54 Head, Responsable de la DREAL" in page
    assert "Préciser les conditions." in page
    assert "Avis du service départemental, 1er tour" in page


def test_a_returned_dossier_says_at_once_what_the_region_wants(as_person, world):
    dossier = kept(world, IN_STATE["returned"](world))
    page = read(as_person("ddcs17_officer").get(f"/instruction/{dossier.reference}"))
    assert "Dossier renvoyé au département Préciser les conditions." in page
    assert "Repris de l’avis rendu, pas encore modifié" in page


def test_the_split_view_takes_as_many_statements_with_many_versions(app, as_person, world):
    plain = kept(world, a_notified(world))
    rich = completed(world, {"schedule": "Calendrier précisé."})
    client = as_person("dreal_head")
    client.get(page_of(plain))

    assert statements(app, client, page_of(rich)) <= statements(app, client, page_of(plain))


def test_an_opinion_typed_in_an_expired_session_waits_for_its_writer_alone(app, sign_in, world):
    dossier = kept(world, a_submitted(world))
    writer, expired, colleague = app.test_client(), app.test_client(), app.test_client()
    sign_in(writer, world.ddcs17_officer)
    sign_in(colleague, world.ddcs17_head)
    shown = writer.get(page_of(dossier)).get_data(as_text=True)
    token = re.search(r'name="author_token" value="([^"]+)"', shown)[1]

    answer = expired.post(
        page_of(dossier, "/avis/department"),
        data={"author_token": token, "revision": 0, "opinion": "Écrit avant la pause"},
    )

    assert answer.status_code == 303
    assert "Écrit avant la pause</textarea>" in writer.get(page_of(dossier)).get_data(as_text=True)
    assert "Écrit avant la pause" not in colleague.get(page_of(dossier)).get_data(as_text=True)
