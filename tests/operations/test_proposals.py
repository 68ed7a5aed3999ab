"""What files propose, on both databases: kept for their sender, accepted once, then erased."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.database import WRITING
from grants.documents.reading import FileNotRead, Found, ReadApart, Reading, Standing
from grants.dossiers.errors import (
    DraftRefused,
    NotEditable,
    NotEligible,
    ProposalGone,
    ProposalRefused,
)
from grants.dossiers.models import Answer, Dossier, OpinionRecord, Proposal
from grants.dossiers.operations import answer_token, current_answers, discard
from grants.dossiers.operations.importing import Place, propose
from grants.dossiers.operations.proposals import (
    KEPT_FOR,
    MOST_KEPT,
    SentFile,
    accept,
    propose_new,
    propose_opinion,
    propose_to_dossier,
    sweep_proposals,
    throw_away,
    waiting_for,
)
from grants.dossiers.operations.revisions import renew_call
from grants.dossiers.proposals import Apart, comparison
from grants.forms import Count, Unreadable
from tests.factories import (
    DEPARTMENT_OPINION,
    HLM_FILE,
    NOW,
    REGION_OPINION,
    SEMIS,
    a_draft,
    a_submitted,
    a_world,
    write,
)
from tests.shared import ELIGIBLE, a_shared_world

READ = {
    "project_name": "Un toit",
    "households": Count(30, approximate=True),
    "total_cost": Unreadable("quarante-sept mille"),
    "commitment": SEMIS["commitment"],
    "cofinancing": SEMIS["cofinancing"],
    "dalo": None,
}


@pytest.fixture
def world(session: Session):
    return a_world(session)


def a_reading(values=READ, **more) -> Reading:
    answers = {
        key: Found(key, value, "label", 0.9, "paragraphe 3") for key, value in values.items()
    }
    return Reading(answers, **more)


def proposed_to(world, dossier, content=b"file", actor=None, now=NOW, reading=None) -> Proposal:
    made = propose_to_dossier(
        world.session,
        dossier,
        SentFile("projet.docx", content),
        reading or a_reading(),
        actor=actor or world.editor,
        now=now,
    )
    world.session.commit()
    return made


def proposed_new(world, actor=None) -> Proposal:
    made = propose_new(
        world.session,
        world.call,
        world.semis,
        SentFile("projet.docx", b"file"),
        a_reading(),
        actor=actor or world.editor,
        now=NOW,
    )
    world.session.commit()
    return made


def tokens(*keys: str) -> dict[str, str]:
    """As a page shows them beside questions that nobody answered yet."""
    return dict.fromkeys(keys, answer_token(0, None))


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_nothing_is_written_before_the_choice_and_only_what_is_taken_after(session, world):
    dossier = a_draft(world)
    proposal = proposed_to(world, dossier)
    assert count(session, Answer) == 0

    done = accept(
        session,
        proposal,
        tokens("project_name", "total_cost", "cofinancing", "dalo"),
        actor=world.editor,
        now=NOW,
    )
    session.commit()

    assert done.conflicts == []
    assert current_answers(dossier, dossier.definition) == {
        "project_name": "Un toit",
        "total_cost": Unreadable("quarante-sept mille"),
        "cofinancing": SEMIS["cofinancing"],
    }
    assert dossier.title == "Un toit"
    assert count(session, Proposal) == 0


def test_a_dossier_is_begun_by_the_choice_and_not_before(session, world):
    proposal = proposed_new(world)
    assert count(session, Dossier) == 0

    done = accept(session, proposal, tokens("project_name"), actor=world.editor, now=NOW)

    assert current_answers(done.dossier, done.dossier.definition) == {"project_name": "Un toit"}
    assert done.dossier.organisation is world.semis


def test_a_colleagues_newer_answer_stays_and_its_question_is_still_proposed(session, world):
    dossier = a_draft(world)
    proposal = proposed_to(world, dossier)
    write(world, dossier, {"project_name": "Deux toits"})

    done = accept(
        session, proposal, tokens("project_name", "households"), actor=world.editor, now=NOW
    )

    assert [(each.key, each.theirs) for each in done.conflicts] == [("project_name", "Deux toits")]
    assert done.written == ("households",)
    answers = current_answers(dossier, dossier.definition)
    assert answers == {"project_name": "Deux toits", "households": READ["households"]}
    standings = {each.key: each.standing for each in comparison(proposal)[1]}
    assert standings["households"] is Standing.SAME
    assert standings["project_name"] is Standing.DIFFERS


def test_two_presses_at_once_write_once(session_factory, world):
    world.session.commit()
    proposal = proposed_new(world)
    number, editor = proposal.id, world.editor.id

    def press() -> str:
        with session_factory() as session:
            session.connection(execution_options=WRITING)
            seen = session.get(Proposal, number)
            if seen is None:
                return "gone"
            try:
                accept(
                    session,
                    seen,
                    tokens("project_name"),
                    actor=session.get_one(User, editor),
                    now=NOW,
                )
            except ProposalGone:
                return "gone"
            session.commit()
            return "done"

    world.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(lambda _: press(), range(2)))

    assert found == ["done", "gone"]
    assert count(world.session, Dossier) == 1


def test_two_people_each_propose_their_own_file(session, world):
    dossier = a_draft(world)
    first = proposed_to(world, dossier)
    second = proposed_to(world, dossier, actor=world.signatory)
    own = waiting_for(session, world.editor, now=NOW, dossier=dossier)
    assert [each.id for each in own] == [first.id]

    accept(session, first, tokens("project_name"), actor=world.editor, now=NOW)
    done = accept(session, second, tokens("households"), actor=world.signatory, now=NOW)

    assert done.conflicts == []
    assert current_answers(dossier, dossier.definition) == {
        "project_name": "Un toit",
        "households": READ["households"],
    }


def test_of_two_who_take_the_same_question_the_second_is_told_and_overwrites_nothing(
    session, world
):
    dossier = a_draft(world)
    first = proposed_to(world, dossier)
    other = a_reading({"project_name": "Deux toits", "households": READ["households"]})
    second = proposed_to(world, dossier, actor=world.signatory, reading=other)
    shown = tokens("project_name", "households")

    accept(session, first, shown, actor=world.editor, now=NOW)
    done = accept(session, second, shown, actor=world.signatory, now=NOW)

    assert [(each.key, each.theirs) for each in done.conflicts] == [("project_name", "Un toit")]
    assert current_answers(dossier, dossier.definition)["project_name"] == "Un toit"
    standings = {each.key: each.standing for each in comparison(second)[1]}
    assert standings == {"project_name": Standing.DIFFERS, "households": Standing.SAME}


def test_the_same_file_sent_twice_is_one_proposal_and_there_are_not_too_many(session, world):
    dossier = a_draft(world)
    for content in (b"one", b"one", b"two"):
        proposed_to(world, dossier, content)
    assert count(session, Proposal) == 2

    for number in range(MOST_KEPT - 2):
        proposed_to(world, dossier, b"%d" % number)
    with pytest.raises(ProposalRefused, match="attendent votre choix"):
        proposed_to(world, dossier, b"one too many")


def test_it_goes_with_its_dossier_by_itself_or_when_thrown_away(session, session_factory, world):
    kept, gone = a_draft(world), a_draft(world)
    proposed_to(world, gone)
    discard(session, gone, actor=world.editor, now=NOW)
    session.commit()
    assert count(session, Proposal) == 0

    throw_away(session, proposed_to(world, kept))
    session.commit()
    assert count(session, Proposal) == 0

    proposed_to(world, kept)
    sweep_proposals(session_factory, now=NOW + KEPT_FOR - timedelta(seconds=1))
    assert count(session, Proposal) == 1
    session.rollback()
    sweep_proposals(session_factory, now=NOW + KEPT_FOR)
    assert count(session, Proposal) == 0


def test_who_may_not_write_proposes_nothing(session, world):
    with pytest.raises(NotEditable):
        proposed_to(world, a_draft(world), actor=world.stranger)
    with pytest.raises(NotEditable):
        proposed_to(world, a_submitted(world))
    with pytest.raises(DraftRefused, match="pas membre"):
        proposed_new(world, actor=world.stranger)


def test_an_agent_proposes_to_the_opinion_of_its_own_service_alone(session, world):
    dossier = a_submitted(world)
    file = SentFile("avis.docx", b"file")
    reading = a_reading()
    with pytest.raises(NotEditable):
        propose_opinion(
            session, dossier, "region", file, reading, actor=world.ddcs17_officer, now=NOW
        )
    with pytest.raises(FileNotRead, match="Rien n’est écrit dans ce fichier sous"):
        propose_opinion(
            session, dossier, "department", file, reading, actor=world.ddcs17_officer, now=NOW
        )
    assert count(session, OpinionRecord) == 0


def test_what_else_stands_in_a_services_file_is_kept_as_text_unless_the_dossier_has_it(
    session, world
):
    dossier = a_submitted(world)
    call, actor = dossier.definition, world.ddcs17_officer
    asked = {key: value for key, value in SEMIS.items() if key in call.form.fields}
    read = a_reading(asked | {"project_name": "Un toit"}, left_over=("Une note.",))
    opinions = [
        ReadApart(label, call.opinions[key].form, found.answers, left, f"opinion_{key}_")
        for key, label, found, left in (
            ("department", "Le nôtre", a_reading(DEPARTMENT_OPINION), ("Vu.",)),
            ("region", "Celui de la région", a_reading(REGION_OPINION), ("Rendu hier.",)),
        )
    ]
    reading = replace(read, apart=tuple(opinions))
    file = SentFile("avis.docx", b"file")

    made = propose_opinion(session, dossier, "department", file, reading, actor=actor, now=NOW)

    what, lines = comparison(made)
    assert {each.key for each in lines} == set(DEPARTMENT_OPINION)
    assert what.left_over == ("Vu.", "Une note.")
    assert what.apart == (
        Apart("Réponses du porteur changées dans le fichier", (("Nom du projet", "Un toit"),)),
        Apart(
            "Celui de la région",
            (
                ("Avis global formulé par le niveau régional", "Favorable"),
                ("Texte de l’avis (DREAL en collaboration avec DRJSCS)", REGION_OPINION["text"]),
                ("", "Rendu hier."),
            ),
        ),
    )


def test_what_a_document_prints_of_its_dossier_is_no_text_of_its_sender(session, world):
    dossier = a_draft(world)
    identity = f"Dossier {dossier.reference} · Version en préparation · SEMIS · Déposé"
    reading = a_reading(left_over=(identity, f"{identity} À rappeler."))

    made = propose(
        session,
        Place(world.call, dossier),
        SentFile("projet.pdf", b"file"),
        reading,
        key=b"",
        actor=world.editor,
        now=NOW,
    )

    assert made.reading["left_over"] == [f"{identity} À rappeler."]


def test_what_a_newer_form_asks_otherwise_is_left_over_and_no_answer(session, world):
    proposal = proposed_new(world)
    asked = "label: Nom du projet\n          required: true\n          max: 150\n"
    changed = HLM_FILE.read_text().replace(asked, asked.replace("150", "100"))
    renew_call(session, changed, actor=world.call_manager, now=NOW)

    what, lines = comparison(proposal)

    assert what.left_over == ("Nom du projet : Un toit",)
    assert "project_name" not in {each.key for each in lines}


def test_a_dossier_that_does_not_meet_the_criteria_is_not_begun_and_the_proposal_stays(session):
    world = a_shared_world(session)
    proposal = propose_new(
        session,
        world.call,
        world.association,
        SentFile("projet.docx", b"file"),
        a_reading({"name": "Un essai", "non_profit": False, "begun": ELIGIBLE["begun"]}),
        actor=world.author,
        now=NOW,
    )
    taken = tokens("name", "non_profit", "begun")
    with pytest.raises(NotEligible):
        accept(session, proposal, taken, actor=world.author, now=NOW)
    assert (count(session, Dossier), count(session, Proposal)) == (0, 1)
