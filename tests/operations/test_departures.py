"""With which answers the Word file of a draft left, whatever the clock says."""

from dataclasses import replace

import pytest

from grants.documents.reading.comparing import Departure, trace
from grants.documents.writing.sealing import Origin
from grants.dossiers.departures import departure_of, draft_stamp
from tests.factories import SEMIS, a_draft, a_world, write

BEGUN = {each: SEMIS[each] for each in ("project_name", "households")}


@pytest.fixture
def world(session):
    return a_world(session)


@pytest.fixture
def draft(world):
    return a_draft(world, BEGUN)


def left_now(draft) -> Origin:
    call = draft.definition
    stamp = draft_stamp(draft, call)
    return Origin(call.slug, call.title, draft.revision.sha256, draft.reference, stamp)


def departure(draft, origin) -> Departure | None:
    return departure_of(draft, draft.definition, origin)


def test_a_file_left_with_the_answers_that_it_prints(draft):
    assert departure(draft, left_now(draft)) == Departure(BEGUN)


def test_an_answer_written_in_the_same_instant_as_the_file_is_known_to_be_another(world, draft):
    origin = left_now(draft)
    write(world, draft, {"project_name": "Deux toits"})
    left = departure(draft, origin)
    assert left.answers == {"households": BEGUN["households"]}
    assert left.lost == {"project_name": trace(BEGUN["project_name"])}


def test_a_question_that_the_file_left_empty_was_empty_whatever_is_answered_since(world, draft):
    origin = left_now(draft)
    write(world, draft, {"summary": "Écrit depuis."})
    assert departure(draft, origin) == Departure(BEGUN)


def test_the_stamp_is_short_enough_for_a_property_of_word(world, draft):
    write(world, draft, SEMIS)
    assert len(draft_stamp(draft, draft.definition)) < 255


def test_of_another_form_or_dossier_nothing_is_known(draft):
    origin = left_now(draft)
    assert departure(draft, replace(origin, form="0" * 64)) is None
    assert departure(draft, replace(origin, reference="HLM14-9999")) is None
    assert departure(draft, replace(origin, version="2014-05-12T10:00:00+00:00")) is None
