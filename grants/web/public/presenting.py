"""A call in the public's words: until when, who acts in which order, which services."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from grants.calls.calendar import last_minute
from grants.calls.definition import CallDefinition, ServiceDefinition
from grants.calls.models import Call, CallStatus
from grants.reference.bodies import service_name
from grants.reference.territories import UnknownTerritory, region_on
from grants.web.deadlines import Deadline, closing_of
from grants.wording import day, joined, local_day, moment, plural
from grants.workflows.definition import Clock, Transition
from grants.workflows.way import main_way

STATUSES = {
    CallStatus.PREPARATION: ("En préparation", "warning"),
    CallStatus.COMING: ("À venir", "accent"),
    CallStatus.OPEN: ("Ouvert", "success"),
    CallStatus.CLOSED: ("Clos", "neutral"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One act of the circuit: what, by whom, and until when when the call says so."""

    label: str
    who: str
    delay: str = ""


@dataclass(frozen=True, slots=True)
class NamedService:
    label: str
    names: list[str]


@dataclass(frozen=True, slots=True)
class CallPage:
    """What the page of a call shows, whether it was imported or only read from a file."""

    definition: CallDefinition
    opens_at: datetime
    #: The last minute that is in time.
    last_minute: datetime
    steps: list[Step]
    detours: list[Step]
    services: list[NamedService] = field(default_factory=list)


def page_of(definition: CallDefinition, opens_at: datetime, closes_at: datetime) -> CallPage:
    """:param closes_at: the first instant that is too late."""
    way = main_way(definition.circuit)
    last_day = local_day(last_minute(closes_at))
    return CallPage(
        definition=definition,
        opens_at=opens_at,
        last_minute=last_minute(closes_at),
        steps=list(_steps(definition, way, last_day)),
        detours=[
            Step(act.label, _who(definition, act))
            for act in definition.circuit.transitions.values()
            if act not in way and act.visible_to_applicant
        ],
        services=[_named(definition, each) for each in definition.services.values()],
    )


def status_of(call: Call, now: datetime) -> tuple[str, str]:
    """(« Ouvert », its tone)."""
    return STATUSES[call.status(now)]


def call_deadline(call: Call, now: datetime) -> Deadline:
    """What time the public has: before the opening, the days to it."""
    match call.status(now):
        case CallStatus.COMING | CallStatus.PREPARATION if now < call.opens_at:
            days = (local_day(call.opens_at) - local_day(now)).days
            remaining = f"Ouvre dans {plural(days, 'jour', 'jours')}" if days else "Ouvre ce jour"
            until = f"le {moment(call.opens_at)}, heure de Paris"
            return Deadline(remaining, until, call.opens_at, days or None, "accent")
        case CallStatus.CLOSED:
            last = last_minute(call.closes_at)
            until = f"depuis le {moment(last)}, heure de Paris"
            return Deadline("Clos", until, last, None, "danger")
        case _:
            return closing_of(call, now)


def _steps(call: CallDefinition, way: list[Transition], last_day: date) -> Iterator[Step]:
    """Each with the latest date for a dossier deposited on the last day, as long as it is known."""
    state = call.circuit.initial
    delay = f"au plus tard le {day(last_day)}"
    due: date | None = last_day
    for act in way:
        if state != call.circuit.initial:
            delay, due = _delay(call.circuit.clock_of(state), act, due)
        yield Step(act.label, _who(call, act), delay)
        state = act.to


def _delay(clock: Clock | None, act: Transition, due: date | None) -> tuple[str, date | None]:
    """How long an act may take, and until when; a state without term takes what it takes."""
    if clock is None or clock.days is None:
        return "", None
    if act.to in clock.states:
        return "", due
    within = f"sous {plural(clock.days, 'jour', 'jours')}"
    if due is None:
        return within, None
    due += timedelta(days=clock.days)
    return f"{within}, au plus tard le {day(due)}", due


def _who(call: CallDefinition, act: Transition) -> str:
    return joined([call.circuit.roles[key].label for key in act.roles])


def _named(call: CallDefinition, service: ServiceDefinition) -> NamedService:
    """The service under the names it bore on the call's day, in each of its territories; a body of
    the call's own under the name that the call gives it."""
    if service.name:
        return NamedService(service.label, [service.name])
    names = []
    for territory in _territories(call, service) or [None]:
        try:
            names.append(service_name(service.kind, call.reference_date, territory).long)
        except LookupError:
            continue
    return NamedService(service.label, names)


def _territories(call: CallDefinition, service: ServiceDefinition) -> list[str | None]:
    """Codes, each once, in the order of the call's departments; none for the whole country."""
    if service.scope == "department":
        return list(call.departments)
    if service.scope == "national":
        return []
    regions = []
    for code in call.departments:
        try:
            regions.append(region_on(code, call.reference_date).code)
        except UnknownTerritory:
            continue
    return list(dict.fromkeys(regions))
