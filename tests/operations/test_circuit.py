"""The SEMIS dossier's way through the circuit, act by act, and every exit."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls.loader import read_call
from grants.dossiers.errors import ActIncomplete, NotYourTurn, StaleAct, TransitionRefused
from grants.dossiers.models import Decision, DossierEvent, Receipt
from grants.dossiers.operations import fire
from grants.dossiers.review import deposit_gaps
from grants.forms import Gap
from grants.mail.models import Mail
from grants.reference.territories import commune
from tests.definitions.small import SMALL
from tests.factories import (
    DECISION,
    DEPARTMENT_OPINION,
    IN_STATE,
    NOW,
    REGION_OPINION,
    SEMIS,
    a_decided,
    a_department_given,
    a_draft,
    a_notified,
    a_region_given,
    a_stand_in,
    a_submitted,
    a_world,
    act,
    opine,
    write,
)


@pytest.fixture
def world(session: Session):
    return a_world(session)


def test_a_dossier_goes_from_draft_to_notified_decision_on_one_version(world):
    dossier = a_notified(world)

    assert [event.trigger for event in dossier.events] == [
        "submit",
        "give_department_opinion",
        "give_region_opinion",
        "decide",
        "notify",
    ]
    assert [event.version_number for event in dossier.events] == [1, 1, 1, 1, 1]
    assert (dossier.state, dossier.phase, dossier.notified_at) == ("notified", "notified", NOW)
    assert dossier.decision.outcome == "selected"
    assert dossier.decision.amount_cents == 2_000_000
    assert dossier.decision.version.number == 1
    assert {each.opinion_key: each.version.number for each in dossier.opinions} == {
        "department": 1,
        "region": 1,
    }


@pytest.mark.parametrize("state", IN_STATE)
def test_every_state_of_the_circuit_can_be_reached(world, state):
    assert IN_STATE[state](world).state == state


def test_a_deposit_places_the_dossier_in_the_territory_of_its_time(world):
    dossier = a_submitted(world)

    assert (dossier.department_code, dossier.region_code) == ("17", "54")
    assert dossier.submitted_at == NOW
    assert dossier.due_on == NOW.date() + timedelta(days=30)


def test_a_deposit_issues_a_receipt_with_what_the_law_asks(world):
    dossier = a_submitted(world)

    receipt = world.session.scalars(select(Receipt)).one()
    assert receipt.content["reference"] == dossier.reference
    assert receipt.content["received"] == "16 novembre 2026 à 12\u00a0h\u00a000"
    assert receipt.content["silence_on"] == "16 janvier 2027"
    assert receipt.content["contact"]["phone"] == "05 00 00 00 00"
    assert dossier.silence_on.isoformat() == "2027-01-16"


def test_a_deposit_writes_to_the_landlord_and_to_its_department_alone(world):
    a_submitted(world)

    mails = world.session.scalars(select(Mail).order_by(Mail.recipient)).all()
    assert [(mail.recipient, mail.kind) for mail in mails] == [
        ("ddcs17-head@example.org", "dossier.deposit_to_department"),
        ("ddcs17-officer@example.org", "dossier.deposit_to_department"),
        ("semis-editor@example.org", "dossier.receipt_to_applicant"),
        ("semis-signatory@example.org", "dossier.receipt_to_applicant"),
    ]


def test_a_late_deposit_is_refused_with_the_closing_date(world):
    dossier = a_draft(world, SEMIS)
    late = world.call.closes_at

    with pytest.raises(ActIncomplete) as refusal:
        act(replace(world, now=late), dossier, "submit", world.signatory)

    assert refusal.value.reasons == [
        (
            "L’appel est clos depuis le 6 décembre 2026 à 11\u00a0h\u00a059, heure de Paris : "
            "le dépôt est refusé."
        )
    ]


def test_the_last_minute_is_still_in_time(world):
    dossier = a_draft(world, SEMIS)
    last = world.call.closes_at - timedelta(seconds=1)

    act(replace(world, now=last), dossier, "submit", world.signatory)

    assert dossier.state == "submitted"


def test_an_incomplete_deposit_is_refused_and_says_all_that_is_missing(world):
    dossier = a_draft(world, SEMIS)
    write(world, dossier, {"summary": None, "commitment": None})

    with pytest.raises(ActIncomplete) as refusal:
        act(world, dossier, "submit", world.signatory)

    assert {gap.field for gap in refusal.value.gaps} == {"summary", "commitment"}
    assert dossier.state == "draft"


def test_a_deposit_without_certification_is_refused(world):
    dossier = a_draft(world, SEMIS)

    with pytest.raises(ActIncomplete, match="certification"):
        fire(world.session, dossier, "submit", actor=world.signatory, now=NOW, step=dossier.step)


def test_a_second_press_of_the_same_button_does_nothing_more(world):
    dossier = a_draft(world, SEMIS)
    shown = dossier.step
    act(world, dossier, "submit", world.signatory)

    with pytest.raises(StaleAct):
        fire(
            world.session,
            dossier,
            "submit",
            actor=world.signatory,
            now=NOW,
            step=shown,
            certified=True,
        )

    assert len(world.session.scalars(select(DossierEvent)).all()) == 1


def test_an_editor_cannot_deposit(world):
    with pytest.raises(NotYourTurn):
        act(world, a_draft(world, SEMIS), "submit", world.editor)


def test_an_officer_cannot_give_the_opinion(world):
    dossier = a_submitted(world)
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)

    with pytest.raises(NotYourTurn):
        act(world, dossier, "give_department_opinion", world.ddcs17_officer)


def test_another_department_can_do_nothing(world):
    with pytest.raises(NotYourTurn):
        act(world, a_submitted(world), "give_department_opinion", world.ddcs16_head)


def test_another_region_can_do_nothing(world):
    with pytest.raises(NotYourTurn):
        act(world, a_department_given(world), "give_region_opinion", world.elsewhere_head)


def test_the_contributor_drafts_the_regional_opinion_but_cannot_give_it(world):
    dossier = a_department_given(world)
    opine(world, dossier, "region", REGION_OPINION, world.drjscs_officer)

    with pytest.raises(NotYourTurn):
        act(world, dossier, "give_region_opinion", world.drjscs_officer)


def test_a_stand_in_gives_the_opinion_within_the_days_named_and_it_is_noted(world):
    dossier = a_submitted(world)
    service = world.ddcs17_head.service_memberships[0].service
    today = NOW.date()
    a_stand_in(world.session, service, world.ddcs17_officer, world.ddcs17_head, today, today)
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)

    event = act(world, dossier, "give_department_opinion", world.ddcs17_officer)

    assert (event.role, event.stood_in) == ("department_head", True)


def test_a_stand_in_whose_days_are_over_gives_nothing(world):
    dossier = a_submitted(world)
    service = world.ddcs17_head.service_memberships[0].service
    past = NOW.date() - timedelta(days=1)
    a_stand_in(world.session, service, world.ddcs17_officer, world.ddcs17_head, past, past)
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)

    with pytest.raises(NotYourTurn):
        act(world, dossier, "give_department_opinion", world.ddcs17_officer)


def test_an_unfavourable_opinion_without_a_reason_is_refused(world):
    dossier = a_department_given(world)
    opine(world, dossier, "region", {"verdict": "unfavourable"}, world.dreal_officer)

    with pytest.raises(ActIncomplete) as refusal:
        act(world, dossier, "give_region_opinion", world.dreal_head)

    assert [gap.field for gap in refusal.value.gaps] == ["text"]


def test_an_opinion_that_nobody_drafted_is_refused_for_its_gaps(world):
    with pytest.raises(ActIncomplete) as refusal:
        act(world, a_submitted(world), "give_department_opinion", world.ddcs17_head)

    assert {gap.field for gap in refusal.value.gaps} == {"opinion", "relevance", "reproducibility"}


def test_no_regional_opinion_before_the_departmental_one(world):
    with pytest.raises(TransitionRefused):
        act(world, a_submitted(world), "give_region_opinion", world.dreal_head)


def test_a_completion_stops_the_silence_and_its_deposit_starts_it_anew(world):
    dossier = IN_STATE["incomplete"](world)
    assert (dossier.silence_on, dossier.due_on.isoformat()) == (None, "2026-11-26")

    later = replace(world, now=NOW + timedelta(days=5))
    write(later, dossier, {"schedule": "Complété."})
    act(later, dossier, "resubmit", world.signatory)

    assert dossier.version_number == 2
    assert dossier.silence_on.isoformat() == "2027-01-21"
    assert [each.answers["schedule"] for each in dossier.versions] == [
        SEMIS["schedule"],
        "Complété.",
    ]


def test_a_completion_after_its_date_is_refused_with_the_date(world):
    dossier = IN_STATE["incomplete"](world)
    late = replace(world, now=NOW + timedelta(days=11))

    with pytest.raises(ActIncomplete, match="26 novembre 2026"):
        act(late, dossier, "resubmit", world.signatory)


def test_a_completion_date_that_is_past_can_be_put_off_and_the_deposit_made(world):
    dossier = IN_STATE["incomplete"](world)
    late = replace(world, now=NOW + timedelta(days=11))
    new_date = {"due": (NOW + timedelta(days=20)).date()}

    act(late, dossier, "extend_completion", world.ddcs17_head, new_date)
    assert (dossier.state, dossier.due_on.isoformat()) == ("incomplete", "2026-12-06")

    act(late, dossier, "resubmit", world.signatory)
    assert dossier.state == "submitted"


def test_a_completion_due_today_is_refused(world):
    inputs = {"pieces": ("La convention",), "due": NOW.date()}

    with pytest.raises(ActIncomplete, match="avenir"):
        act(world, a_submitted(world), "request_completion", world.ddcs17_head, inputs)


def test_a_returned_opinion_is_written_anew_and_the_first_one_kept(world):
    dossier = IN_STATE["returned"](world)
    opine(
        world, dossier, "department", DEPARTMENT_OPINION | {"conditions": "Deux"}, world.ddcs17_head
    )
    act(world, dossier, "give_department_opinion", world.ddcs17_head)

    rounds = [each for each in dossier.opinions if each.opinion_key == "department"]
    assert [(each.round, each.answers["conditions"]) for each in rounds] == [
        (1, "Signer la convention."),
        (2, "Deux"),
    ]


@pytest.mark.parametrize(
    ("decision", "missing"),
    [
        ({"outcome": "selected"}, "amount"),
        ({"outcome": "waiting_list"}, "rank"),
        ({"outcome": "rejected"}, "reason"),
        ({}, "outcome"),
    ],
)
def test_a_decision_without_its_substance_is_refused(world, decision, missing):
    with pytest.raises(ActIncomplete) as refusal:
        act(world, a_region_given(world), "decide", world.dreal_head, decision)

    assert [gap.field for gap in refusal.value.gaps] == [missing]


def test_a_rejection_keeps_no_amount_typed_before_the_mind_was_changed(world):
    dossier = a_decided(world, {"outcome": "rejected", "reason": "Hors champ", "amount": 2_000_000})

    assert (dossier.decision.outcome, dossier.decision.amount_cents) == ("rejected", None)


def test_a_decision_may_be_corrected_before_it_is_notified_and_both_are_kept(world):
    dossier = a_decided(world)
    act(world, dossier, "correct_decision", world.dreal_head, DECISION | {"amount": 1_500_000})

    decisions = world.session.scalars(select(Decision).order_by(Decision.number)).all()
    assert [each.amount_cents for each in decisions] == [2_000_000, 1_500_000]
    assert dossier.decision.number == 2


def test_only_a_waiting_dossier_can_be_decided_again_after_notification(world):
    from grants.forms import Count

    with pytest.raises(TransitionRefused, match="liste d’attente"):
        act(world, a_notified(world), "promote", world.dreal_head, DECISION)

    waiting = {"outcome": "waiting_list", "rank": Count(2, approximate=False)}
    dossier = a_notified(world, waiting)
    act(world, dossier, "promote", world.dreal_head, DECISION)
    assert (dossier.state, dossier.notified_at) == ("decided", None)


def test_an_inadmissibility_without_a_reason_is_refused(world):
    with pytest.raises(ActIncomplete):
        act(world, a_submitted(world), "declare_inadmissible", world.ddcs17_head, {})


def test_a_commune_outside_the_call_blocks_the_deposit(world):
    dossier = a_draft(world, SEMIS | {"location": commune("33063")})

    with pytest.raises(ActIncomplete, match="Charente-Maritime"):
        act(world, dossier, "submit", world.signatory)


def test_a_commune_of_no_region_blocks_the_deposit():
    """Nothing else would refuse it: the call is open to the whole country."""
    answers = {"garden": "Jardin du port", "place": commune("97502")}

    assert deposit_gaps(read_call(SMALL), answers) == [
        Gap(
            "garden",
            "place",
            "Saint-Pierre-et-Miquelon n’est d’aucune région : "
            "aucun service de l’appel ne recevrait le dossier.",
        )
    ]
