"""Saving answers: nothing typed is ever lost, nobody overwrites a colleague unknowingly."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.loader import definition_of
from grants.database import WRITING
from grants.dossiers.errors import AnswerConflict, NotEditable
from grants.dossiers.models import Answer, Dossier
from grants.dossiers.operations import Change, answer_token, current_answers, save_answers
from grants.dossiers.queries import dossier_by_reference
from grants.forms import Unreadable
from tests.factories import IN_STATE, NOW, SEMIS, a_draft, a_submitted, a_world, write


@pytest.fixture
def world(session: Session):
    return a_world(session)


@dataclass
class Page:
    """What one person has under the eyes: the answers and tokens as they were shown."""

    world: Any
    dossier: Dossier
    actor: User
    shown: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def open(self):
        self.shown = {key: stored(self.dossier, key) for key in FIELDS}
        self.tokens = {key: token(self.dossier, key) for key in FIELDS}
        return self

    def save(self, typed: dict[str, Any], *, at=NOW):
        """Send the whole section, as a browser does: what was not touched goes along."""
        sent = self.shown | typed
        return save_answers(
            self.world.session,
            self.dossier,
            [Change(key, value, self.tokens[key]) for key, value in sent.items()],
            actor=self.actor,
            now=at,
        )


FIELDS = ("project_name", "summary", "contact_name")


def row(dossier: Dossier, key: str) -> Answer | None:
    return next((each for each in dossier.answers if each.field_key == key), None)


def stored(dossier: Dossier, key: str) -> Any:
    found = row(dossier, key)
    return found.value if found else None


def token(dossier: Dossier, key: str) -> str:
    found = row(dossier, key)
    return answer_token(found.revision, found.value) if found else answer_token(0, None)


def page(world, dossier, actor) -> Page:
    return Page(world, dossier, actor).open()


def test_a_first_answer_is_kept_with_who_and_when(world):
    dossier = a_draft(world)

    result = page(world, dossier, world.editor).save({"summary": "Un début"})

    saved = row(dossier, "summary")
    assert (saved.value, saved.revision, saved.updated_by, saved.updated_at) == (
        "Un début",
        1,
        world.editor,
        NOW,
    )
    assert (result.changed, result.conflicts) == (["summary"], [])
    assert result.tokens["summary"] == token(dossier, "summary")


def test_answers_that_were_not_touched_are_not_written(world):
    dossier = a_draft(world, {"summary": "Un début", "project_name": "Nom"})

    result = page(world, dossier, world.signatory).save({"summary": "Une suite"})

    assert result.changed == ["summary"]
    assert (row(dossier, "project_name").revision, row(dossier, "contact_name")) == (1, None)
    assert row(dossier, "project_name").updated_by == world.editor


def test_the_same_value_typed_again_writes_nothing(world):
    dossier = a_draft(world, {"summary": "Un début"})
    stale = page(world, dossier, world.signatory)
    write(world, dossier, {"summary": "Le même texte"})

    result = stale.save({"summary": "Le même texte"})

    assert (result.changed, result.conflicts) == ([], [])
    assert row(dossier, "summary").revision == 2
    assert result.tokens["summary"] == token(dossier, "summary")


def test_two_people_on_different_answers_of_a_section_are_both_saved(world):
    dossier = a_draft(world, {"summary": "Un début", "project_name": "Nom"})
    first = page(world, dossier, world.editor)
    second = page(world, dossier, world.signatory)

    first.save({"summary": "Du rédacteur"})
    result = second.save({"project_name": "Du signataire"})

    assert (result.changed, result.conflicts) == (["project_name"], [])
    assert [stored(dossier, key) for key in FIELDS] == ["Du signataire", "Du rédacteur", None]


def test_two_people_on_one_answer_are_told_both_texts_and_the_rest_is_saved(world):
    dossier = a_draft(world, {"summary": "Un début"})
    first = page(world, dossier, world.editor)
    second = page(world, dossier, world.signatory)
    first.save({"summary": "Du rédacteur"})

    later = NOW + timedelta(minutes=5)
    result = second.save({"summary": "Du signataire", "contact_name": "Accueil"}, at=later)

    assert result.conflicts == [
        AnswerConflict(
            key="summary",
            mine="Du signataire",
            theirs="Du rédacteur",
            token=token(dossier, "summary"),
            by=world.editor.name,
            at=NOW,
        )
    ]
    assert result.changed == ["contact_name"]
    assert stored(dossier, "summary") == "Du rédacteur"


def test_two_first_answers_to_one_question_are_a_conflict(world):
    dossier = a_draft(world)
    first = page(world, dossier, world.editor)
    second = page(world, dossier, world.signatory)
    first.save({"summary": "Du rédacteur"})

    result = second.save({"summary": "Du signataire"})

    assert [(each.mine, each.theirs) for each in result.conflicts] == [
        ("Du signataire", "Du rédacteur")
    ]


def test_an_answer_emptied_by_a_colleague_is_a_conflict_with_nothing(world):
    dossier = a_draft(world, {"summary": "Un début"})
    second = page(world, dossier, world.signatory)
    write(world, dossier, {"summary": None})

    result = second.save({"summary": "Une suite"})

    assert [(each.mine, each.theirs) for each in result.conflicts] == [("Une suite", None)]
    assert "summary" not in current_answers(dossier, definition_of(dossier.revision))


def test_who_was_told_of_a_conflict_may_impose_a_text(world):
    dossier = a_draft(world, {"summary": "Un début"})
    second = page(world, dossier, world.signatory)
    write(world, dossier, {"summary": "Du rédacteur"})
    conflict = second.save({"summary": "Du signataire"}).conflicts[0]

    second.tokens["summary"] = conflict.token
    result = second.save({"summary": "Les deux réunis"})

    assert (result.conflicts, stored(dossier, "summary")) == ([], "Les deux réunis")


def test_what_cannot_be_read_is_kept_as_it_was_typed(world):
    dossier = a_draft(world, {"total_cost": Unreadable("quarante-sept mille")})
    world.session.expire_all()

    answers = current_answers(dossier, definition_of(dossier.revision))
    assert answers == {"total_cost": Unreadable("quarante-sept mille")}


def test_the_title_follows_its_answer(world):
    dossier = a_draft(world, {"project_name": "Un nom"})
    assert dossier.title == "Un nom"

    write(world, dossier, {"project_name": None})
    assert dossier.title == ""


def test_a_name_longer_than_any_list_is_kept_whole_and_its_title_shortened(world):
    dossier = a_draft(world, {"project_name": "x" * 1_000})

    assert stored(dossier, "project_name") == "x" * 1_000
    assert dossier.title == "x" * 254 + "…"


def test_a_deposited_dossier_is_written_no_more(world):
    dossier = a_submitted(world)

    with pytest.raises(NotEditable):
        page(world, dossier, world.editor).save({"summary": "Trop tard"})

    assert stored(dossier, "summary") == SEMIS["summary"]


def test_an_incomplete_dossier_is_written_again_and_its_version_stays(world):
    dossier = IN_STATE["incomplete"](world)

    page(world, dossier, world.editor).save({"summary": "Complété"})

    assert stored(dossier, "summary") == "Complété"
    assert dossier.versions[0].answers["summary"] == SEMIS["summary"]


@pytest.mark.parametrize("state", ["draft", "incomplete"])
def test_only_the_applicant_writes(world, state):
    dossier = IN_STATE[state](world)

    for who in (world.ddcs17_head, world.dreal_head, world.call_manager, world.stranger):
        with pytest.raises(NotEditable):
            page(world, dossier, who).save({"summary": "D’un autre"})


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["editor", "signatory"]),
        st.sampled_from(["open", "save"]),
        st.dictionaries(
            st.sampled_from(FIELDS), st.one_of(st.none(), st.sampled_from("abc")), max_size=3
        ),
    ),
    max_size=12,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(edits=EDITS)
@pytest.mark.databases("sqlite")
def test_whatever_the_order_of_saves_a_text_is_stored_or_told_in_a_conflict(world, edits):
    dossier = a_draft(world)
    pages = {who: page(world, dossier, getattr(world, who)) for who in ("editor", "signatory")}
    for who, doing, typed in edits:
        if doing == "open":
            pages[who].open()
            continue
        before = {key: stored(dossier, key) for key in FIELDS}
        shown = dict(pages[who].shown)
        result = pages[who].save(typed)
        for key in FIELDS:
            mine = typed.get(key, shown[key])
            told = [each for each in result.conflicts if each.key == key]
            if mine == shown[key]:
                assert (stored(dossier, key), told) == (before[key], [])
            elif told:
                assert (told[0].mine, told[0].theirs) == (mine, before[key])
                assert stored(dossier, key) == before[key] != mine
            else:
                assert stored(dossier, key) == mine
                assert before[key] in {shown[key], mine}
        pages[who].open()


def test_a_save_that_waited_for_a_colleague_sees_what_the_colleague_wrote(world, session_factory):
    reference = a_draft(world, {"summary": "Un début"}).reference
    world.session.commit()
    loaded = Event()

    def save_as_signatory():
        with session_factory() as session:
            session.connection(execution_options=WRITING)
            dossier = dossier_by_reference(session, reference)
            read_before = list(dossier.answers)  # Kept in memory, as by a page that shows them.
            mine = replace(world, session=session)
            second = page(mine, dossier, session.get_one(User, signatory_id))
            second.tokens["summary"] = shown
            loaded.set()
            result = second.save({"summary": "Du signataire"})
            session.commit()
            assert read_before == dossier.answers
            return [(each.mine, each.theirs) for each in result.conflicts]

    signatory_id = world.signatory.id
    world.session.commit()
    with session_factory() as session, ThreadPoolExecutor(max_workers=1) as other:
        session.connection(execution_options=WRITING)
        dossier = dossier_by_reference(session, reference)
        shown = token(dossier, "summary")
        first = page(replace(world, session=session), dossier, dossier.created_by)
        first.save({"summary": "Du rédacteur"})
        waiting = other.submit(save_as_signatory)
        loaded.wait(0.5)  # On SQLite it cannot even begin before the commit.
        session.commit()
        assert waiting.result(timeout=20) == [("Du signataire", "Du rédacteur")]

    kept = world.session.scalars(select(Answer).where(Answer.field_key == "summary")).one()
    assert (kept.value, kept.revision) == ("Du rédacteur", 2)


def test_two_writers_at_once_lose_nothing_that_was_said_to_be_saved(world, session_factory):
    reference = a_draft(world, {"summary": "début", "contact_name": "début"}).reference
    people = [world.editor.id, world.signatory.id]
    world.session.commit()

    def add_words(person: int) -> int:
        told = 0
        for i in range(6):
            for key in ("summary", "contact_name"):
                while not add_word(person, key, f"{person}.{i}"):
                    told += 1
        return told

    def add_word(person: int, key: str, word: str) -> bool:
        """Read the page, then save it in another request, as browsers do."""
        with session_factory() as session:
            dossier = dossier_by_reference(session, reference)
            shown, base = stored(dossier, key), token(dossier, key)
        with session_factory() as session:
            session.connection(execution_options=WRITING)
            result = save_answers(
                session,
                dossier_by_reference(session, reference),
                [Change(key, f"{shown} {word}", base)],
                actor=session.get_one(User, person),
                now=NOW,
            )
            session.commit()
            return result.changed == [key]

    with ThreadPoolExecutor(max_workers=2) as writers:
        list(writers.map(add_words, people))

    kept = {each.field_key: each for each in world.session.scalars(select(Answer))}
    words = sorted(f"{person}.{i}" for person in people for i in range(6))
    for key in ("summary", "contact_name"):
        assert sorted(kept[key].value.split()[1:]) == words
        assert kept[key].revision == 1 + len(words)
