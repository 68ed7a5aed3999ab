"""Filling a section: nothing typed is ever lost, whatever comes in the way."""

from datetime import timedelta

import pytest

from grants.calls.operations import import_call
from grants.dossiers.operations import Change, answer_token, current_answers, save_answers
from grants.forms import Count, Unreadable
from tests.factories import HLM_FILE, IN_STATE, NOW, SEMIS, a_draft, a_submitted, act, definition
from tests.web.posting import inputs_of, typed
from tests.web.world import fresh, kept, read, world

__all__ = ["world"]


@pytest.fixture
def as_person(client, sign_in, world):
    def enter(name):
        sign_in(client, getattr(world, name))
        return client

    return enter


def section(dossier, key="finance"):
    return f"/dossiers/{dossier.reference}/rubriques/{key}"


def answers(world, dossier):
    dossier = fresh(world, dossier)
    return current_answers(dossier, definition(dossier))


def sign_out(client):
    """The session ends, the page stays open."""
    with client.session_transaction() as session:
        session.clear()


def meanwhile(world, dossier, key, value):
    """The signatory changes one answer, from the page as it stands."""
    world.session.rollback()
    world.session.expire_all()
    row = next(each for each in dossier.answers if each.field_key == key)
    change = Change(key, value, answer_token(row.revision, row.value))
    save_answers(world.session, dossier, [change], actor=world.signatory, now=world.now)
    world.session.commit()


def test_a_section_shown_then_posted_as_it_is_changes_nothing(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    for key in definition(dossier).form.sections:
        page = client.get(section(dossier, key))
        assert client.post(section(dossier, key), data=inputs_of(page)).status_code == 303
    assert answers(world, dossier) == SEMIS
    assert {each.revision for each in fresh(world, dossier).answers} == {1}


def test_save_and_continue_saves_all_and_opens_the_next_section(as_person, world):
    dossier = kept(world, a_draft(world))
    client = as_person("editor")
    page = client.get(section(dossier, "public"))
    posted = typed(page, households="30", households__approximate="yes", dalo="yes")
    answer = client.post(section(dossier, "public"), data=posted)
    assert answer.location == section(dossier, "housing")
    assert answers(world, dossier) == {"households": Count(30, approximate=True), "dalo": True}


def test_the_last_section_leads_to_the_checking_page(as_person, world):
    dossier = kept(world, a_draft(world))
    client = as_person("editor")
    posted = typed(client.get(section(dossier, "duration")), commitment="3 ans")
    answer = client.post(section(dossier, "duration"), data=posted)
    assert answer.location == f"/dossiers/{dossier.reference}/verifier"


def test_an_amount_that_cannot_be_read_is_kept_and_marked(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    posted = typed(client.get(section(dossier)), total_cost="dans les 47 mille")
    answer = client.post(section(dossier), data=posted, follow_redirects=True)
    assert answers(world, dossier) == SEMIS | {"total_cost": Unreadable("dans les 47 mille")}
    page = answer.get_data(as_text=True)
    assert "Tout est enregistré, avec 1 réponse à corriger avant le dépôt" in read(answer)
    assert 'value="dans les 47 mille"' in page
    assert 'href="#total_cost"' in page
    assert "par exemple « 47 000 € »" in read(answer)


def test_what_cannot_be_read_in_a_row_is_kept_in_its_cell(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    posted = typed(client.get(section(dossier)), cofinancing__1__amount="sept mille")
    answer = client.post(section(dossier), data=posted, follow_redirects=True)
    rows = answers(world, dossier)["cofinancing"]
    assert rows[1]["amount"] == Unreadable("sept mille")
    assert 'id="cofinancing-1-amount-error"' in answer.get_data(as_text=True)


def test_a_section_already_known_to_be_wrong_does_not_hold_the_writer_back(as_person, world):
    dossier = kept(world, a_draft(world, {"total_cost": Unreadable("beaucoup")}))
    client = as_person("editor")
    answer = client.post(section(dossier), data=inputs_of(client.get(section(dossier))))
    assert answer.location == section(dossier, "duration")


@pytest.mark.parametrize(
    "text", ["47 000 €", "47000,00", "47\u00a0000", "47\u202f000,00 €", "47.000", "47 000 euros"]
)
def test_an_amount_is_read_in_the_spellings_people_use(as_person, world, text):
    dossier = kept(world, a_draft(world))
    client = as_person("editor")
    client.post(section(dossier), data=typed(client.get(section(dossier)), total_cost=text))
    assert answers(world, dossier) == {"total_cost": 4_700_000}


def test_a_row_is_added_and_taken_away_by_plain_buttons(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    added = client.post(
        section(dossier),
        data=typed(client.get(section(dossier)), total_cost="48 000", _add_row="cofinancing"),
        follow_redirects=True,
    )
    assert 'name="cofinancing-3-amount"' in added.get_data(as_text=True)
    posted = typed(added, cofinancing__3__financer="Ville", _remove_row="cofinancing-0")
    client.post(section(dossier), data=posted)
    found = answers(world, dossier)
    assert [each["financer"] for each in found["cofinancing"]] == [
        "État, AVDL",
        "Appel à projets",
        "Ville",
    ]
    assert found["total_cost"] == 4_800_000


def test_adding_twice_shows_two_empty_rows(as_person, world):
    dossier = kept(world, a_draft(world))
    client = as_person("editor")
    page = client.get(section(dossier))
    for _click in range(2):
        page = client.post(
            section(dossier), data=typed(page, _add_row="cofinancing"), follow_redirects=True
        )
    assert 'name="cofinancing-2-amount"' in page.get_data(as_text=True)
    assert answers(world, dossier) == {}


# Two people at once


def test_a_colleague_s_answer_is_never_overwritten_and_both_texts_are_shown(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    page = client.get(section(dossier, "support"))
    meanwhile(world, dossier, "adhesion", "Le texte de la signataire.")
    posted = typed(page, adhesion="Mon texte à moi.", needs_fit="Une autre réponse.")
    answer = client.post(section(dossier, "support"), data=posted)
    assert answer.status_code == 409
    shown = read(answer)
    assert "Cette réponse a aussi été modifiée par Semis Signatory" in shown
    assert "Mon texte à moi." in shown
    assert "Le texte de la signataire." in shown
    found = answers(world, dossier)
    assert found["adhesion"] == "Le texte de la signataire."
    assert found["needs_fit"] == "Une autre réponse."


@pytest.mark.parametrize(
    ("choice", "kept_text"), [("mine", "Mon texte."), ("theirs", "Leur texte.")]
)
def test_the_writer_chooses_which_text_stays(as_person, world, choice, kept_text):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    page = client.get(section(dossier, "support"))
    meanwhile(world, dossier, "adhesion", "Leur texte.")
    conflict = client.post(section(dossier, "support"), data=typed(page, adhesion="Mon texte."))
    posted = typed(conflict, _keep=f"{choice}:adhesion")
    answer = client.post(section(dossier, "support"), data=posted)
    assert (answer.status_code, answers(world, dossier)["adhesion"]) == (303, kept_text)


def test_saving_again_without_choosing_asks_again(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    page = client.get(section(dossier, "support"))
    meanwhile(world, dossier, "adhesion", "Leur texte.")
    conflict = client.post(section(dossier, "support"), data=typed(page, adhesion="Mon texte."))
    again = client.post(section(dossier, "support"), data=inputs_of(conflict))
    assert again.status_code == 409
    assert "Mon texte." in read(again)


def test_an_answer_left_alone_never_conflicts(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    page = client.get(section(dossier, "support"))
    meanwhile(world, dossier, "adhesion", "Leur texte.")
    answer = client.post(section(dossier, "support"), data=typed(page, needs_fit="Le mien."))
    found = answers(world, dossier)
    assert answer.status_code == 303
    assert (found["adhesion"], found["needs_fit"]) == ("Leur texte.", "Le mien.")


# A session that ended, a call that closed, a dossier that moved on


def test_what_was_typed_after_the_session_ended_is_in_the_page_again(client, sign_in, world):
    dossier = kept(world, a_draft(world, SEMIS))
    sign_in(client, world.editor)
    page = client.get(section(dossier, "support"))
    sign_out(client)
    lost = client.post(section(dossier, "support"), data=typed(page, adhesion="Écrit trop tard."))
    assert lost.status_code == 303
    sign_in(client, world.signatory)
    assert "Écrit trop tard." not in read(client.get(section(dossier, "support")))
    sign_in(client, world.editor)
    again = client.get(section(dossier, "support"))
    assert "Votre saisie a été gardée" in read(again)
    assert inputs_of(again)["adhesion"] == "Écrit trop tard."
    assert answers(world, dossier)["adhesion"] == SEMIS["adhesion"]
    client.post(section(dossier, "support"), data=inputs_of(again))
    assert answers(world, dossier)["adhesion"] == "Écrit trop tard."
    assert "Votre saisie a été gardée" not in read(client.get(section(dossier, "support")))


def test_only_what_differs_from_what_is_stored_is_put_back(client, sign_in, world):
    dossier = kept(world, a_draft(world, SEMIS))
    sign_in(client, world.editor)
    page = client.get(section(dossier, "support"))
    sign_out(client)
    client.post(section(dossier, "support"), data=typed(page, adhesion="Écrit trop tard."))
    meanwhile(world, dossier, "needs_fit", "Leur texte.")
    sign_in(client, world.editor)
    again = client.get(section(dossier, "support"))
    assert inputs_of(again)["adhesion"] == "Écrit trop tard."
    assert inputs_of(again)["needs_fit"] == "Leur texte."
    assert again.get_data(as_text=True).count(" data-unsaved") == 1
    assert "Pas encore enregistré" in read(again)


def test_what_was_kept_is_let_go_answer_by_answer_and_never_comes_back(client, sign_in, world):
    dossier = kept(world, a_draft(world, SEMIS))
    sign_in(client, world.editor)
    page = client.get(section(dossier, "support"))
    sign_out(client)
    both = {"adhesion": "Un.", "needs_fit": "Deux."}
    client.post(section(dossier, "support"), data=typed(page, **both))
    sign_in(client, world.editor)
    for key, last in (("adhesion", False), ("needs_fit", True)):
        again = inputs_of(client.get(section(dossier, "support")))
        names = (key, f"{key}-revision")
        saved = {name: again[name] for name in names} | {"_author": world.editor.id}
        address = f"/dossiers/{dossier.reference}/reponses/{key}"
        assert client.post(address, data=saved).status_code == 200
        meanwhile(world, dossier, key, "Plus tard.")
        page = client.get(section(dossier, "support"))
        assert inputs_of(page)[key] == "Plus tard."
        assert ("Votre saisie a été gardée" not in read(page)) is last


def test_what_a_colleague_wrote_while_the_session_was_over_conflicts(client, sign_in, world):
    dossier = kept(world, a_draft(world, SEMIS))
    sign_in(client, world.editor)
    page = client.get(section(dossier, "support"))
    sign_out(client)
    client.post(section(dossier, "support"), data=typed(page, adhesion="Écrit trop tard."))
    meanwhile(world, dossier, "adhesion", "Leur texte.")
    sign_in(client, world.editor)
    again = client.get(section(dossier, "support"))
    assert client.post(section(dossier, "support"), data=inputs_of(again)).status_code == 409


def test_a_draft_is_still_saved_after_the_closing(as_person, world, clock):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    page = client.get(section(dossier, "support"))
    clock.move(NOW + timedelta(days=30))
    assert (
        client.post(
            section(dossier, "support"), data=typed(page, adhesion="Après la clôture.")
        ).status_code
        == 303
    )
    assert answers(world, dossier)["adhesion"] == "Après la clôture."
    assert "son dépôt est refusé" in read(client.get(section(dossier, "support")))


def test_a_deposited_dossier_is_read_and_no_longer_written(as_person, world):
    dossier = kept(world, a_submitted(world))
    client = as_person("editor")
    page = client.get(section(dossier))
    assert "Les réponses ne sont pas modifiables à cette étape." in read(page)
    assert "data-autosave" not in page.get_data(as_text=True)
    answer = client.post(section(dossier), data={"total_cost": "1", "total_cost-revision": ""})
    assert answer.status_code == 409
    assert answers(world, dossier) == SEMIS


def test_what_was_typed_while_a_colleague_deposited_is_given_back(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    page = client.get(section(dossier, "support"))
    act(world, fresh(world, dossier), "submit", world.signatory)
    world.session.commit()
    answer = client.post(
        section(dossier, "support"), data=typed(page, adhesion="Écrit pendant le dépôt.")
    )
    assert answer.status_code == 409
    assert "Ce que vous veniez d’écrire n’a pas pu être enregistré" in read(answer)
    assert "Écrit pendant le dépôt." in read(answer)
    assert SEMIS["needs_fit"] in read(answer)
    assert answers(world, dossier) == SEMIS


def test_a_dossier_to_complete_is_written_again(as_person, world):
    dossier = kept(world, IN_STATE["incomplete"](world))
    client = as_person("editor")
    client.post(
        section(dossier, "support"),
        data=typed(client.get(section(dossier, "support")), adhesion="Complété."),
    )
    assert answers(world, dossier) == SEMIS | {"adhesion": "Complété."}


def test_an_unknown_section_does_not_exist(as_person, world):
    dossier = kept(world, a_draft(world))
    assert as_person("editor").get(section(dossier, "nothing")).status_code == 404


# Checks


def test_a_check_to_be_justified_brings_its_box_and_keeps_what_is_written(as_person, world):
    late = SEMIS | {"rental_management": "standard"}
    dossier = kept(world, a_draft(world, late))
    client = as_person("editor")
    page = client.get(section(dossier, "support"))
    assert "La gestion locative adaptée est l’un des trois piliers" in read(page)
    posted = typed(page, justification_adapted_management="Gestion en cours d’adaptation.")
    client.post(section(dossier, "support"), data=posted)
    assert answers(world, dossier)["justification_adapted_management"] == (
        "Gestion en cours d’adaptation."
    )


def test_the_budget_beside_the_section_follows_the_answers(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS | {"total_cost": 3_800_000}))
    page = read(as_person("editor").get(section(dossier)))
    assert "Total des ressources 47 000 €" in page
    assert "Écart (coût moins ressources) -9 000 €" in page
    assert "Bloquant Les ressources (47 000 €) ne font pas le coût (38 000 €)" in page


# Questions that show or hide


@pytest.fixture
def conditional(world):
    """A draft of a revision where the details of the commitment are asked once it is given."""
    asked = "label: Précisions sur ces engagements"
    source = HLM_FILE.read_text().replace(
        asked, f"{asked}\n          shown_when: filled(commitment)"
    )
    import_call(world.session, source, actor=world.call_manager, now=world.now)
    return kept(world, a_draft(world))


def hidden(response):
    marks = response.get_data(as_text=True)
    return 'data-question="commitment_context" hidden' in marks


def test_a_question_shows_once_its_condition_holds(as_person, world, conditional):
    client = as_person("editor")
    before = client.get(section(conditional, "duration"))
    posted = typed(before, commitment="3 ans", stay="1")
    after = client.post(section(conditional, "duration"), data=posted, follow_redirects=True)
    assert (hidden(before), hidden(after)) == (True, False)


def test_an_answer_that_is_hidden_again_is_kept_for_later(as_person, world, conditional):
    client = as_person("editor")
    page = client.get(section(conditional, "duration"))
    posted = typed(page, commitment="3 ans", commitment_context="Renouvelable.", stay="1")
    page = client.post(section(conditional, "duration"), data=posted, follow_redirects=True)
    page = client.post(
        section(conditional, "duration"),
        data=typed(page, commitment="", stay="1"),
        follow_redirects=True,
    )
    assert hidden(page)
    assert answers(world, conditional) == {"commitment_context": "Renouvelable."}


def test_the_script_is_told_which_questions_show(as_person, world, conditional):
    client = as_person("editor")
    told = client.post(
        f"/dossiers/{conditional.reference}/reponses/commitment",
        data={"commitment": "3 ans", "_author": world.editor.id},
        headers={"Accept": "application/json"},
    ).json
    assert told["visible"]["commitment_context"] is True
