"""Due dates: reminders that come once, on the day they say, and acts that a date carries out."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls.models import CallRevision, HearingSlot
from grants.dossiers.clocks import ClockRun, run_clocks
from grants.dossiers.deadlines import add_months
from grants.dossiers.models import Dossier, DossierEvent, ReminderSent
from grants.mail.models import Mail
from tests.counting import statements_of
from tests.definitions.broken import broken
from tests.definitions.rich import RICH
from tests.factories import (
    DEPARTMENT_OPINION,
    IN_STATE,
    NOW,
    a_department_given,
    a_draft,
    a_notified,
    a_submitted,
    a_world,
    act,
    opine,
)
from tests.rich import FAIR, GOOD, HEARD, a_jury, a_rich_world, book

#: The departmental opinion is due thirty days after the deposit, the 16th of December.
NOON = datetime(2026, 12, 16, 11, 0, tzinfo=UTC)


@pytest.fixture
def world(session: Session):
    return a_world(session)


@pytest.fixture
def run(session, session_factory):
    """Commit what the test prepared, then let the clocks run as of an instant."""

    def _run(at: datetime) -> ClockRun:
        session.commit()
        done = run_clocks(session_factory, now=at)
        session.expire_all()
        return done

    return _run


def reminders(session) -> list[tuple[str, str]]:
    """(recipient, subject) of the reminders queued so far."""
    kinds = ("dossier.reminder_to_service", "dossier.reminder_to_applicant")
    rows = session.scalars(select(Mail).where(Mail.kind.in_(kinds)).order_by(Mail.id)).all()
    return [(each.recipient.removesuffix("@example.org"), each.subject) for each in rows]


LATE_OPINION = "Dossier HLM14-0001 : Avis départemental attendu le 16 décembre 2026"


def test_the_department_is_reminded_seven_days_before_the_day_before_and_the_day_after(world, run):
    a_submitted(world)

    days = [day for day in range(-31, 4) if run(NOON + timedelta(days=day)).reminded]

    assert days == [-7, -1, 1]
    both = [("ddcs17-head", LATE_OPINION), ("ddcs17-officer", LATE_OPINION)]
    assert reminders(world.session) == 3 * both


def test_running_twice_reminds_once(world, run):
    a_submitted(world)

    assert [run(NOON - timedelta(days=7)) for _ in range(2)] == [ClockRun(reminded=1), ClockRun()]
    assert len(reminders(world.session)) == 2


def test_two_runs_at_once_remind_once(world, session_factory):
    for _ in range(4):
        a_submitted(world)
    world.session.commit()

    with ThreadPoolExecutor(max_workers=2) as workers:
        runs = list(
            workers.map(lambda _: run_clocks(session_factory, now=NOON - timedelta(days=7)), "ab")
        )

    assert sum(each.reminded for each in runs) == 4
    assert [each.failed for each in runs] == [[], []]
    assert len(reminders(world.session)) == 8


def test_after_a_silence_one_reminder_is_enough(world, run):
    a_submitted(world)

    assert run(NOON + timedelta(days=5)) == ClockRun(reminded=1)
    keys = world.session.scalars(
        select(Mail.unique_key).where(Mail.kind == "dossier.reminder_to_service")
    ).all()
    assert set(keys) == {
        f"HLM14-0001:department_opinion:2026-12-16:-1:{person.id}"
        for person in (world.ddcs17_head, world.ddcs17_officer)
    }
    sent = world.session.scalars(select(ReminderSent).order_by(ReminderSent.days_before)).all()
    assert [each.days_before for each in sent] == [-1, 1, 7]


def test_nobody_is_reminded_of_what_was_done(world, run):
    a_department_given(world)

    run(NOON - timedelta(days=7))  # The regional opinion is due ten days earlier.

    assert {recipient for recipient, _ in reminders(world.session)} == {
        "dreal54-officer",
        "dreal54-head",
    }


def test_drafts_and_ended_dossiers_have_no_due_date(world, run):
    a_draft(world)
    a_notified(world)
    IN_STATE["withdrawn"](world)

    assert run(NOON + timedelta(days=100)) == ClockRun()


@pytest.mark.parametrize(
    ("instant", "reminded"),
    [
        # Winter: midnight in Paris is 23 h UTC.
        (datetime(2026, 12, 8, 22, 59, 59, tzinfo=UTC), 0),
        (datetime(2026, 12, 8, 23, 0, tzinfo=UTC), 1),
    ],
)
def test_a_reminder_leaves_at_midnight_in_paris(world, run, instant, reminded):
    a_submitted(world)

    assert run(instant).reminded == reminded


@pytest.mark.parametrize(
    ("deposited", "due", "last_moment"),
    [
        # Due on the day that has 25 hours, on the one that has 23, and in the summer.
        (datetime(2026, 9, 25, 10, tzinfo=UTC), date(2026, 10, 25), (25, 22, 59)),
        (datetime(2027, 2, 26, 10, tzinfo=UTC), date(2027, 3, 28), (28, 21, 59)),
        (datetime(2026, 6, 1, 10, tzinfo=UTC), date(2026, 7, 1), (1, 21, 59)),
        # Deposited after midnight in Paris, still the day before in UTC.
        (datetime(2026, 6, 1, 22, 30, tzinfo=UTC), date(2026, 7, 2), (2, 21, 59)),
    ],
)
def test_a_due_date_lasts_until_midnight_in_paris(session, run, deposited, due, last_moment):
    world = a_world(session, now=deposited)
    dossier = a_submitted(world)
    assert dossier.due_on == due
    run(datetime(due.year, due.month, due.day, 10, tzinfo=UTC))

    day, hour, minute = last_moment
    in_time = datetime(due.year, due.month, day, hour, minute, 59, tzinfo=UTC)

    assert run(in_time) == ClockRun()
    assert run(in_time + timedelta(seconds=1)) == ClockRun(reminded=1)


def test_the_applicant_is_reminded_of_the_pieces_before_the_date_that_was_given(world, run):
    dossier = IN_STATE["incomplete"](world)
    assert (dossier.due_on, dossier.due_clock) == (date(2026, 11, 26), "completion")

    noon = datetime(2026, 11, 26, 11, tzinfo=UTC)
    days = [day for day in range(-10, 3) if run(noon + timedelta(days=day)).reminded]

    assert days == [-7, -2, 1]
    assert {recipient for recipient, _ in reminders(world.session)} == {
        "semis-editor",
        "semis-signatory",
    }


def test_a_short_delay_is_not_recalled_at_once_by_its_seven_days_reminder(world, run):
    dossier = a_submitted(world)
    asked = {"pieces": ("La convention",), "due": (NOW + timedelta(days=3)).date()}
    act(world, dossier, "request_completion", world.ddcs17_officer, asked)

    assert [run(NOW + timedelta(days=day)).reminded for day in range(5)] == [0, 1, 0, 0, 1]


def test_a_new_round_is_reminded_of_anew(world, run):
    dossier = IN_STATE["returned"](world)
    run(NOON - timedelta(days=7))
    world.session.refresh(dossier)
    assert dossier.due_clock == "department_opinion"
    world.now = NOON
    opine(world, dossier, "department", DEPARTMENT_OPINION | {"conditions": "2"}, world.ddcs17_head)
    act(world, dossier, "give_department_opinion", world.ddcs17_head)
    act(world, dossier, "return_to_department", world.dreal_head, {"comment": "Encore."})

    assert dossier.due_on == date(2027, 1, 15)
    assert run(NOON + timedelta(days=23)) == ClockRun(reminded=1)


#: The date for completing, once past, ends the dossier: no person does it.
LAPSING = broken(
    (
        "    withdraw:\n      label:",
        (
            "    lapse:\n"
            "      label: Constater l’abandon\n"
            "      done: Compléments non reçus dans le délai\n"
            "      from: [incomplete]\n"
            "      to: withdrawn\n"
            "      mails: [withdrawn_to_department]\n"
            "    withdraw:\n      label:"
        ),
    ),
    (
        "      reminders: [7, 2, -1]\n      remind: [editor, signatory]\n",
        "      reminders: [7, 2]\n      remind: [editor, signatory]\n      fires: lapse\n",
    ),
)


def test_a_date_that_is_past_carries_out_its_act_once(session, run):
    world = a_world(session, source=LAPSING)
    dossier = IN_STATE["incomplete"](world)
    last_moment = datetime(2026, 11, 26, 22, 59, 59, tzinfo=UTC)

    assert run(last_moment).fired == 0
    midnight = last_moment + timedelta(seconds=1)
    assert [run(midnight) for _ in range(2)] == [ClockRun(fired=1), ClockRun()]

    event = session.scalars(select(DossierEvent).order_by(DossierEvent.step.desc())).first()
    assert (event.trigger, event.actor, event.role, event.at) == ("lapse", None, None, midnight)
    assert (dossier.state, dossier.closed_at, dossier.due_on) == ("withdrawn", midnight, None)
    written_to = session.scalars(
        select(Mail.recipient).where(Mail.kind == "dossier.withdrawn_to_department")
    ).all()
    assert sorted(written_to) == ["ddcs17-head@example.org", "ddcs17-officer@example.org"]


def test_two_runs_at_once_carry_out_the_act_once(session, session_factory):
    world = a_world(session, source=LAPSING)
    for _ in range(3):
        IN_STATE["incomplete"](world)
    session.commit()

    with ThreadPoolExecutor(max_workers=2) as workers:
        runs = list(workers.map(lambda _: run_clocks(session_factory, now=NOON), "ab"))

    assert sum(each.fired for each in runs) == 3
    assert [(each.failed, each.refused) for each in runs] == [([], {}), ([], {})]
    assert len(session.scalars(select(DossierEvent.id).filter_by(trigger="lapse")).all()) == 3


def test_an_act_that_is_refused_stops_no_other_dossier(session, run):
    guarded = broken(
        (
            "      mails: [withdrawn_to_department]\n    withdraw:",
            "      guard: households > 30\n      refusal: Trop peu de ménages.\n    withdraw:",
        ),
        text=LAPSING,
    )
    world = a_world(session, source=guarded)
    small, reminded = IN_STATE["incomplete"](world), a_submitted(world)

    done = run(NOON + timedelta(days=1))

    assert done == ClockRun(reminded=1, refused={small.reference: ["Trop peu de ménages."]})
    assert (small.state, reminded.state) == ("incomplete", "submitted")


def test_a_dossier_in_error_stops_no_other(world, run, caplog):
    broken_one, other = IN_STATE["incomplete"](world), a_submitted(world)
    world.editor.email = "pas une adresse"

    done = run(NOON - timedelta(days=7))

    assert done == ClockRun(reminded=1, failed=[broken_one.reference])
    assert [each.dossier_id for each in world.session.scalars(select(ReminderSent))] == [other.id]
    assert "BadRecipient" in caplog.text


def test_a_dossier_that_cannot_be_judged_stops_no_other(session, world, run, caplog):
    unreadable, other = a_submitted(world), a_submitted(world)
    revision = CallRevision(
        call=world.call, number=99, source="", definition={}, sha256="0" * 64, imported_at=NOW
    )
    session.add(revision)
    session.flush()
    unreadable.revision_id = revision.id
    session.add(  # so that both of its clocks are judged
        HearingSlot(
            call_id=world.call.id,
            hearing_key="x",
            starts_at=NOON - timedelta(days=8),
            dossier_id=unreadable.id,
            booked_at=NOW,
            booked_by_id=world.editor.id,
        )
    )

    done = run(NOON - timedelta(days=7))

    assert done == ClockRun(reminded=1, failed=[unreadable.reference])
    assert [each.dossier_id for each in session.scalars(select(ReminderSent))] == [other.id]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 11, 16), 2, date(2027, 1, 16)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 30), 2, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 10, 1), 24, date(2028, 10, 1)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(start, months, end):
    assert add_months(start, months) == end


def test_the_silence_is_counted_from_the_day_it_is_in_paris(session):
    world = a_world(session, now=datetime(2026, 11, 30, 23, 30, tzinfo=UTC))

    assert a_submitted(world).silence_on == date(2027, 2, 1)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("state", IN_STATE)
def test_silence_decides_only_while_the_services_have_the_dossier(world, state):
    waiting = {"submitted", "department_given", "returned", "region_given", "decided"}

    expected = date(2027, 1, 16) if state in waiting else None
    assert IN_STATE[state](world).silence_on == expected


def test_a_later_act_does_not_move_the_silence(world):
    dossier: Dossier = a_submitted(world)
    later = replace(world, now=NOW + timedelta(days=20))
    opine(later, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_head)
    act(later, dossier, "give_department_opinion", world.ddcs17_head)

    assert dossier.silence_on == date(2027, 1, 16)


HEARD_BY_ITSELF = broken(
    (
        "    chosen: {phase: decided",
        (
            "    heard: {phase: review, labels: {applicant: Entendu, service: Vu}, turn: [chair]}\n"
            "    chosen: {phase: decided"
        ),
    ),
    (
        "    choose:\n",
        (
            "    end: {label: Finir, done: Audition tenue, from: [jury], to: heard,\n"
            "      awaits: {hearings: [interview], grids: [project]}}\n"
            "    choose:\n"
        ),
    ),
    ("done: Décision prise, from: [jury]", "done: Décision prise, from: [heard]"),
    ("decides: true, awaits: {grids: [project], hearings: [interview]},", "decides: true,"),
    text=RICH,
)


def test_a_dossier_goes_on_by_itself_once_its_hearing_is_held(session, run):
    rich = a_rich_world(session, source=HEARD_BY_ITSELF)
    dossier = a_jury(rich)
    book(rich, dossier, 0)
    for juror, scores in ((rich.juror, GOOD), (rich.second_juror, FAIR)):
        act(rich, dossier, "score", juror, scores)

    assert run(NOW).fired == 0
    assert run(HEARD).fired == 1
    session.refresh(dossier)
    assert (dossier.state, dossier.events[-1].actor) == ("heard", None)
    assert run(HEARD).fired == 0


def test_a_minute_in_which_nothing_is_due_asks_as_much_for_many_dossiers(
    session, session_factory, engine
):
    rich = a_rich_world(session, source=HEARD_BY_ITSELF)

    def asked_once_heard(slot: int) -> int:
        book(rich, a_jury(rich), slot)
        session.commit()
        return statements_of(engine, lambda: run_clocks(session_factory, now=HEARD))

    assert asked_once_heard(0) == asked_once_heard(1)
