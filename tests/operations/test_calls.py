"""A call's life: imported, opened, moved, closed; who may, what is refused, what is written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from grants.accounts.models import Capacity, User
from grants.calls.loader import definition_of, read_call
from grants.calls.models import Call, CallEvent, CallRevision, CallStatus
from grants.calls.operations import (
    CallRefused,
    close_call,
    import_call,
    move_dates,
    open_call,
)
from grants.calls.queries import is_managed_by, journal, managed_calls, published_calls
from grants.calls.source import CallFileInvalid
from grants.calls.staffing import unstaffed, vacancies
from grants.database import WRITING
from grants.dossiers.following import counts_by_phase, dossiers_of_call
from grants.dossiers.operations import start
from grants.wording import PARIS
from tests.definitions.broken import HLM, broken
from tests.definitions.rich import RICH
from tests.definitions.small import SMALL
from tests.factories import NOW, a_draft, a_service, a_submitted, a_user, a_world, an_agent

DAY = timedelta(days=1)
NEWER = broken(("Jardins partagés", "Jardins ouverts"), text=SMALL)


@pytest.fixture
def manager(session: Session) -> User:
    return a_user(session, "manager", manages_calls=True)


def imported(session: Session, manager: User | None, source: str = SMALL, **options) -> Call:
    return import_call(session, source, actor=manager, now=NOW, **options).call


def staffed(session: Session, manager: User) -> Call:
    """The small call, in one department, whose chief is there; open for ten days."""
    only = broken(("certification:", 'departments: ["17"]\ncertification:'), text=SMALL)
    call = imported(session, manager, only, dates=(NOW - DAY, NOW + 10 * DAY))
    an_agent(session, a_service(session, "ddt", "17"), "chief", Capacity.HEAD)
    return call


def fault_of(session: Session, manager: User | None, source: str) -> str:
    with pytest.raises(CallFileInvalid) as fault:
        imported(session, manager, source)
    return str(fault.value)


def refusal(operation, *arguments, **options) -> list[str]:
    with pytest.raises(CallRefused) as refused:
        operation(*arguments, **options)
    return refused.value.reasons


def test_the_first_import_makes_a_call_in_preparation_managed_by_whoever_imports(session, manager):
    call = imported(session, manager)
    assert (call.slug, call.title, call.status(NOW)) == (
        "jardins-partages",
        "Jardins partagés",
        CallStatus.PREPARATION,
    )
    assert is_managed_by(session, call, manager)
    assert (call.revision.number, call.revision.source) == (1, SMALL)


def test_the_last_minute_of_the_file_is_still_in_time(session, manager):
    call = imported(session, manager)
    assert call.opens_at == datetime(2024, 2, 1, 9, 0, tzinfo=PARIS)
    assert call.closes_at == datetime(2024, 3, 1, 12, 1, tzinfo=PARIS)


def test_a_faulty_file_imports_nothing(session, manager):
    with pytest.raises(CallFileInvalid):
        imported(session, manager, broken(("slug:", "slog:"), text=SMALL))
    assert session.scalar(select(func.count()).select_from(Call)) == 0


def test_a_revision_gives_back_the_definition_of_its_file(session, manager):
    for source in (SMALL, HLM):
        call = imported(session, manager, source)
        session.expire_all()
        assert definition_of(call.revision) == read_call(source)


def test_a_new_file_is_a_new_revision_and_leaves_the_dates_alone(session, manager):
    call = imported(session, manager)
    dates = (call.opens_at, call.closes_at)
    moved = broken(("opens: 2024-02-01", "opens: 2024-01-15"), text=NEWER)
    again = imported(session, manager, moved)
    assert again is call
    assert (call.revision.number, call.title) == (2, "Jardins ouverts")
    assert (call.opens_at, call.closes_at) == dates


def test_the_same_file_twice_is_one_revision(session, manager):
    imported(session, manager)
    call = imported(session, manager)
    assert call.revision.number == 1
    assert [event.kind for event in journal(session, call)] == ["imported"]


def test_a_dossier_stays_on_the_revision_it_was_begun_on(session):
    world = a_world(session)
    draft = a_draft(world)
    import_call(
        session, broken(("  Un logement", "  Le logement")), actor=world.call_manager, now=NOW
    )
    assert (draft.revision.number, world.call.revision.number) == (1, 2)


def test_another_manager_cannot_replace_the_file(session, manager):
    imported(session, manager)
    other = a_user(session, "other", manages_calls=True)
    assert refusal(imported, session, other, NEWER) == [
        "L’appel « jardins-partages » existe et d’autres le gèrent."
    ]


def test_two_calls_never_share_the_beginning_of_their_references(session, manager):
    imported(session, manager)
    twin = broken(("slug: jardins-partages", "slug: autre"), text=SMALL)
    assert fault_of(session, manager, twin) == (
        "ligne 3 : Les références « JP » (« reference_prefix ») sont celles de "
        "« Jardins partagés »."
    )


def test_of_two_calls_imported_at_once_with_one_prefix_the_second_is_told(
    session: Session, session_factory: sessionmaker[Session], manager: User
):
    session.commit()
    session.connection(execution_options=WRITING)
    imported(session, None)

    def second() -> str:
        with session_factory() as own:
            own.connection(execution_options=WRITING)
            twin = broken(("slug: jardins-partages", "slug: autre"), text=SMALL)
            return fault_of(own, None, twin)

    with ThreadPoolExecutor(max_workers=1) as other:
        told = other.submit(second)
        assert wait([told], timeout=0.5).not_done == {told}
        session.commit()
        assert "« JP »" in told.result(timeout=10)


def test_whoever_saw_an_older_revision_is_told(session, manager):
    imported(session, manager, replaces=0)
    imported(session, manager, NEWER, replaces=1)
    (reason,) = refusal(imported, session, manager, SMALL, replaces=1)
    assert reason == (
        "Une autre version de cet appel (n° 2) a été importée entre-temps, le 16 novembre 2026 à "
        "12\u00a0h\u00a000. Relisez, puis importez à nouveau si c’est voulu."
    )


@pytest.mark.parametrize("already", [False, True], ids=["first import", "second import"])
def test_of_two_imports_at_once_the_second_is_told(
    session: Session, session_factory: sessionmaker[Session], manager: User, already: bool
):
    """Both saw the same revision, none or the first; the files differ."""
    if already:
        imported(session, manager)
    manager_id = manager.id
    session.commit()
    barrier, told = Barrier(2, timeout=30), []

    def run(title: str) -> None:
        with session_factory() as own:
            barrier.wait()
            own.connection(execution_options=WRITING)
            try:
                import_call(
                    own,
                    broken(("Jardins partagés", title), text=SMALL),
                    actor=own.get_one(User, manager_id),
                    now=NOW,
                    replaces=int(already),
                )
                own.commit()
                told.append("imported")
            except CallRefused:
                told.append("refused")

    threads = [Thread(target=run, args=(title,)) for title in ("Un", "Deux")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["imported", "refused"]
    assert session.scalar(select(func.count()).select_from(CallRevision)) == 1 + already


def test_opening_is_refused_while_a_role_has_nobody_in_a_territory(session, manager):
    call = staffed(session, manager)
    wider = broken(("certification:", 'departments: ["17", "33"]\ncertification:'), text=SMALL)
    imported(session, manager, wider)
    assert refusal(open_call, session, call, actor=manager, now=NOW) == [
        "Chef : personne pour Gironde."
    ]
    assert call.published_at is None


def test_a_head_who_left_leaves_a_role_without_anybody(session, manager):
    call = staffed(session, manager)
    assert unstaffed(session, call) == []
    session.scalars(select(User).where(User.name == "Chief")).one().active = False
    assert unstaffed(session, call) == ["Chef : personne pour Charente-Maritime."]


def test_a_call_for_the_whole_country_asks_for_every_region(session, manager):
    """Some overseas collectivities are of no region: they are asked nothing."""
    regional = broken(("kind: ddt, scope: department", "kind: dreal, scope: region"), text=SMALL)
    reasons = unstaffed(session, imported(session, manager, regional))
    assert len(reasons) == 18
    assert "Chef : personne pour Bretagne." in reasons


def test_a_head_alone_is_enough_where_officers_may_do_the_same(session):
    """The HLM call is open: its heads are there. Its officers are not, in three departments."""
    call = a_world(session).call
    assert unstaffed(session, call) == []
    assert vacancies(session, call) == [
        "Instructeur du service départemental : personne pour Charente.",
        "Instructeur du service départemental : personne pour Deux-Sèvres.",
        "Instructeur du service départemental : personne pour Vienne.",
    ]


def test_opening_asks_for_whoever_alone_can_act_and_for_as_many_scorers_as_the_grid(
    session, manager
):
    """The opinion of the committee is optional, but its head decides."""
    call = imported(session, manager, RICH, dates=(NOW - DAY, NOW + 10 * DAY))
    an_agent(session, a_service(session, "ddcs", "17"), "social", Capacity.OFFICER)
    an_agent(session, a_service(session, "drjscs", "54"), "juror", Capacity.OFFICER)
    assert refusal(open_call, session, call, actor=manager, now=NOW) == [
        "Président du comité : personne pour Poitou-Charentes.",
        "Agent des travaux : personne pour Charente-Maritime.",
        "Membre du jury : 1 personne pour Poitou-Charentes, il en faut 2.",
    ]


def test_opening_shows_the_call_to_the_public_from_its_opening_date(session, manager):
    call = staffed(session, manager)
    open_call(session, call, actor=manager, now=NOW)
    assert list(published_calls(session)) == [call]
    instants = (call.opens_at - DAY, call.opens_at, call.closes_at - DAY, call.closes_at)
    assert [call.status(instant) for instant in instants] == [
        CallStatus.COMING,
        CallStatus.OPEN,
        CallStatus.OPEN,
        CallStatus.CLOSED,
    ]


def test_a_call_is_opened_once_and_not_after_its_closing(session, manager):
    call = staffed(session, manager)
    late = call.closes_at
    assert refusal(open_call, session, call, actor=manager, now=late) == [
        "La date de clôture est passée : déplacez-la avant d’ouvrir."
    ]
    open_call(session, call, actor=manager, now=NOW)
    assert refusal(open_call, session, call, actor=manager, now=NOW) == [
        "Cet appel est déjà publié."
    ]


def test_closing_refuses_deposits_at_once_and_happens_once(session, manager):
    call = staffed(session, manager)
    open_call(session, call, actor=manager, now=NOW)
    close_call(session, call, actor=manager, now=NOW + DAY)
    assert call.status(NOW + DAY) is CallStatus.CLOSED
    assert refusal(close_call, session, call, actor=manager, now=NOW + DAY) == [
        "Cet appel n’est pas ouvert."
    ]


def test_a_call_is_not_closed_at_the_very_instant_it_opens(session, manager):
    call = staffed(session, manager)
    open_call(session, call, actor=manager, now=NOW - 2 * DAY)

    assert refusal(close_call, session, call, actor=manager, now=call.opens_at) == [
        "Cet appel ouvre à l’instant même ; réessayez dans une minute."
    ]
    close_call(session, call, actor=manager, now=call.opens_at + timedelta(microseconds=1))
    assert call.status(NOW) is CallStatus.CLOSED


def test_whoever_read_the_call_before_a_colleague_closed_it_does_not_close_it_again(
    session, session_factory, manager
):
    call = staffed(session, manager)
    open_call(session, call, actor=manager, now=NOW)
    session.commit()
    with session_factory(expire_on_commit=False) as late:
        read_before = late.get_one(Call, call.id)
        late.commit()
        close_call(session, call, actor=manager, now=NOW)
        session.commit()
        assert refusal(close_call, late, read_before, actor=None, now=NOW) == [
            "Cet appel n’est pas ouvert."
        ]


def test_a_closed_call_is_opened_again_by_a_later_closing(session, manager):
    call = staffed(session, manager)
    open_call(session, call, actor=manager, now=NOW)
    close_call(session, call, actor=manager, now=NOW)
    later = NOW + 5 * DAY
    move_dates(session, call, opens_at=call.opens_at, closes_at=later, actor=manager, now=NOW + DAY)
    assert call.status(NOW + DAY) is CallStatus.OPEN


def test_dates_out_of_order_or_past_are_refused(session, manager):
    call = staffed(session, manager)

    def moved(opens: datetime, closes: datetime) -> list[str]:
        return refusal(
            move_dates, session, call, opens_at=opens, closes_at=closes, actor=manager, now=NOW
        )

    assert moved(NOW + DAY, NOW + DAY) == ["La clôture doit suivre l’ouverture."]
    assert moved(NOW - 2 * DAY, NOW) == [
        "La nouvelle clôture est déjà passée ; pour clore, utilisez « Clore »."
    ]


def test_the_journal_tells_who_did_what_the_latest_first(session, manager):
    call = staffed(session, manager)
    open_call(session, call, actor=manager, now=NOW)
    end = datetime(2026, 12, 2, tzinfo=PARIS)
    move_dates(session, call, opens_at=call.opens_at, closes_at=end, actor=None, now=NOW + DAY)
    close_call(session, call, actor=manager, now=NOW + 2 * DAY)
    assert [(each.kind, each.detail, each.actor) for each in journal(session, call)] == [
        ("closed", {}, manager),
        (
            "moved",
            {
                "from": [
                    "15 novembre 2026 à 12\u00a0h\u00a000",
                    "26 novembre 2026 à 11\u00a0h\u00a059",
                ],
                "to": [
                    "15 novembre 2026 à 12\u00a0h\u00a000",
                    "1er décembre 2026 à 23\u00a0h\u00a059",
                ],
            },
            None,
        ),
        ("opened", {}, manager),
        ("imported", {"revision": 1}, manager),
    ]
    assert session.scalar(select(func.count()).select_from(CallEvent)) == 4


def test_a_manager_lists_the_calls_that_he_or_she_manages(session, manager):
    call = imported(session, manager)
    other = a_user(session, "other", manages_calls=True)
    assert list(managed_calls(session, manager)) == [call]
    assert list(managed_calls(session, other)) == []


def test_whoever_no_longer_manages_calls_manages_none(session, manager):
    call = imported(session, manager)
    manager.manages_calls = False
    assert not is_managed_by(session, call, manager)
    assert refusal(import_call, session, NEWER, actor=manager, now=NOW) == [
        "L’appel « jardins-partages » existe et d’autres le gèrent."
    ]


def test_the_dossiers_of_a_call_come_by_due_date_and_drafts_last(session):
    world = a_world(session)
    draft, deposited = a_draft(world), a_submitted(world)
    rest = start(session, world.call, world.semis, actor=world.editor, now=NOW)
    found = dossiers_of_call(session, world.call, state=None, limit=10, offset=0)
    assert list(found) == [deposited, draft, rest]
    some = dossiers_of_call(session, world.call, state="draft", limit=1, offset=1)
    assert list(some) == [rest]
    assert counts_by_phase(session, [world.call.id]) == {world.call.id: {"draft": 2, "review": 1}}
