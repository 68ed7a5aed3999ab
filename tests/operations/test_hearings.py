"""Hearing slots: made with the call, booked once each, changed by the call's manager."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest

from grants.accounts.models import User
from grants.calls.definition import Sitting
from grants.calls.queries import journal
from grants.database import WRITING
from grants.dossiers.awaiting import lacking, slot_of, slot_words
from grants.dossiers.errors import ActIncomplete, SlotRefused, TransitionRefused
from grants.dossiers.operations import fire
from grants.dossiers.operations.hearings import TAKEN, option_of
from grants.dossiers.operations.sittings import add_slots, move_booking, release, remove_slot
from grants.dossiers.queries import dossier_by_reference
from grants.forms import Unreadable
from grants.mail.models import Mail
from tests.factories import NOW
from tests.rich import FAIR, GOOD, HEARD, YES, a_jury, a_rich_world, act, book, slots

MONDAY = date(2026, 11, 23)


@pytest.fixture
def world(session):
    return a_rich_world(session)


def a_run(start="10:00", end="11:00", every=20, day=MONDAY) -> Sitting:
    return Sitting(day=day, start=start, end=end, every=every)


def mails(world) -> list[tuple[str, str]]:
    return [(each.recipient, each.body) for each in world.session.query(Mail).order_by(Mail.id)]


def test_the_slots_of_the_file_are_made_once_with_the_call(world):
    assert [slot_words(each) for each in slots(world)] == [
        "20 novembre 2026 à 9\u00a0h\u00a000, Salle Condorcet",
        "20 novembre 2026 à 9\u00a0h\u00a030, Salle Condorcet",
        "23 novembre 2026 à 14\u00a0h\u00a000, Salle Condorcet",
    ]


def test_a_booking_is_kept_told_and_takes_the_turn_away(world):
    dossier = a_jury(world)

    book(world, dossier, 1)

    slot = slot_of(dossier, "interview")
    assert (slot.dossier_id, slot.booked_by, slot.booked_at) == (dossier.id, world.author, NOW)
    assert dossier.events[-1].note == {
        "slot": "20 novembre 2026 à 9\u00a0h\u00a030, Salle Condorcet"
    }
    assert dossier.turn == ["juror"]
    assert mails(world)[-1] == (
        "second-juror@example.org",
        "Audition : 20 novembre 2026 à 9\u00a0h\u00a030, Salle Condorcet.",
    )


def test_booking_again_moves_the_dossier_and_frees_the_slot_before(world):
    dossier = a_jury(world)
    book(world, dossier, 1)

    book(world, dossier, 2)

    assert [each.dossier_id for each in slots(world)] == [None, None, dossier.id]


def test_a_slot_that_another_dossier_holds_is_said_to_be_taken(world):
    first, second = a_jury(world), a_jury(world)
    book(world, first, 0)

    with pytest.raises(TransitionRefused) as refused:
        book(world, second, 0)

    assert refused.value.reasons == [TAKEN]


def test_a_choice_that_no_longer_stands_among_the_free_slots_is_said_at_its_place(world):
    dossier = a_jury(world)

    with pytest.raises(ActIncomplete) as refused:
        act(world, dossier, "book", world.author, {"slot": Unreadable("slot_99")})

    assert [(gap.field, gap.message) for gap in refused.value.gaps] == [("slot", TAKEN)]


def test_no_slot_is_booked_once_its_hour_has_come(world):
    dossier = a_jury(world)
    world.now = slots(world)[0].starts_at

    with pytest.raises(TransitionRefused):
        book(world, dossier, 0)


def test_when_no_slot_is_left_it_is_said(world):
    dossier = a_jury(world)
    chosen = option_of(slots(world)[0])
    world.now = HEARD + timedelta(days=10)

    with pytest.raises(TransitionRefused) as refused:
        act(world, dossier, "book", world.author, {"slot": chosen})

    assert refused.value.reasons == [
        "Aucun créneau n’est libre pour l’instant : écrivez au contact de l’appel."
    ]


def test_the_decision_waits_for_the_hour_of_the_hearing_and_for_the_sheets(world):
    dossier = a_jury(world)
    awaits = dossier.definition.circuit.transitions["choose"].awaits

    def lacks():
        return lacking(dossier, dossier.definition, awaits, now=world.now)

    assert lacks() == [
        "« Grille du projet » : 0 grille remise sur 2 attendues.",
        "« Audition devant le jury » : aucun créneau n’est réservé.",
    ]
    book(world, dossier, 0)
    act(world, dossier, "score", world.juror, GOOD)
    act(world, dossier, "score", world.second_juror, FAIR)
    assert lacks() == ["« Audition devant le jury » : le créneau réservé n’est pas encore passé."]
    with pytest.raises(TransitionRefused):
        act(world, dossier, "choose", world.chair, YES)
    world.now = HEARD
    act(world, dossier, "choose", world.chair, YES)
    assert dossier.state == "chosen"


def test_two_dossiers_that_take_one_slot_at_once_do_not_both_have_it(world, session_factory):
    dossiers = [a_jury(world), a_jury(world)]
    seen = [(each.reference, each.step) for each in dossiers]
    slot, author_id = slots(world)[0], world.author.id
    chosen = option_of(slot)
    world.session.commit()
    together = Barrier(2)

    def one(reference, step):
        together.wait(timeout=10)
        with session_factory() as own:
            own.connection(execution_options=WRITING)
            try:
                fire(
                    own,
                    dossier_by_reference(own, reference),
                    "book",
                    actor=own.get_one(User, author_id),
                    now=NOW,
                    step=step,
                    inputs={"slot": chosen},
                )
            except TransitionRefused as refused:
                return refused.reasons
            own.commit()
            return "booked"

    with ThreadPoolExecutor(max_workers=2) as hands:
        outcomes = [each.result(20) for each in [hands.submit(one, *each) for each in seen]]

    assert sorted(outcomes, key=str) == [[TAKEN], "booked"]
    world.session.expire_all()
    assert slot.dossier_id == dossiers[outcomes.index("booked")].id


def test_a_run_of_slots_is_added_without_those_that_stand_already(world):
    added = add_slots(
        world.session,
        world.call,
        "interview",
        a_run("14:00", "15:00", 30),
        place="Salle Curie",
        actor=world.call_manager,
        now=NOW,
    )

    assert added == 1
    assert slot_words(slots(world)[-1]) == "23 novembre 2026 à 14\u00a0h\u00a030, Salle Curie"


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (a_run("11:00", "11:00"), "La fin doit suivre le début."),
        (a_run(day=date(2026, 11, 2)), "Ces créneaux commencent dans le passé."),
        (a_run("00:00", "23:59", 1), "Cela ferait 1439 créneaux ; 200 au plus à la fois."),
    ],
)
def test_a_run_that_makes_no_sense_is_refused(world, run, reason):
    with pytest.raises(SlotRefused) as refused:
        add_slots(
            world.session, world.call, "interview", run, place="", actor=world.call_manager, now=NOW
        )

    assert refused.value.reason == reason
    assert len(slots(world)) == 3


def test_a_free_slot_is_removed_and_a_booked_one_is_not(world):
    dossier = a_jury(world)
    book(world, dossier, 0)

    remove_slot(world.session, slots(world)[2], actor=world.call_manager, now=NOW)
    with pytest.raises(SlotRefused):
        remove_slot(world.session, slots(world)[0], actor=world.call_manager, now=NOW)

    assert [each.dossier_id for each in slots(world)] == [dossier.id, None]


def test_a_released_slot_gives_the_turn_back_and_is_told(world):
    dossier = a_jury(world)
    book(world, dossier, 0)

    release(world.session, dossier, slots(world)[0], actor=world.call_manager, now=NOW)

    assert slot_of(dossier, "interview") is None
    assert dossier.turn == ["juror", "author"]
    recipient, body = mails(world)[-1]
    assert recipient == "author@example.org"
    assert "Le créneau que vous aviez réservé ne tient plus." in body
    with pytest.raises(SlotRefused):
        release(world.session, dossier, slots(world)[0], actor=world.call_manager, now=NOW)


def test_a_hearing_that_has_begun_is_neither_released_nor_moved(world):
    dossier = a_jury(world)
    book(world, dossier, 0)
    held, other = slots(world)[:2]
    by = {"actor": world.call_manager, "now": held.starts_at}

    with pytest.raises(SlotRefused) as released:
        release(world.session, dossier, held, **by)
    with pytest.raises(SlotRefused) as moved:
        move_booking(world.session, dossier, held, option_of(other), **by)

    heard = "L’audition du 20 novembre 2026 à 9\u00a0h\u00a000 a déjà eu lieu."
    assert (released.value.reason, moved.value.reason) == (heard, heard)
    assert slot_of(dossier, "interview") == held


def test_a_moved_booking_is_told_with_its_new_hour(world):
    dossier = a_jury(world)
    book(world, dossier, 0)

    move_booking(
        world.session,
        dossier,
        slots(world)[0],
        option_of(slots(world)[2]),
        actor=world.call_manager,
        now=NOW,
    )

    assert [each.dossier_id for each in slots(world)] == [None, None, dossier.id]
    assert (
        "Nouvelle heure : 23 novembre 2026 à 14\u00a0h\u00a000, Salle Condorcet."
        in mails(world)[-1][1]
    )


def test_the_journal_of_the_call_tells_what_became_of_its_slots_and_by_whom(world):
    dossier = a_jury(world)
    book(world, dossier, 0)
    by = {"actor": world.call_manager, "now": NOW}

    add_slots(world.session, world.call, "interview", a_run(), place="", **by)
    add_slots(world.session, world.call, "interview", a_run(), place="", **by)
    remove_slot(world.session, slots(world)[1], **by)
    move_booking(world.session, dossier, slots(world)[0], option_of(slots(world)[1]), **by)
    release(world.session, dossier, slots(world)[1], **by)

    told = [each for each in journal(world.session, world.call) if each.kind == "slots"]
    first, last = (
        "20 novembre 2026 à 9\u00a0h\u00a000, Salle Condorcet",
        "23 novembre 2026 à 10\u00a0h\u00a000",
    )
    assert {each.actor for each in told} == {world.call_manager}
    assert sorted(each.detail["text"] for each in told) == [
        f"3 créneaux ajoutés : {last}, jusqu’au 23 novembre 2026 à 10\u00a0h\u00a040",
        f"Audition de FQ-0001 : {first}, déplacée au {last}",
        f"Créneau libéré : {last} (FQ-0001)",
        "Créneau retiré : 20 novembre 2026 à 9\u00a0h\u00a030, Salle Condorcet",
    ]


def test_a_booking_that_was_moved_meanwhile_is_not_released_by_an_older_page(world):
    dossier = a_jury(world)
    book(world, dossier, 0)
    book(world, dossier, 2)

    with pytest.raises(SlotRefused):
        release(world.session, dossier, slots(world)[0], actor=world.call_manager, now=NOW)

    assert slot_of(dossier, "interview") is slots(world)[2]
