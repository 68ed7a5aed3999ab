"""Where a dossier stands for its applicant: what to do, whose turn it is, what comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from grants.calls.definition import CallDefinition
from grants.dossiers.models import Dossier
from grants.dossiers.operations.answers import writing_parties
from grants.dossiers.operations.offers import Offer, offers_to
from grants.dossiers.roles import organisations_of
from grants.extensions import db
from grants.forms import FieldDefinition, SectionDefinition
from grants.forms.types.lines import LinesField
from grants.web.access import Seen, actor
from grants.web.clock import now
from grants.web.timeline import told_in
from grants.web.turns import turn_of
from grants.wording import joined
from grants.workflows.definition import Audience, Circuit, Phase, State, Transition
from grants.workflows.way import main_way


@dataclass(frozen=True, slots=True)
class Step:
    """One station of the circuit; `state` is `done`, `current` or `todo`."""

    label: str
    state: str
    note: str = ""
    turn: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What a service last told the applicant: a list to complete, a reason."""

    title: str
    #: Questions, each with its answer: the items of a list, or one text.
    pairs: list[tuple[str, list[str]]]


def state_of(dossier: Dossier, call: CallDefinition) -> State:
    return call.circuit.states[dossier.state]


def to_do(dossier: Dossier, call: CallDefinition, roles: Collection[str]) -> str:
    """« Ce que vous avez à faire », for the first of the roles that the state speaks to. A role
    whose part is done is told what everybody is."""
    state = state_of(dossier, call)
    done = set(state.turn) - set(dossier.turn)
    own = [text for role, text in state.todo.items() if role in roles and role not in done]
    return own[0] if own else state.todo.get(Audience.APPLICANT, "")


def may_write(seen: Seen) -> bool:
    """Whether the visitor writes any section now."""
    return bool(_writing_for(seen))


def may_write_section(seen: Seen, section: SectionDefinition) -> bool:
    """Each organisation of a dossier writes its own sections."""
    return section.party in _writing_for(seen)


def written_by(seen: Seen, section: SectionDefinition) -> str:
    """Who writes the section, when an organisation of the dossier other than the reader's does."""
    if not seen.call.parties:
        return ""
    organisations = organisations_of(seen.dossier)
    roles = seen.call.circuit.roles
    if section.party in {roles[key].party for key in seen.standing.roles}:
        return ""
    there = organisations.get(section.party)
    return f"Rempli par {there.name if there else seen.call.parties[section.party or ''].label}"


def _writing_for(seen: Seen) -> set[str | None]:
    return writing_parties(seen.dossier, seen.call, seen.standing.roles)


def deposit_transition(circuit: Circuit, state: str) -> Transition | None:
    """The act that deposits a dossier in `state`, whoever may carry it out."""
    return next((each for each in circuit.leaving(state) if each.freezes), None)


def offers_on(seen: Seen) -> list[Offer]:
    """What the visitor may do now."""
    return offers_to(db.session(), seen.dossier, seen.call, actor(), seen.standing, now=now())


def other_acts(offers: Iterable[Offer]) -> list[Transition]:
    """The acts that have a button of their own: neither deposit, nor signature, nor hearing."""
    acts = (each.transition for each in offers)
    return [each for each in acts if not (each.freezes or each.books or each.signs)]


def signing_act(offers: Iterable[Offer]) -> Transition | None:
    """The act by which the visitor signs for an organisation of the dossier."""
    return next((each.transition for each in offers if each.transition.signs), None)


def shared_request(dossier: Dossier, call: CallDefinition) -> Request | None:
    """What a service last asked of the applicant in the present phase, or gave as a reason; other
    acts may have followed."""
    for event in reversed(dossier.events):
        state = call.circuit.states.get(event.to_state)
        if state is None or state.phase != dossier.phase:
            return None
        transition = call.circuit.transitions.get(event.trigger)
        if transition is not None and transition.shared_with_applicant:
            pairs = [(field.label, _items(field, value)) for field, value in told_in(event, call)]
            if pairs:
                return Request(transition.done, pairs)
    return None


def remedies(seen: Seen) -> str:
    """How to appeal, once somebody else than the applicant closed the dossier; empty otherwise."""
    event = seen.dossier.events[-1] if seen.dossier.events else None
    if event is None or seen.dossier.phase != Phase.CLOSED:
        return ""
    role = seen.call.circuit.roles.get(event.role or "")
    own_doing = role is not None and role.service is None
    return "" if own_doing else seen.call.receipt.remedies


def _items(field: FieldDefinition, value: Any) -> list[str]:
    shown = field.display(value)
    return shown.split("\n") if isinstance(field, LinesField) else [shown]


def whose_turn(dossier: Dossier, call: CallDefinition, roles: Collection[str]) -> str:
    """« À vous », or the names of those whom the dossier waits for; empty at the end."""
    if any(role in roles for role in dossier.turn):
        return "À vous"
    places = dossier.department_code, dossier.region_code
    return joined(turn_of(call, dossier.turn, *places, holder=dossier.organisation.name))


def steps(seen: Seen) -> list[Step]:
    """The way so far without its detours, then the usual way on, as the applicant reads states."""
    circuit = seen.call.circuit
    past = [circuit.initial, *(event.to_state for event in seen.dossier.events)]
    # A draft that moved to another revision may have been in states that this circuit has not.
    known = [circuit.states[key] for key in past if key in circuit.states]
    labels = _without_loops(each.labels.applicant for each in known)
    turn = whose_turn(seen.dossier, seen.call, seen.standing.roles)
    done = [Step(label, "done") for label in labels[:-1]]
    way = [circuit.states[act.to].labels.applicant for act in main_way(circuit, seen.dossier.state)]
    coming = [each for each in dict.fromkeys(way) if each != labels[-1]]
    return [*done, Step(labels[-1], "current", turn=turn), *(Step(each, "todo") for each in coming)]


def _without_loops(labels: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for label in labels:
        if label in kept:
            del kept[kept.index(label) :]
        kept.append(label)
    return kept
