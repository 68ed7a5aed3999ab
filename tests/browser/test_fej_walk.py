"""The fund of 2009 in the browser: a pair, two juries at once, an agreement of three."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from grants.forms import Count
from tests.answers import answers_for, call_of
from tests.browser.walking import Walk, a_walk, follows_the_mail, is_sound
from tests.word import lines

__all__ = ["a_walk"]

SLUG = "fej-2009"
CALL = call_of(SLUG)
ANSWERS = answers_for(SLUG)
#: Fewer rows than the sample: each is added by a press.
ANSWERS |= {key: ANSWERS[key][:1] for key in ("sites", "partners", "measures")}
CERTIFIED = "Je certifie que les réponses sont exactes"

BEFORE = datetime(2009, 4, 30, 9, 0, tzinfo=UTC)
WRITING = datetime(2009, 6, 1, 10, 0, tzinfo=UTC)
DEPOSIT = datetime(2009, 6, 30, 14, 0, tzinfo=UTC)
JURIES = datetime(2009, 7, 15, 10, 0, tzinfo=UTC)
COUNCIL = datetime(2009, 9, 10, 10, 0, tzinfo=UTC)
AGREEMENT = datetime(2009, 10, 1, 10, 0, tzinfo=UTC)

#: Each juror's grid, what is given to every criterion, and the weighted total.
SHEETS = {
    "field_juror": ("project", 4, "36 sur 45"),
    "science_juror": ("protocol", 3, "21 sur 35"),
    "field-juror-2": ("project", 5, "45 sur 45"),
    "science-juror-2": ("protocol", 4, "28 sur 35"),
}


@pytest.fixture
def walk(a_walk):
    return a_walk(SLUG, BEFORE)


def test_a_pair_from_the_opening_of_the_call_to_the_agreement_that_three_sign(walk):
    walk.goes(
        (BEFORE, Walk.opens_the_call),
        (WRITING, the_holder_begins_and_invites_an_evaluator),
        (WRITING, the_evaluator_joins),
        (WRITING, each_writes_its_own_part),
        (DEPOSIT, the_evaluator_signs_again_what_the_holder_changed),
        (DEPOSIT, the_holder_signs_and_deposits),
        (JURIES, the_mission_sends_it_to_both_juries),
        (JURIES, two_juries_score_at_the_same_time_without_reading_each_other),
        (COUNCIL, the_council_decides),
        (COUNCIL, the_mission_notifies),
        (AGREEMENT, three_sign_the_agreement_in_turn),
        (AGREEMENT, both_organisations_read_the_decision_and_its_document),
    )


def the_holder_begins_and_invites_an_evaluator(walk):
    editor = walk["editor"]
    editor.opens(f"/appels/{SLUG}/preparer")
    editor.presses("Créer mon dossier")
    walk.reference = editor.path.removeprefix("/dossiers/")
    editor.follows("Inviter", within="#organismes + dl")
    editor.fills(email="evaluator-signatory@example.org")
    editor.presses("Envoyer l’invitation")
    assert "Invitation envoyée à evaluator-signatory@example.org" in editor.reads()


def the_evaluator_joins(walk):
    signatory = walk["evaluator_signatory"]
    follows_the_mail(signatory, "evaluator-signatory@example.org", "/participations/")
    is_sound(signatory)
    signatory.presses("Rejoindre le dossier")
    assert signatory.path == walk.hub
    assert "Évaluateur a rejoint le dossier" in signatory.reads()


def each_writes_its_own_part(walk):
    for role, party, others in (
        ("editor", None, "protocol"),
        ("evaluator_editor", "evaluator", "project"),
    ):
        writer = walk[role]
        writer.opens(f"{walk.hub}/rubriques/{others}")
        assert "un autre organisme du dossier l’écrit" in writer.reads()
        own = [each for each in CALL.form.sections.values() if each.party == party]
        writer.opens(f"{walk.hub}/rubriques/{own[0].key}")
        for section in own:
            assert writer.path == f"{walk.hub}/rubriques/{section.key}"
            writes(writer, section)


def writes(writer, section):
    for key, field in section.fields.items():
        if key in ANSWERS:
            writer.answers(field, ANSWERS[key])
    writer.presses("Enregistrer et")


def the_evaluator_signs_again_what_the_holder_changed(walk):
    evaluator, editor, signatory = (
        walk[role] for role in ("evaluator_signatory", "editor", "signatory")
    )
    evaluator.opens(walk.hub)
    signs(evaluator)
    editor.opens(f"{walk.hub}/rubriques/public")
    editor.answers(CALL.form.fields["young_people"], Count(95))
    editor.presses("Enregistrer et")
    signatory.opens(f"{walk.hub}/verifier")
    assert signatory.reads_list(".errors li") == [
        "Évaluateur : une réponse a changé depuis sa signature, à refaire."
    ]
    evaluator.opens(walk.hub)
    assert "Signature à refaire" in evaluator.reads("#organismes + dl")
    is_sound(evaluator)
    signs(evaluator)


def signs(evaluator):
    evaluator.follows("Relire et signer")
    evaluator.page.get_by_label(CERTIFIED).check()
    evaluator.presses("Signer pour l’évaluateur")
    assert "Signé par l’évaluateur." in evaluator.reads()


def the_holder_signs_and_deposits(walk):
    signatory = walk["signatory"]
    signatory.opens(f"{walk.hub}/verifier")
    signatory.page.get_by_label(CERTIFIED).check()
    signatory.presses("Déposer la candidature")
    assert signatory.path == f"{walk.hub}/accuse-de-reception"
    assert "Association de démonstration et Évaluateur" in signatory.reads()


def the_mission_sends_it_to_both_juries(walk):
    officer = walk["mission_officer"]
    officer.opens("/instruction")
    officer.follows("Logements solidaires")
    officer.follows("Transmettre aux jurys")
    officer.presses("Transmettre aux jurys")
    assert "Candidature éligible, transmise aux deux jurys." in officer.reads()


def two_juries_score_at_the_same_time_without_reading_each_other(walk):
    for role, (grid, score, total) in SHEETS.items():
        juror = walk[role]
        juror.opens(walk.review)
        juror.fills(**dict.fromkeys(CALL.grids[grid].criteria, str(score)))
        expect(juror.page.locator(".sheet-total")).to_contain_text(total)
        juror.presses("Relire et remettre la grille…")
        juror.presses("Remettre ma grille")
        assert "remise." in juror.reads()
        # Those of the other jury are not read.
        assert juror.reads_list("table.scores caption") == [CALL.grids[grid].label]
    assert "Noté, décision du Conseil de gestion à prendre" in juror.reads(".work-head")
    is_sound(juror)


def the_council_decides(walk):
    chair = walk["council_chair"]
    chair.opens(walk.review)
    assert chair.reads_list("table.scores tfoot td") == [
        *("36", "45", "40,5", "9"),
        *("21", "28", "24,5", "7"),
    ]
    chair.follows("Enregistrer la décision")
    form = CALL.decision.form
    retained = {
        "outcome": "selected",
        "amount": 18_000_000,
        "to_project": 13_500_000,
        "to_evaluation": 4_500_000,
    }
    for key, value in retained.items():
        chair.answers(form.fields[key], value)
    is_sound(chair)
    chair.presses("Enregistrer la décision")
    assert "Décision du Conseil de gestion enregistrée." in chair.reads()


def the_mission_notifies(walk):
    head = walk["mission_head"]
    head.opens(walk.review)
    head.follows("Notifier que le projet est retenu")
    head.presses("Notifier que le projet est retenu")
    assert "Décision notifiée, convention à signer." in head.reads()


def three_sign_the_agreement_in_turn(walk):
    for role, act in (
        ("evaluator_signatory", "Signer la convention pour l’évaluateur"),
        ("signatory", "Signer la convention pour le porteur"),
    ):
        signatory = walk[role]
        follows_the_mail(signatory, f"{role.replace('_', '-')}@example.org", walk.hub)
        signatory.follows(act)
        signatory.fills(signed_on="01/10/2009", quality="Direction")
        signatory.presses(act)
    head = walk["mission_head"]
    head.opens(walk.review)
    head.follows("Signer la convention pour l’administration")
    head.fills(number="2009-12", signed_on="09/10/2009")
    head.presses("Signer la convention pour l’administration")
    assert "Convention signée par l’administration." in head.reads()


def both_organisations_read_the_decision_and_its_document(walk):
    for role in ("editor", "evaluator_editor"):
        reader = walk[role]
        reader.opens(walk.hub)
        assert "Convention signée par les trois" in reader.reads()
        reader.follows("Lire la décision et les voies de recours")
        page = reader.reads()
        assert "Décision : Retenu" in page
        assert "Notifiée le 10 septembre 2009" in page
        paper = " ".join(lines(reader.downloads("Dossier de candidature")))
        assert "dont à l’évaluateur, pour l’évaluation : 45\u202f000 €" in paper
    is_sound(reader)
