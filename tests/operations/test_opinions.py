"""Opinions: drafted by several hands, given on one version, read by those who may.

Who reads what is decided in memory: those tests need one database only.
"""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from grants.dossiers.errors import NotEditable, OpinionConflict, TransitionRefused
from grants.dossiers.operations import draft_of, save_opinion
from grants.dossiers.presentation import (
    Reader,
    presentation,
    reader_of,
    shown_decision,
    shown_opinion,
    version_numbered,
)
from grants.dossiers.roles import standing_on
from grants.forms import Count
from grants.workflows.definition import Audience
from tests.definitions.broken import broken
from tests.factories import (
    DECISION,
    DEPARTMENT_OPINION,
    IN_STATE,
    NOW,
    REGION_OPINION,
    a_decided,
    a_department_given,
    a_notified,
    a_region_given,
    a_stand_in,
    a_submitted,
    a_world,
    act,
    definition,
    opine,
    write,
)

APPLICANT = Reader(Audience.APPLICANT)
SERVICE = Reader(Audience.SERVICE)
MANAGER = Reader(Audience.MANAGER)


@pytest.fixture
def world(session: Session):
    return a_world(session)


def save(world, dossier, answers, *, revision, actor, key="department", at=NOW):
    return save_opinion(
        world.session, dossier, key, answers, revision=revision, actor=actor, now=at
    )


def shown(dossier, key, reader, number=None):
    """The answers that the reader is shown of an opinion, None when nothing is."""
    version = version_numbered(dossier, number or dossier.version_number)
    record = shown_opinion(definition(dossier), dossier, key, reader, version)
    return None if record is None else record.answers


def reader(world, dossier, user):
    call = definition(dossier)
    return reader_of(standing_on(world.session, user, dossier, call, now=world.now), call)


def test_a_draft_is_written_by_several_hands_in_turn(world):
    dossier = a_submitted(world)
    first = save(world, dossier, {"opinion": "Utile"}, revision=0, actor=world.ddcs17_officer)
    assert (first.round, first.revision, first.given_at) == (1, 1, None)

    later = NOW + timedelta(hours=1)
    save(
        world,
        dossier,
        {"opinion": "Utile", "relevance": "Bonne"},
        revision=1,
        actor=world.ddcs17_head,
        at=later,
    )

    draft = draft_of(dossier, definition(dossier), "department")
    assert (draft.answers, draft.revision) == ({"opinion": "Utile", "relevance": "Bonne"}, 2)
    assert (draft.record.updated_by, draft.record.updated_at) == (world.ddcs17_head, later)


def test_a_draft_saved_by_a_colleague_meanwhile_is_shown_and_not_overwritten(world):
    dossier = a_submitted(world)
    save(world, dossier, {"opinion": "De l’un"}, revision=0, actor=world.ddcs17_officer)

    with pytest.raises(OpinionConflict) as conflict:
        save(world, dossier, {"opinion": "De l’autre"}, revision=0, actor=world.ddcs17_head)

    told = conflict.value
    assert (told.theirs, told.revision, told.by, told.at) == (
        {"opinion": "De l’un"},
        1,
        world.ddcs17_officer.name,
        NOW,
    )
    assert [each.answers for each in dossier.opinions] == [{"opinion": "De l’un"}]


def test_the_same_draft_saved_twice_is_no_conflict_and_no_new_revision(world):
    dossier = a_submitted(world)
    for actor in (world.ddcs17_officer, world.ddcs17_head):
        record = save(world, dossier, {"opinion": "Utile"}, revision=0, actor=actor)

    assert (record.revision, record.updated_by) == (1, world.ddcs17_officer)


@pytest.mark.parametrize("state", ["department_given", "incomplete", "region_given", "withdrawn"])
def test_the_departmental_opinion_is_drafted_while_it_is_due_only(world, state):
    dossier = IN_STATE[state](world)

    with pytest.raises(NotEditable):
        save(world, dossier, {"opinion": "Trop tard"}, revision=1, actor=world.ddcs17_head)


def test_nobody_else_drafts_the_departmental_opinion(world):
    dossier = a_submitted(world)

    for who in (world.ddcs16_head, world.dreal_head, world.drjscs_officer, world.signatory):
        with pytest.raises(NotEditable):
            save(world, dossier, {"opinion": "D’un autre"}, revision=0, actor=who)


def test_the_contributor_drafts_the_regional_opinion_alone(world):
    dossier = a_department_given(world)

    record = save(
        world, dossier, REGION_OPINION, revision=0, actor=world.drjscs_officer, key="region"
    )
    assert record.updated_by == world.drjscs_officer
    with pytest.raises(NotEditable):
        save(world, dossier, DEPARTMENT_OPINION, revision=1, actor=world.drjscs_officer)


def test_a_given_opinion_starts_the_next_round_and_stays_as_it_was(world):
    dossier = IN_STATE["returned"](world)
    draft = draft_of(dossier, definition(dossier), "department")
    assert (draft.answers, draft.record.round) == (DEPARTMENT_OPINION, 2)

    save(
        world,
        dossier,
        {"opinion": "Repris"},
        revision=draft.revision,
        actor=world.ddcs17_officer,
    )

    assert [(each.round, each.answers["opinion"]) for each in dossier.opinions] == [
        (1, DEPARTMENT_OPINION["opinion"]),
        (2, "Repris"),
    ]
    assert dossier.opinions[0].given_by == world.ddcs17_head


def test_an_opinion_is_refused_while_nothing_of_it_was_saved(session):
    """Even in a call that asks for nothing in it: a signature needs a text to sign."""
    labels = [f"          label: {label}\n" for label in LABELS]
    optional = broken(*[(f"{label}          required: true\n", label) for label in labels])
    world = a_world(session, source=optional)
    dossier = a_submitted(world)

    with pytest.raises(TransitionRefused, match="Enregistrez d’abord l’avis"):
        act(world, dossier, "give_department_opinion", world.ddcs17_head)


LABELS = (
    "Avis du service départemental en charge des politiques sociales du logement (DDCS ou DDT)",
    "Pertinence du projet au regard des objectifs visés par l’appel à projets",
    "Caractère reproductible de la démarche",
)


def with_two_versions(session):
    """Version 1 with its opinion, then version 2 with none yet."""
    world = a_world(session)
    dossier = IN_STATE["returned"](world)
    asked = {"pieces": ("La convention",), "due": (NOW + timedelta(days=10)).date()}
    act(world, dossier, "request_completion", world.ddcs17_head, asked)
    write(world, dossier, {"schedule": "Complété."})
    act(world, dossier, "resubmit", world.signatory)
    return world, dossier


def test_an_opinion_stays_bound_to_the_version_it_was_given_on(session):
    world, dossier = with_two_versions(session)
    opine(
        world, dossier, "department", DEPARTMENT_OPINION | {"conditions": "Deux"}, world.ddcs17_head
    )
    act(world, dossier, "give_department_opinion", world.ddcs17_head)

    assert dossier.version_number == 2
    assert [(each.round, each.version.number) for each in dossier.opinions] == [(1, 1), (2, 2)]
    assert shown(dossier, "department", SERVICE, 1) == DEPARTMENT_OPINION
    assert shown(dossier, "department", SERVICE, 2)["conditions"] == "Deux"


def test_an_older_version_never_shows_the_draft_of_the_present_one(session):
    world, dossier = with_two_versions(session)
    opine(
        world, dossier, "department", DEPARTMENT_OPINION | {"conditions": "Deux"}, world.ddcs17_head
    )

    drafter = reader(world, dossier, world.ddcs17_officer)
    assert shown(dossier, "department", drafter, 1) == DEPARTMENT_OPINION
    assert shown(dossier, "department", drafter, 2)["conditions"] == "Deux"


def test_a_new_version_shows_the_last_opinion_and_says_on_which_it_was_given(session):
    _, dossier = with_two_versions(session)

    content = presentation(
        dossier, definition(dossier), SERVICE, version=dossier.versions[1], demo_notice="", now=NOW
    )
    assert content["opinion_department_opinion"] == DEPARTMENT_OPINION["opinion"]
    assert content["opinion_department_given"] == (
        "Rendu le 16 novembre 2026 à 12\u00a0h\u00a000, sur la version 1"
    )


def test_an_opinion_given_later_is_none_of_the_older_version(session):
    world, dossier = with_two_versions(session)
    assert shown(dossier, "region", SERVICE, 1) is None
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_head)
    act(world, dossier, "give_department_opinion", world.ddcs17_head)
    opine(world, dossier, "region", REGION_OPINION, world.dreal_head)
    act(world, dossier, "give_region_opinion", world.dreal_head)

    assert shown(dossier, "region", SERVICE, 1) is None
    assert shown(dossier, "region", SERVICE, 2) == REGION_OPINION


def test_a_draft_is_read_by_those_who_write_it_alone(world):
    dossier = a_submitted(world)
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)

    seen_by = {
        who: shown(dossier, "department", reader(world, dossier, getattr(world, who)))
        for who in ("ddcs17_officer", "ddcs17_head", "dreal_head", "call_manager", "signatory")
    }
    assert seen_by == {
        "ddcs17_officer": DEPARTMENT_OPINION,
        "ddcs17_head": DEPARTMENT_OPINION,
        "dreal_head": None,
        "call_manager": None,
        "signatory": None,
    }


def test_while_an_opinion_is_written_anew_the_others_read_the_one_given(world):
    dossier = IN_STATE["returned"](world)
    opine(
        world, dossier, "department", DEPARTMENT_OPINION | {"conditions": "Deux"}, world.ddcs17_head
    )

    officer = reader(world, dossier, world.ddcs17_officer)
    region = reader(world, dossier, world.dreal_head)
    assert shown(dossier, "department", officer)["conditions"] == "Deux"
    assert shown(dossier, "department", region) == DEPARTMENT_OPINION


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("state", "services", "applicant"),
    [
        ("submitted", (None, None), (None, None)),
        ("department_given", (DEPARTMENT_OPINION, None), (None, None)),
        ("returned", (DEPARTMENT_OPINION, None), (None, None)),
        ("region_given", (DEPARTMENT_OPINION, REGION_OPINION), (None, None)),
        ("decided", (DEPARTMENT_OPINION, REGION_OPINION), (None, None)),
        ("notified", (DEPARTMENT_OPINION, REGION_OPINION), (DEPARTMENT_OPINION, REGION_OPINION)),
    ],
)
def test_services_read_opinions_once_given_and_the_applicant_once_notified(
    world, state, services, applicant
):
    dossier = IN_STATE[state](world)

    for who, expected in ((SERVICE, services), (MANAGER, services), (APPLICANT, applicant)):
        seen = (shown(dossier, "department", who), shown(dossier, "region", who))
        assert seen == expected, who


@pytest.mark.databases("sqlite")
def test_the_applicant_learns_the_decision_with_its_notification(world):
    decided = a_decided(world)
    call = definition(decided)
    assert shown_decision(call, decided, SERVICE) is decided.decision
    assert shown_decision(call, decided, APPLICANT) is None

    act(world, decided, "notify", world.dreal_head)
    assert shown_decision(call, decided, APPLICANT) is decided.decision


@pytest.mark.databases("sqlite")
def test_before_a_decision_nobody_sees_one(world):
    dossier = a_region_given(world)

    assert shown_decision(definition(dossier), dossier, SERVICE) is None


@pytest.mark.databases("sqlite")
def test_the_papers_of_each_reader_hold_what_that_reader_may_see(world):
    dossier = a_region_given(world)
    call = definition(dossier)

    def printed(who):
        content = presentation(
            dossier, call, who, version=dossier.versions[0], demo_notice="", now=NOW
        )
        return (
            content["opinion_department_opinion"],
            content["opinion_region_text"],
            content["opinion_region_given"],
        )

    assert printed(APPLICANT) == ("", "", "")
    assert printed(SERVICE) == (
        "Projet utile au territoire.",
        "Avis partagé avec la DRJSCS.",
        "Rendu le 16 novembre 2026 à 12\u00a0h\u00a000, sur la version 1",
    )


@pytest.mark.databases("sqlite")
def test_a_draft_prints_as_a_draft_for_who_writes_it(world):
    dossier = a_submitted(world)
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)
    drafter = reader(world, dossier, world.ddcs17_officer)

    content = presentation(
        dossier, definition(dossier), drafter, version=dossier.versions[0], demo_notice="", now=NOW
    )
    assert content["opinion_department_given"] == "Projet d’avis, non rendu"


@pytest.mark.databases("sqlite")
def test_an_opinion_given_by_a_stand_in_says_so_on_paper(world):
    dossier = a_submitted(world)
    service = world.ddcs17_head.service_memberships[0].service
    today = NOW.date()
    a_stand_in(world.session, service, world.ddcs17_officer, world.ddcs17_head, today, today)
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)
    act(world, dossier, "give_department_opinion", world.ddcs17_officer)

    content = presentation(
        dossier, definition(dossier), SERVICE, version=dossier.versions[0], demo_notice="", now=NOW
    )
    assert content["opinion_department_given"] == (
        "Rendu le 16 novembre 2026 à 12\u00a0h\u00a000, par suppléance, sur la version 1"
    )


@pytest.mark.databases("sqlite")
def test_what_was_notified_stays_readable_while_a_new_decision_is_prepared(world):
    waiting = {"outcome": "waiting_list", "rank": Count(2, approximate=False)}
    dossier = a_notified(world, waiting)
    act(world, dossier, "promote", world.dreal_head, DECISION)
    call = definition(dossier)

    assert shown_decision(call, dossier, APPLICANT).outcome == "waiting_list"
    assert shown_decision(call, dossier, SERVICE).outcome == "selected"
    assert shown_opinion(call, dossier, "region", APPLICANT, None).given_at is not None

    act(world, dossier, "notify", world.dreal_head)
    assert shown_decision(call, dossier, APPLICANT).outcome == "selected"
