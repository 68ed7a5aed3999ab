"""What the script of the opinion form is told when it saves."""

import pytest

from tests.factories import IN_STATE, a_department_given, a_submitted, opine
from tests.web.world import fresh, kept, read, world

__all__ = ["world"]

JSON = {"Accept": "application/json"}


@pytest.fixture
def dossier(world):
    return kept(world, a_submitted(world))


@pytest.fixture
def officer(client, sign_in, world):
    sign_in(client, world.ddcs17_officer)
    return client


@pytest.fixture
def saves(officer, world):
    def save(dossier, /, **inputs):
        return officer.post(
            f"/instruction/{dossier.reference}/avis/department",
            data={"revision": 0, "_author": world.ddcs17_officer.id} | inputs,
            headers=JSON,
        )

    return save


def test_a_saved_draft_tells_its_revision_when_and_who(saves, world, dossier):
    answer = saves(dossier, opinion="Utile.")

    assert (answer.status_code, answer.json) == (
        200,
        {
            "revision": 1,
            "saved_at": "2026-11-16T11:00:00+00:00",
            "by": "Ddcs17 Officer",
            "saved": "Enregistré le 16 novembre 2026 à 12\u00a0h\u00a000 par Ddcs17 Officer",
            "figures": [],
        },
    )
    assert fresh(world, dossier).opinions[0].answers == {"opinion": "Utile."}


def test_an_unchanged_text_remains_its_writer_s(saves, world, dossier):
    opine(world, dossier, "department", {"opinion": "Du chef"}, world.ddcs17_head)
    kept(world, dossier)

    told = saves(dossier, opinion="Du chef", revision=1).json

    assert (told["revision"], told["by"]) == (1, "Ddcs17 Head")


def test_a_colleague_s_text_in_between_is_told_beside_mine(saves, world, dossier):
    opine(world, dossier, "department", {"opinion": "Du chef"}, world.ddcs17_head)
    kept(world, dossier)

    answer = saves(dossier, opinion="Le mien")

    assert (answer.status_code, answer.json) == (
        409,
        {
            "conflict": {
                "revision": 1,
                "by": "Ddcs17 Head",
                "at": "le 16 novembre 2026 à 12\u00a0h\u00a000",
                "fields": [
                    {
                        "key": "opinion",
                        "mine": "Le mien",
                        "theirs": "Du chef",
                        "inputs": {"opinion": "Du chef"},
                    }
                ],
            }
        },
    )
    assert fresh(world, dossier).opinions[0].answers == {"opinion": "Du chef"}


def test_an_empty_form_begins_no_draft(saves, officer, world, dossier):
    answer = saves(dossier)
    assert (answer.status_code, answer.json["revision"], answer.json["saved"]) == (200, 0, "")

    address = f"/instruction/{dossier.reference}/avis/department"
    page = officer.post(address, data={"revision": 0}, follow_redirects=True)
    assert "Rien à enregistrer : le projet d’avis est encore vide." in read(page)
    assert "Pas encore enregistré" not in read(page)
    assert fresh(world, dossier).opinions == []


def test_an_ended_session_is_told_with_where_to_sign_in(app, dossier):
    answer = app.test_client().post(
        f"/instruction/{dossier.reference}/avis/department",
        data={"revision": 0, "opinion": "Perdu ?"},
        headers=JSON,
    )
    assert (answer.status_code, answer.json["sign_in"]) == (401, "/connexion")


def test_a_page_that_another_person_opened_saves_nothing(saves, world, dossier):
    answer = saves(dossier, opinion="Sous un autre nom", _author=world.ddcs17_head.id)

    assert answer.status_code == 400
    assert fresh(world, dossier).opinions == []


def test_a_draft_written_too_late_is_told_why(saves, world):
    dossier = kept(world, a_department_given(world))

    answer = saves(dossier, opinion="Trop tard", revision=1)

    assert (answer.status_code, answer.json["reasons"]) == (
        409,
        ["Le dossier n’est plus modifiable à cette étape."],
    )


def test_the_script_asks_who_is_signed_in_and_for_a_fresh_token(officer, world, dossier):
    told = officer.get(f"/instruction/{dossier.reference}", headers=JSON).json

    assert (told["author"], bool(told["csrf_token"])) == (world.ddcs17_officer.id, True)


def test_a_text_of_mine_not_stored_is_not_said_to_be_a_colleague_s(officer, world, dossier):
    opine(world, dossier, "department", {"opinion": "Du chef"}, world.ddcs17_head)
    kept(world, dossier)

    page = officer.post(
        f"/instruction/{dossier.reference}/avis/department",
        data={"revision": 0, "opinion": "Le mien"},
    )

    assert "Votre texte n’est pas encore enregistré" in read(page)
    assert "Enregistré le" not in read(page)


def test_a_returned_opinion_remains_its_writer_s_until_somebody_changes_it(saves, world):
    dossier = kept(world, IN_STATE["returned"](world))

    conflict = saves(dossier, opinion="D’une page ouverte avant", revision=1).json["conflict"]

    assert conflict["by"] == "Ddcs17 Officer"
