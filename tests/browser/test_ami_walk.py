"""The AMI of 2019 in the browser: criteria, paper, a booked hearing, three sheets, a laureate."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from grants.forms import Count
from tests.answers import answers_for, call_of
from tests.browser.visitor import DESK, PASSWORD, Visitor
from tests.browser.walking import (
    MANAGER,
    a_walk,
    follows_the_mail,
    is_sound,
    unfolds_the_circuit,
)
from tests.shared import a_pdf
from tests.word import lines

__all__ = ["a_walk"]

SLUG = "ami-cget-2019"
CALL = call_of(SLUG)
TITLE = "TremplinAsso, changer d’échelle dans les quartiers prioritaires"
FILES = {
    key: [{"name": f"{key}.pdf", "mimeType": "application/pdf", "buffer": a_pdf(key)}]
    for key in ("cerfa", "accounts")
}
ANSWERS = answers_for(SLUG) | FILES
#: Fewer rows than the sample, for as many places: each row is added by a press.
ANSWERS["partners"] = ANSWERS["partners"][:2]
ANSWERS["sites"] = (
    ANSWERS["sites"][0],
    *(each | {"dwellings": Count(100), "places": Count(400)} for each in ANSWERS["sites"][1:3]),
)
CERTIFIED = "Je certifie que les réponses et les comptes joints sont exacts"

BEFORE = datetime(2019, 2, 18, 9, 0, tzinfo=UTC)
WRITING = datetime(2019, 3, 1, 10, 0, tzinfo=UTC)
#: The last minute, in Paris 23:59.
DEPOSIT = datetime(2019, 3, 15, 22, 59, 30, tzinfo=UTC)
PRESELECTION = datetime(2019, 3, 25, 10, 0, tzinfo=UTC)
AFTER_THE_HEARING = datetime(2019, 4, 19, 8, 0, tzinfo=UTC)
DECISION = datetime(2019, 4, 24, 10, 0, tzinfo=UTC)

#: Each juror's scores, criterion by criterion, and their total: 3, 2, 2, 2 and 1 are the weights.
SHEETS = {
    "juror": ((5, 4, 4, 3, 4), 41),
    "juror-3": ((4, 4, 5, 3, 2), 38),
    "jury_chair": ((5, 3, 4, 4, 4), 41),
}


@pytest.fixture
def walk(a_walk, a_browser):
    """The manager, and a passer-by who turns out to write for an association."""
    walk = a_walk(SLUG, BEFORE)
    walk.people["editor"] = Visitor(a_browser(viewport=DESK), audited=False)
    return walk


def test_an_association_from_the_opening_of_the_call_to_its_place_among_the_laureates(walk):
    walk.goes(
        (BEFORE, the_manager_opens_the_call),
        (WRITING, an_association_below_a_threshold_is_told_before_it_signs_in),
        (WRITING, its_answers_wait_for_it_behind_the_sign_in),
        (WRITING, the_form_is_filled_and_the_files_are_joined),
        (DEPOSIT, the_signatory_certifies_and_deposits_in_the_last_minute),
        (PRESELECTION, the_officer_gives_the_opinion_on_paper),
        (PRESELECTION, the_head_preselects),
        (PRESELECTION, the_association_books_its_hearing),
        (PRESELECTION, nobody_scores_before_the_hearing),
        (AFTER_THE_HEARING, three_jurors_score_each_on_an_own_sheet),
        (AFTER_THE_HEARING, the_chair_closes_the_jury),
        (DECISION, the_decision_reads_the_scores_and_the_places_of_the_theme),
        (DECISION, the_manager_counts_the_laureate_in_its_theme),
        (DECISION, the_association_reads_the_decision_and_its_document),
    )


def the_manager_opens_the_call(walk):
    walk.opens_the_call()
    manager = walk[MANAGER]
    unfolds_the_circuit(manager, "Le circuit, dessiné")
    is_sound(manager)


def an_association_below_a_threshold_is_told_before_it_signs_in(walk):
    visitor = walk["editor"]
    visitor.opens("/")
    visitor.follows(TITLE)
    unfolds_the_circuit(visitor, "Le circuit, dessiné")
    is_sound(visitor)
    visitor.follows("Préparer ma candidature")
    visitor.follows("Vérifier les critères")
    for key, field in CALL.form.sections["eligibility"].fields.items():
        visitor.answers(field, ANSWERS[key])
    visitor.answers(CALL.form.fields["employees"], Count(4))
    visitor.presses("Vérifier mes réponses")
    assert (visitor.status, visitor.reads_list("#errors li")) == (
        422,
        ["Il faut au moins cinq salariés ; vous en indiquez 4."],
    )
    visitor.answers(CALL.form.fields["employees"], ANSWERS["employees"])
    visitor.presses("Vérifier mes réponses")
    assert "Les critères sont remplis" in visitor.reads()


def its_answers_wait_for_it_behind_the_sign_in(walk):
    editor = walk["editor"]
    editor.presses("Se connecter", within="main")
    editor.fills(email="editor@example.org", password=PASSWORD)
    editor.presses("Se connecter", within="main")
    assert editor.path == f"/appels/{SLUG}/criteres"
    assert editor.page.locator("#employees").input_value() == "120"
    editor.presses("Créer mon dossier")
    walk.reference = editor.path.removeprefix("/dossiers/")
    assert "Ce dossier n’est pas déposé" in editor.reads()


def the_form_is_filled_and_the_files_are_joined(walk):
    editor = walk["editor"]
    editor.opens(f"{walk.hub}/rubriques/holder")
    for section in list(CALL.form.sections.values())[1:]:
        assert editor.path == f"{walk.hub}/rubriques/{section.key}"
        for key, field in section.fields.items():
            if key in ANSWERS:
                editor.answers(field, ANSWERS[key])
        editor.presses("Enregistrer et")
    assert "Rien n’empêche le dépôt" in editor.reads()
    assert "Le dépôt revient au signataire" in editor.reads()


def the_signatory_certifies_and_deposits_in_the_last_minute(walk):
    signatory = walk["signatory"]
    signatory.opens(f"{walk.hub}/verifier")
    signatory.page.get_by_label(CERTIFIED).check()
    is_sound(signatory)
    signatory.presses("Déposer la candidature")
    assert signatory.path == f"{walk.hub}/accuse-de-reception"
    assert "le 15 mars 2019 à 23 h 59" in signatory.reads()


def the_officer_gives_the_opinion_on_paper(walk):
    officer = walk["agency_officer"]
    officer.opens("/instruction")
    officer.follows("Kaps, huit cents places de plus")
    form = CALL.opinions["paper"].form
    officer.answers(form.fields["verdict"], "favourable")
    officer.answers(form.fields["strengths"], "Un effet attesté dans les quartiers déjà ouverts.")
    officer.presses("Relire et rendre l’avis…")
    officer.presses("Rendre l’avis sur dossier")
    assert "Avis sur dossier rendu." in officer.reads()


def the_head_preselects(walk):
    head = walk["agency_head"]
    head.opens(walk.review)
    assert "Un effet attesté dans les quartiers déjà ouverts." in head.reads()
    head.follows("Présélectionner pour l’audition")
    head.presses("Présélectionner pour l’audition")
    assert "Candidature présélectionnée." in head.reads()


def the_association_books_its_hearing(walk):
    editor = walk["editor"]
    follows_the_mail(editor, "editor@example.org", walk.hub)
    assert "Choisissez l’heure qui vous convient." in editor.reads()
    editor.follows("Réserver un créneau d’audition")
    editor.page.get_by_label("9 h 06").check()
    is_sound(editor)
    editor.presses("Réserver un créneau d’audition")
    assert "19 avril 2019 à 9 h 06" in editor.reads()
    unfolds_the_circuit(editor)
    is_sound(editor)


def nobody_scores_before_the_hearing(walk):
    chair = walk["jury_chair"]
    chair.opens(walk.review)
    assert "Clore la délibération Pas encore possible." in chair.reads("#pane-form")


def three_jurors_score_each_on_an_own_sheet(walk):
    criteria = CALL.grids["jury"].criteria
    for role, (scores, total) in SHEETS.items():
        juror = walk[role]
        juror.opens(walk.review)
        assert juror.page.locator("table.scores").count() == 0
        juror.fills(**{key: str(score) for key, score in zip(criteria, scores, strict=True)})
        expect(juror.page.locator(".sheet-total")).to_contain_text(f"{total} sur 50")
        juror.presses("Relire et remettre la grille…")
        juror.presses("Remettre ma grille")
        assert "Grille remise." in juror.reads()
        assert juror.page.locator("table.scores").count() == 1
    unfolds_the_circuit(juror)
    is_sound(juror)


def the_chair_closes_the_jury(walk):
    chair = walk["jury_chair"]
    assert chair.reads_list("table.scores tfoot td")[-2:] == ["40", "3"]
    chair.follows("Clore la délibération")
    chair.presses("Clore la délibération")
    assert "Délibération du jury close." in chair.reads()


def the_decision_reads_the_scores_and_the_places_of_the_theme(walk):
    head = walk["agency_head"]
    head.opens(walk.review)
    head.follows("Enregistrer la décision")
    assert "Lien social, culture, sport" in head.reads("tr.own")
    form = CALL.decision.form
    years = tuple({"row": f"y{year}", "amount": 20_000_000} for year in (2019, 2020, 2021))
    head.answers(form.fields["outcome"], "selected")
    head.answers(form.fields["amount"], 61_000_000)
    head.answers(form.fields["by_year"], years)
    is_sound(head)
    head.presses("Enregistrer la décision")
    assert (head.status, head.reads_list("#errors li")) == (
        422,
        ["Les années font 600 000 € ; le montant attribué est de 610 000 €."],
    )
    head.answers(form.fields["amount"], 60_000_000)
    head.presses("Enregistrer la décision")
    head.follows("Notifier la décision")
    head.presses("Notifier la décision")
    assert "Décision notifiée." in head.reads()


def the_manager_counts_the_laureate_in_its_theme(walk):
    manager = walk[MANAGER]
    manager.opens(f"/gestion/appels/{SLUG}")
    assert manager.reads_list(".places tbody tr") == [
        "Éducation, petite enfance et parentalité 9 0 9",
        "Emploi et insertion 11 0 11",
        "Lien social, culture, sport, accès aux droits, santé, participation 21 1 20",
        "Logement et cadre de vie 3 0 3",
        "Ensemble 44 1 43",
    ]


def the_association_reads_the_decision_and_its_document(walk):
    editor = walk["editor"]
    follows_the_mail(editor, "editor@example.org", walk.hub)
    editor.follows("Lire la décision et les voies de recours")
    page = editor.reads()
    assert "Décision : Lauréate" in page
    assert "600 000 €" in page
    is_sound(editor)
    paper = lines(editor.downloads("Dossier de candidature"))
    assert "Kaps, huit cents places de plus (données de démonstration)" in " ".join(paper)
