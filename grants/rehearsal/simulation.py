"""Many invented dossiers walked through a call by the real operations, in simulated time."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker

from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call
from grants.calls.operations import import_call, open_call
from grants.calls.staffing import departments_of
from grants.database import prepare
from grants.dossiers.awaiting import turn_of_dossier
from grants.dossiers.clocks import run_clocks
from grants.dossiers.minutes import minutes_manuscript, sittings, version_examined
from grants.dossiers.models import Dossier, Receipt
from grants.dossiers.papers import (
    letter_manuscript,
    model_bytes,
    presentation_manuscript,
    receipt_manuscript,
)
from grants.dossiers.presentation import Reader, decision_at, notifying_events
from grants.files import FileStore
from grants.orm import Base
from grants.rehearsal.cast import Cast, cast
from grants.rehearsal.report import Report
from grants.rehearsal.values import Inventor
from grants.rehearsal.walking import Stopped, Walk, deposit_answers
from grants.wording import PARIS, local_day
from grants.workflows.definition import Audience
from grants.workflows.soundness import ENDS

#: Different sets of answers; dossiers share them, for finding some is what takes time.
ANSWER_SETS: Final = 25
TEAMS: Final = 4
#: One dossier in that many is printed, unless all are.
PRINTED: Final = 50
#: A dossier that goes round and round is left there.
MOST_VISITS: Final = 120
#: The longest wait before a person acts, in working days.
_SLOWEST: Final = 12

Progress = Callable[[int], None]


def simulate(
    source: str,
    *,
    dossiers: int,
    seed: int,
    documents: bool = False,
    progress: Progress = lambda _: None,
) -> Report:
    """Walk `dossiers` dossiers through the call file `source`. Same file, number and seed: same
    report. Nothing is left of it.

    :param progress: is told each time how many dossiers have come to their end.
    :raises CallFileInvalid: for a file at fault.
    :raises CallRefused: when the call cannot be opened.
    :raises NoAnswers: when no answers were found with which a form may be sent.
    :raises Stopped: when something offered to somebody was refused.
    """
    with TemporaryDirectory(prefix="grants-simulation-") as folder:
        engine = create_engine(f"sqlite:///{folder}/simulation.sqlite")
        prepare(engine)
        Base.metadata.create_all(engine)
        try:
            with Session(engine, expire_on_commit=False) as session:
                simulation = _prepared(session, source, seed, Path(folder), documents)
                return simulation.run(dossiers, progress, partial(sessionmaker(engine)))
        finally:
            engine.dispose()


def _prepared(
    session: Session, source: str, seed: int, folder: Path, documents: bool
) -> _Simulation:
    revision = import_call(
        session, source, actor=None, now=datetime(2000, 1, 1, tzinfo=PARIS), models=model_bytes
    )
    definition, call = definition_of(revision), revision.call
    opening = call.opens_at - timedelta(days=2)
    people = cast(session, definition, now=opening, teams=TEAMS)
    open_call(session, call, actor=None, now=opening)
    session.commit()
    chance = Random(seed)  # noqa: S311  # repeatable, on purpose
    inventor = Inventor(chance, local_day(call.opens_at), departments_of(definition))
    return _Simulation(
        session=session,
        call=call,
        definition=definition,
        people=people,
        chance=chance,
        store=FileStore(folder / "files"),
        documents=documents,
        report=Report(definition),
        inventor=inventor,
    )


@dataclass(order=True, slots=True)
class _Visit:
    """When a dossier is next looked at."""

    at: datetime
    number: int
    walk: Walk = field(compare=False)


@dataclass(slots=True)
class _Simulation:
    session: Session
    call: Call
    definition: CallDefinition
    people: Cast
    chance: Random
    store: FileStore
    documents: bool
    report: Report
    inventor: Inventor
    agenda: list[_Visit] = field(default_factory=list)
    clocks_run: date = date.min
    visits: Counter[int] = field(default_factory=Counter)

    def run(self, dossiers: int, progress: Progress, sessions: Callable[[], Session]) -> Report:
        sets = [
            deposit_answers(self.definition, self.inventor)
            for _ in range(min(dossiers, ANSWER_SETS))
        ]
        for number in range(dossiers):
            walk = Walk(
                session=self.session,
                call=self.call,
                definition=self.definition,
                team=self.people.teams[number % TEAMS],
                store=self.store,
                chance=Random(self.chance.random()),  # noqa: S311  # repeatable
                departments=tuple(self.inventor.departments),
                answers=dict(sets[number % len(sets)]),
            )
            heapq.heappush(self.agenda, _Visit(self._beginning(walk), number, walk))
        while self.agenda:
            visit = heapq.heappop(self.agenda)
            self._run_clocks(visit.at, sessions)
            following = self._visited(visit)
            if following is None:
                self._finish(visit)
                progress(self.report.dossiers)
            else:
                heapq.heappush(self.agenda, _Visit(following, visit.number, visit.walk))
            self.session.commit()
        return self.report

    def _beginning(self, walk: Walk) -> datetime:
        """More begin near the end."""
        span = self.call.closes_at - self.call.opens_at
        return self.call.opens_at + span * (0.95 * math.sqrt(walk.chance.random()))

    def _run_clocks(self, now: datetime, sessions: Callable[[], Session]) -> None:
        """Once a day, as the worker does each minute."""
        if local_day(now) == self.clocks_run:
            return
        self.clocks_run = local_day(now)
        run = run_clocks(sessions, now=now)
        if run.fired or run.reminded:
            self.session.expire_all()
        self.report.reminders += run.reminded
        self.report.clock_acts += run.fired
        for reference, reasons in run.refused.items():
            raise Stopped(reference, "l’échéance", "acte de l’échéance", reasons)
        for reference in run.failed:
            raise Stopped(reference, "l’échéance", "échéance", ["Une erreur est dans le journal."])

    def _visited(self, visit: _Visit) -> datetime | None:
        """What happens at this visit, and when the next one is; None when all is done."""
        walk, now = visit.walk, visit.at
        if walk.dossier_id is None:
            self._try(walk, "commencer un dossier", None, lambda: walk.begin(now))
            self.report.seen(walk.dossier, now)
            return self._later(walk, now)
        self.report.seen(walk.dossier, now)
        if walk.must_write:
            return self._written(walk, now)
        return self._acted(visit, now)

    def _written(self, walk: Walk, now: datetime) -> datetime:
        self._try(walk, "écrire les réponses", None, lambda: walk.write(now))
        return self._later(walk, now)

    def _acted(self, visit: _Visit, now: datetime) -> datetime | None:
        walk, dossier = visit.walk, visit.walk.dossier
        doings, waiting = walk.doings(now)
        self.visits[visit.number] += 1
        over = dossier.phase in ENDS and not dossier.turn
        if self.visits[visit.number] >= MOST_VISITS or (over and walk.chance.random() < 0.7):
            return None
        if not doings:
            alarm = self._alarm(dossier, now)
            if alarm is None and not over:
                self.report.stuck(dossier, waiting)
            return alarm
        weights = [each.weight for each in doings]
        if self._is_forgotten(walk) or walk.chance.random() > sum(weights):
            return self._alarm(dossier, now) or self._later(walk, now)
        doing = walk.chance.choices(doings, weights)[0]
        self._try(walk, doing.label, doing.person, lambda: walk.carry_out(doing, now))
        self.report.did(doing)
        self.report.seen(dossier, now)
        return self._later(walk, now)

    def _is_forgotten(self, walk: Walk) -> bool:
        """Now and then nobody acts before the due date."""
        return walk.dossier.due_on is not None and walk.chance.random() < 0.05

    def _try(self, walk: Walk, what: str, person: User | None, do: Callable[[], object]) -> None:
        """:raises Stopped: instead of whatever refuses."""
        try:
            do()
        except Exception as error:
            self.session.rollback()
            reference = walk.dossier.reference if walk.dossier_id else "nouveau dossier"
            who = person.email if person else "le porteur"
            reasons = list(getattr(error, "reasons", [])) or [str(error) or repr(error)]
            raise Stopped(reference, who, what, reasons) from error

    def _later(self, walk: Walk, now: datetime) -> datetime:
        """Some working days later, in working hours; sooner when the call is about to close."""
        days = min(_SLOWEST, int(walk.chance.expovariate(1 / 3)))
        if walk.dossier.phase == "draft":
            days = min(days, max(0, (self.call.closes_at - now).days // 3))
        day = local_day(now)
        while days or day.weekday() >= 5:
            day += timedelta(days=1)
            days -= days > 0 and day.weekday() < 5
        minutes = walk.chance.randrange(9 * 60, 18 * 60)
        at = datetime.combine(day, time(minutes // 60, minutes % 60), PARIS)
        return max(at, now + timedelta(minutes=walk.chance.randint(5, 60)))

    def _alarm(self, dossier: Dossier, now: datetime) -> datetime | None:
        """The next instant at which something changes by itself: a hearing, a due date."""
        morning = time(8)
        instants = [each.starts_at + timedelta(minutes=1) for each in dossier.slots]
        if dossier.due_on is not None:
            due = dossier.due_on + timedelta(days=1)
            instants.append(datetime.combine(due, morning, PARIS))
        return min((each for each in instants if each > now), default=None)

    def _finish(self, visit: _Visit) -> None:
        dossier = visit.walk.dossier
        if turn_of_dossier(dossier, self.definition) != dossier.turn:
            raise Stopped(
                dossier.reference,
                "le circuit",
                "tour",
                ["Le tour noté n’est pas celui du circuit."],
            )
        self.report.ended(dossier, visit.at)
        if self.documents or visit.number % PRINTED == 0:
            self._try(visit.walk, "imprimer", None, lambda: self._print(dossier, visit.at))

    def _print(self, dossier: Dossier, now: datetime) -> None:
        """Each version as a service reads it, what the applicant reads;
        receipts, letters and minutes."""
        roles = frozenset(self.definition.circuit.roles)
        for reader in (Reader(Audience.APPLICANT), Reader(Audience.SERVICE, roles)):
            for version in dossier.versions or (None,):
                presentation_manuscript(
                    dossier, self.definition, reader, version=version, demo_notice="", now=now
                ).printed()
                self.report.documents += 1
        for receipt in self.session.scalars(
            select(Receipt).where(Receipt.dossier_id == dossier.id)
        ):
            deposited = next(each for each in dossier.versions if each.id == receipt.version_id)
            receipt_manuscript(dossier, deposited, receipt, demo_notice="").printed()
            self.report.documents += 1
        for event in notifying_events(dossier, self.definition):
            decision = decision_at(self.definition, dossier, event.step)
            if decision is None:
                raise Stopped(dossier.reference, "le circuit", event.trigger, ["Rien de décidé."])
            letter_manuscript(dossier, decision, event, demo_notice="").printed()
            self.report.documents += 1
        for event in sittings(dossier, self.definition):
            examined = version_examined(dossier, event)
            minutes_manuscript(dossier, examined, event, demo_notice="").printed()
            self.report.documents += 1
