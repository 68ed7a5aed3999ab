"""The foundation's call in the browser: pieces, an expert, a committee, and no administration."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.answers import answers_for, call_of
from tests.browser.walking import a_walk, follows_the_mail, is_sound
from tests.shared import a_pdf
from tests.word import lines

__all__ = ["a_walk"]

SLUG = "fdf-habitat-partage"
CALL = call_of(SLUG)
#: Each under the name that its sender gave it.
PIECES = {
    key: [{"name": f"scan-{key}.pdf", "mimeType": "application/pdf", "buffer": a_pdf(key)}]
    for key in CALL.form.sections["pieces"].fields
}
ANSWERS = answers_for(SLUG) | PIECES
#: Fewer rows than the sample, for the same totals: each is added by a press.
ANSWERS["costs"] = ({"item": "Coordination et aménagement", "amount": 8_000_000},)
ANSWERS["financing"] = (
    ANSWERS["financing"][0],
    {"financer": "Département", "origin": "public", "amount": 4_500_000, "status": "granted"},
)
CERTIFIED = "Je certifie que les réponses et les pièces jointes sont exactes"

BEFORE = datetime(2021, 4, 9, 9, 0, tzinfo=UTC)
WRITING = datetime(2021, 5, 3, 10, 0, tzinfo=UTC)
CHECKING = datetime(2021, 5, 10, 10, 0, tzinfo=UTC)
EXPERTISE = datetime(2021, 6, 14, 10, 0, tzinfo=UTC)
SITTING = datetime(2021, 7, 20, 16, 0, tzinfo=UTC)
DECISION = datetime(2021, 7, 30, 10, 0, tzinfo=UTC)

LEVELS = {
    "mixity_level": "high",
    "participation_level": "high",
    "territory_level": "medium",
    "life_course_level": "medium",
}
FINANCES = "Le poste de coordination est tenu deux ans."
VERDICT = "Avis unanime du comité."


@pytest.fixture
def walk(a_walk):
    return a_walk(SLUG, BEFORE)


def test_a_shared_house_from_the_opening_of_the_call_to_the_foundation_s_decision(walk):
    walk.goes(
        (BEFORE, the_manager_opens_the_call),
        (WRITING, an_organisation_for_profit_is_told_before_it_begins),
        (WRITING, the_form_is_filled_and_the_pieces_are_joined),
        (WRITING, the_signatory_certifies_and_deposits),
        (CHECKING, the_programme_reads_the_pieces_and_entrusts_the_dossier),
        (EXPERTISE, the_expert_writes_and_gives_the_report),
        (SITTING, the_chair_asks_the_expert_for_more),
        (SITTING, the_committee_gives_its_opinion),
        (DECISION, the_foundation_decides_and_announces),
        (DECISION, the_association_reads_the_decision_and_its_document),
    )


def the_manager_opens_the_call(walk):
    walk.opens_the_call()


def an_organisation_for_profit_is_told_before_it_begins(walk):
    editor = walk["editor"]
    editor.opens(f"/appels/{SLUG}/criteres")
    criteria = CALL.form.sections["eligibility"].fields
    editor.answers(criteria["not_for_profit"], False)
    editor.answers(criteria["own_project"], True)
    editor.presses("Créer mon dossier")
    assert (editor.status, editor.reads_list("#errors li")) == (
        422,
        ["L’appel s’adresse aux organismes à but non lucratif."],
    )
    editor.answers(criteria["not_for_profit"], True)
    editor.presses("Créer mon dossier")
    walk.reference = editor.path.removeprefix("/dossiers/")


def the_form_is_filled_and_the_pieces_are_joined(walk):
    editor = walk["editor"]
    editor.opens(f"{walk.hub}/rubriques/project")
    for section in list(CALL.form.sections.values())[1:]:
        assert editor.path == f"{walk.hub}/rubriques/{section.key}"
        for key, field in section.fields.items():
            if key in ANSWERS:
                editor.answers(field, ANSWERS[key])
        if section.key == "pieces":
            is_sound(editor)
        editor.presses("Enregistrer et")
    assert "Rien n’empêche le dépôt" in editor.reads()


def the_signatory_certifies_and_deposits(walk):
    signatory = walk["signatory"]
    signatory.opens(f"{walk.hub}/verifier")
    signatory.page.get_by_label(CERTIFIED).check()
    signatory.presses("Déposer le dossier")
    assert signatory.path == f"{walk.hub}/accuse-de-reception"
    assert "recours" not in signatory.reads()


def the_programme_reads_the_pieces_and_entrusts_the_dossier(walk):
    officer = walk["programme_officer"]
    officer.opens("/instruction")
    officer.follows("La maison du quai")
    assert officer.path == walk.review
    with officer.page.expect_download() as started:
        officer.page.get_by_role("link", name="scan-statutes.pdf").click()
    assert started.value.suggested_filename == "Association de demonstration STATUTS.pdf"
    assert Path(started.value.path()).read_bytes() == a_pdf("statutes")
    is_sound(officer)
    officer.follows("Confier le dossier à un expert")
    officer.presses("Confier le dossier à un expert")
    assert "Dossier complet, confié à un expert." in officer.reads()


def the_expert_writes_and_gives_the_report(walk):
    expert = walk["expert"]
    follows_the_mail(expert, "expert@example.org", walk.hub)
    assert expert.path == walk.review
    form = CALL.opinions["expertise"].form
    expert.answers(form.fields["meeting"], date(2021, 6, 10))
    expert.fills(**LEVELS, analysis="Un projet mûr.", finances="Un budget prudent.")
    expert.fills(advice="support")
    expert.fills(advised_amount="35 000")
    is_sound(expert)
    expert.presses("Relire et rendre l’avis…")
    expert.presses("Rendre le rapport")
    assert "Rapport de l’expert rendu." in expert.reads()


def the_chair_asks_the_expert_for_more(walk):
    chair, expert = walk["committee_chair"], walk["expert"]
    chair.opens(walk.review)
    assert "Un budget prudent." in chair.reads()
    chair.follows("Demander une précision à l’expert")
    chair.fills(comment="Qui paie la coordination la troisième année ?")
    chair.presses("Demander une précision à l’expert")
    expert.opens(walk.review)
    assert "Qui paie la coordination la troisième année ?" in expert.reads()
    expert.fills(finances=FINANCES)
    expert.presses("Relire et rendre l’avis…")
    expert.presses("Rendre le rapport")


def the_committee_gives_its_opinion(walk):
    member, chair = walk["committee_member"], walk["committee_chair"]
    form = CALL.opinions["committee"].form
    member.opens(walk.review)
    member.answers(form.fields["sitting"], date(2021, 7, 20))
    member.fills(verdict="favourable", text=VERDICT)
    is_sound(member)
    member.presses("Enregistrer le projet")
    chair.opens(walk.review)
    assert FINANCES in chair.reads()
    chair.presses("Relire et rendre l’avis…")
    chair.presses("Rendre l’avis du comité")
    assert "Avis du comité rendu." in chair.reads()


def the_foundation_decides_and_announces(walk):
    head = walk["programme_head"]
    head.opens(walk.review)
    assert VERDICT in head.reads()
    head.follows("Enregistrer la décision")
    head.fills(outcome="selected", amount="35 000", conditions="Une visite chaque année.")
    head.presses("Enregistrer la décision")
    head.follows("Annoncer la décision")
    is_sound(head)
    head.presses("Annoncer la décision")
    assert "Décision annoncée." in head.reads()


def the_association_reads_the_decision_and_its_document(walk):
    editor = walk["editor"]
    follows_the_mail(editor, "editor@example.org", walk.hub)
    assert "recours" not in editor.reads()
    editor.follows("Lire la décision")
    page = editor.reads()
    assert "35 000 €" in page
    assert "Une visite chaque année." in page
    assert "recours" not in page
    is_sound(editor)
    paper = " ".join(lines(editor.downloads("Dossier de demande")))
    assert "La maison du quai (données de démonstration)" in paper
    assert "Une visite chaque année." in paper
