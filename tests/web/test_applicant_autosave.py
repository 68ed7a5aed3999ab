"""One answer saved as it is typed: what the page's script sends, and what it is told."""

import pytest

from grants.dossiers.operations import answer_token
from grants.forms import Unreadable
from tests.factories import SEMIS, a_draft, a_submitted
from tests.web.test_applicant_answers import answers, meanwhile
from tests.web.world import kept, read, world

__all__ = ["world"]

JSON = {"Accept": "application/json"}
UNANSWERED = answer_token(0, None)


@pytest.fixture
def save(client, sign_in, world):
    """Post one answer as its script does; the editor's unless said otherwise."""
    sign_in(client, world.editor)

    def post(dossier, key, token=UNANSWERED, author=None, **inputs):
        named = {name.replace("__", "-"): text for name, text in inputs.items()} or {}
        return client.post(
            f"/dossiers/{dossier.reference}/reponses/{key}",
            data=named | {f"{key}-revision": token, "_author": author or world.editor.id},
            headers=JSON,
        )

    return post


def test_a_saved_answer_gives_its_token_hour_reading_and_figures(save, world):
    dossier = kept(world, a_draft(world, SEMIS))
    token = answer_token(1, 4_700_000)
    answer = save(dossier, "total_cost", token, total_cost="38000,00")
    assert answer.status_code == 200
    told = answer.json
    assert told["token"] == answer_token(2, 3_800_000)
    assert told["saved"] == "Enregistré à 12\u00a0h\u00a000 : 38\u202f000\u00a0€"
    assert told["messages"] == []
    assert {each["key"]: (each["text"], each["tone"]) for each in told["figures"]}["gap"] == (
        "-9\u202f000\u00a0€",
        "danger",
    )
    assert told["missing"] == 1
    assert "Bloquant" in told["findings"]
    assert answers(world, dossier)["total_cost"] == 3_800_000


def test_the_token_of_one_save_opens_the_next(save, world):
    dossier = kept(world, a_draft(world))
    first = save(dossier, "project_name", project_name="Toits")
    second = save(dossier, "project_name", first.json["token"], project_name="Toits durables")
    assert second.status_code == 200
    assert answers(world, dossier) == {"project_name": "Toits durables"}


def test_what_cannot_be_read_is_saved_and_told(save, world):
    dossier = kept(world, a_draft(world))
    told = save(dossier, "total_cost", total_cost="environ 47").json
    assert told["saved"] == "Enregistré à 12\u00a0h\u00a000"
    assert len(told["messages"]) == 1
    assert answers(world, dossier) == {"total_cost": Unreadable("environ 47")}


def test_a_conflict_gives_both_texts_and_writes_nothing(save, world):
    dossier = kept(world, a_draft(world, SEMIS))
    meanwhile(world, dossier, "adhesion", "Leur texte.")
    token = answer_token(1, SEMIS["adhesion"])
    answer = save(dossier, "adhesion", token, adhesion="Mon texte.")
    assert answer.status_code == 409
    assert answer.json["conflict"] == {
        "mine": "Mon texte.",
        "theirs": "Leur texte.",
        "inputs": {"adhesion": "Leur texte."},
        "token": answer_token(2, "Leur texte."),
        "by": "Semis Signatory",
        "at": "à 12\u00a0h\u00a000",
    }
    assert answers(world, dossier)["adhesion"] == "Leur texte."


def test_a_page_that_shows_an_older_text_keeps_its_older_token(save, world):
    dossier = kept(world, a_draft(world, SEMIS))
    meanwhile(world, dossier, "adhesion", "Leur texte.")
    token = answer_token(1, SEMIS["adhesion"])
    untouched = save(dossier, "adhesion", token, adhesion=SEMIS["adhesion"])
    assert (untouched.status_code, untouched.json["token"]) == (200, token)
    assert save(dossier, "adhesion", token, adhesion="Mon texte.").status_code == 409


def test_a_session_that_ended_is_told_as_such(client, world):
    dossier = kept(world, a_draft(world))
    answer = client.post(
        f"/dossiers/{dossier.reference}/reponses/adhesion", data={"adhesion": "x"}, headers=JSON
    )
    assert answer.status_code == 401
    assert answers(world, dossier) == {}


def test_a_page_opened_by_somebody_else_saves_nothing(save, world):
    dossier = kept(world, a_draft(world))
    answer = save(dossier, "adhesion", author=world.signatory.id, adhesion="x")
    assert answer.status_code == 400
    assert answers(world, dossier) == {}


def test_after_signing_in_again_the_page_learns_who_it_is_and_a_fresh_token(save, client, world):
    dossier = kept(world, a_draft(world))
    told = client.get(f"/dossiers/{dossier.reference}/reponses", headers=JSON).json
    assert told["author"] == world.editor.id
    assert told["writable"] is True
    assert told["csrf_token"]


def test_a_foreign_dossier_or_an_unknown_question_does_not_exist(save, client, sign_in, world):
    dossier = kept(world, a_draft(world))
    assert save(dossier, "nothing", nothing="x").status_code == 404
    sign_in(client, world.stranger)
    assert save(dossier, "adhesion", author=world.stranger.id, adhesion="x").status_code == 404


def test_a_deposited_dossier_says_that_it_is_no_longer_written(save, world):
    dossier = kept(world, a_submitted(world))
    answer = save(dossier, "adhesion", answer_token(1, SEMIS["adhesion"]), adhesion="x")
    assert answer.status_code == 409
    assert answer.json["reasons"] == ["Le dossier n’est plus modifiable à cette étape."]


def test_communes_are_suggested_while_typing(save, client):
    assert client.get("/communes?q=saintes").json[0] == "Saintes (17)"


def test_a_justification_is_saved_like_any_answer(save, world):
    dossier = kept(world, a_draft(world, SEMIS | {"rental_management": "standard"}))
    key = "justification_adapted_management"
    told = save(dossier, key, **{key: "En cours."}).json
    assert told["visible"][key] is True
    assert told["messages_to_justify"][key].startswith("La gestion locative adaptée")
    assert answers(world, dossier)[key] == "En cours."


def test_the_page_names_what_its_script_needs(save, client, world):
    dossier = kept(world, a_draft(world))
    page = client.get(f"/dossiers/{dossier.reference}/rubriques/finance")
    text = page.get_data(as_text=True)
    assert f'data-autosave="/dossiers/{dossier.reference}/reponses"' in text
    assert f'data-author="{world.editor.id}"' in text
    assert 'src="/static/js/autosave.js"' in text
    assert "il reste" in read(page)
