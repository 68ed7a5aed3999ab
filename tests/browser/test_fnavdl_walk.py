"""The regional fund of 2020 in the browser: a department, then a committee of four bodies."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.answers import answers_for, call_of
from tests.browser.walking import MANAGER, a_walk, follows_the_mail, is_sound
from tests.word import lines

__all__ = ["a_walk"]

SLUG = "fnavdl-paca-2020"
CALL = call_of(SLUG)
ANSWERS = answers_for(SLUG)
#: Fewer rows than the sample, for the same total: each is added by a press.
ANSWERS["financing"] = (
    ANSWERS["financing"][0],
    {"financer": "Département", "fund": "department", "amount": 7_000_000, "status": "granted"},
)
CERTIFIED = "Je certifie que les réponses sont exactes"

BEFORE = datetime(2020, 10, 14, 9, 0, tzinfo=UTC)
WRITING = datetime(2020, 12, 1, 11, 0, tzinfo=UTC)
DEPOSIT = datetime(2020, 12, 15, 14, 0, tzinfo=UTC)
DEPARTMENT = datetime(2021, 1, 8, 10, 0, tzinfo=UTC)
COMMITTEE = datetime(2021, 1, 20, 10, 0, tzinfo=UTC)
AFTER_THE_SITTING = datetime(2021, 1, 29, 10, 0, tzinfo=UTC)

NEEDS = "Un besoin repéré par le SIAO du Var."
COST = "Un coût par ménage proche des actions voisines."
LOWERED = "Un coût par ménage au-dessus des actions voisines."
#: Of the committee, those whose opinions count: the act that gives each.
BODIES = {
    "region_social": "Rendre l’avis de la DRDJSCS",
    "landlords": "Rendre l’avis de l’association régionale",
    "region": "Rendre l’avis de la DREAL",
}


@pytest.fixture
def walk(a_walk):
    return a_walk(SLUG, BEFORE, home="83")


def test_an_action_from_the_opening_of_the_call_to_the_decision_after_the_committee(walk):
    walk.goes(
        (BEFORE, the_manager_opens_the_call),
        (WRITING, a_dossier_is_begun_and_filled),
        (DEPOSIT, the_signatory_certifies_and_deposits),
        (DEPARTMENT, the_department_prepares_and_gives_its_opinion),
        (COMMITTEE, the_committee_asks_the_department_again),
        (COMMITTEE, the_consulted_foundation_counts_for_nothing),
        (COMMITTEE, the_three_others_give_their_opinions),
        (AFTER_THE_SITTING, the_sitting_is_recorded),
        (AFTER_THE_SITTING, the_decision_is_taken_and_notified),
        (AFTER_THE_SITTING, the_association_reads_the_decision_and_its_document),
    )


def the_manager_opens_the_call(walk):
    walk.opens_the_call()
    is_sound(walk[MANAGER])


def a_dossier_is_begun_and_filled(walk):
    editor = walk["editor"]
    editor.opens(f"/appels/{SLUG}")
    is_sound(editor)
    editor.follows("Préparer ma candidature")
    editor.presses("Créer mon dossier")
    walk.reference = editor.path.removeprefix("/dossiers/")
    editor.follows("Continuer : Projet et porteurs")
    for section in CALL.form.sections.values():
        assert editor.path == f"{walk.hub}/rubriques/{section.key}"
        for key, field in section.fields.items():
            if key in ANSWERS:
                editor.answers(field, ANSWERS[key])
        if section.key == "support":
            is_sound(editor)
        editor.presses("Enregistrer et")
    assert "Rien n’empêche le dépôt" in editor.reads()


def the_signatory_certifies_and_deposits(walk):
    signatory = walk["signatory"]
    signatory.opens(f"{walk.hub}/verifier")
    signatory.page.get_by_label(CERTIFIED).check()
    signatory.presses("Déposer le dossier")
    assert signatory.path == f"{walk.hub}/accuse-de-reception"
    receipt = " ".join(lines(signatory.downloads("Accusé")))
    assert "15 décembre 2020 à 15 h 00" in receipt


def the_department_prepares_and_gives_its_opinion(walk):
    officer, head = walk["department_officer"], walk["department_head"]
    form = CALL.opinions["department"].form
    officer.opens("/instruction")
    officer.follows("Un toit, un appui")
    assert officer.path == walk.review
    officer.answers(form.fields["needs"], NEEDS)
    officer.answers(form.fields["analysis"], LOWERED)
    officer.presses("Enregistrer le projet")
    head.opens(walk.review)
    head.fills(verdict="favourable", priority="high", advised_amount="120 000")
    is_sound(head)
    head.presses("Relire et rendre l’avis…")
    head.presses("Rendre l’avis de la DDCS")
    assert "Avis de la DDCS rendu." in head.reads()


def the_committee_asks_the_department_again(walk):
    officer, head = walk["region_officer"], walk["department_head"]
    follows_the_mail(officer, "region-officer@example.org", walk.hub)
    assert officer.path == walk.review
    assert LOWERED in officer.reads()
    officer.follows("Renvoyer à la DDCS")
    officer.fills(comment="Comparez le coût à celui des actions du Var.")
    officer.presses("Renvoyer à la DDCS")
    head.opens(walk.review)
    assert "Comparez le coût à celui des actions du Var." in head.reads()
    head.answers(CALL.opinions["department"].form.fields["analysis"], COST)
    head.presses("Relire et rendre l’avis…")
    head.presses("Rendre l’avis de la DDCS")


def the_consulted_foundation_counts_for_nothing(walk):
    consulted, officer = walk["consulted_head"], walk["region_officer"]
    consulted.opens(walk.review)
    assert COST in consulted.reads()
    is_sound(consulted)
    gives(consulted, "consulted", "unfavourable", "Trop peu de logements à bas loyer.")
    consulted.presses("Relire et rendre l’avis…")
    consulted.presses("Rendre l’avis consultatif")
    officer.opens(walk.review)
    assert "Pas encore possible." in officer.reads("#pane-form")
    is_sound(officer)


def the_three_others_give_their_opinions(walk):
    """Each prepared by an officer, given by the head."""
    for body, act in BODIES.items():
        officer, head = walk[f"{body}_officer"], walk[f"{body}_head"]
        officer.opens(walk.review)
        gives(officer, body, "favourable", f"Motifs préparés ({body}).")
        officer.presses("Enregistrer le projet")
        head.opens(walk.review)
        assert head.page.locator('[name="text"]').input_value() == f"Motifs préparés ({body})."
        head.presses("Relire et rendre l’avis…")
        head.presses(act)
    assert "Motifs préparés (landlords)." in walk["region_head"].reads()


def gives(visitor, opinion, verdict, text):
    form = CALL.opinions[opinion].form
    visitor.answers(form.fields["verdict"], verdict)
    visitor.answers(form.fields["text"], text)


def the_sitting_is_recorded(walk):
    officer = walk["region_officer"]
    officer.opens(walk.review)
    officer.follows("Enregistrer le relevé de la séance")
    sitting = CALL.forms["sitting"].fields
    officer.answers(sitting["held_on"], date(2021, 1, 28))
    officer.answers(sitting["minutes"], "Avis favorable du comité, à l’unanimité des trois.")
    is_sound(officer)
    officer.presses("Enregistrer le relevé de la séance")
    assert "Séance du comité de gestion tenue." in officer.reads()


def the_decision_is_taken_and_notified(walk):
    head = walk["region_head"]
    head.opens(walk.review)
    head.follows("Enregistrer la décision")
    head.fills(outcome="selected", amount="120 000", conditions="Un bilan à six mois.")
    is_sound(head)
    head.presses("Enregistrer la décision")
    head.follows("Notifier la décision")
    head.presses("Notifier la décision")
    assert "Décision notifiée." in head.reads()


def the_association_reads_the_decision_and_its_document(walk):
    editor = walk["editor"]
    follows_the_mail(editor, "editor@example.org", walk.hub)
    editor.follows("Lire la décision et les voies de recours")
    page = editor.reads()
    assert "Décision : Retenu" in page
    assert "120 000 €" in page
    assert "Un bilan à six mois." in page
    is_sound(editor)
    paper = " ".join(lines(editor.downloads("Présentation de l’action")))
    assert "Un toit, un appui (données de démonstration)" in paper
    assert "Un bilan à six mois." in paper
