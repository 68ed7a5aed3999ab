"""What is proved of a circuit, each failure with the shortest path that shows it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from grants.wording import joined
from grants.workflows.definition import Circuit, Clock, Phase, Transition
from grants.workflows.soundness.errors import ENDS, CircuitError
from grants.workflows.soundness.parts import errors_of_parts, is_fired_by_clock, is_of_applicant
from grants.workflows.soundness.situations import (
    MOST_SITUATIONS,
    Kind,
    Share,
    Situation,
    Situations,
    Step,
    explore,
    lacking,
    shortest_path,
)

DECIDED = frozenset({Phase.DECIDED, Phase.NOTIFIED})


@dataclass(frozen=True, slots=True)
class Need:
    """What a decision may not do without: `enough` of `shares`."""

    shares: frozenset[Share]
    enough: int = 1
    #: Only once a dossier has been in one of these states; empty: from the beginning.
    since: frozenset[str] = frozenset()

    def is_met(self, here: Situation) -> bool:
        return len(self.shares & here.returned) >= self.enough

    def __str__(self) -> str:
        names = sorted(map(str, self.shares))
        return names[0] if len(names) == 1 else f"{self.enough} parmi {joined(names)}"


@dataclass(frozen=True, slots=True)
class Proof:
    """One property; it holds when nothing fails."""

    #: The property, as a sentence without its full stop.
    said: str
    failures: tuple[CircuitError, ...]


def circuit_errors(circuit: Circuit, needs: Sequence[Need] = ()) -> list[CircuitError]:
    """All faults at once."""
    found = list(errors_of_parts(circuit))
    found += [error for proof in prove(circuit, needs) for error in proof.failures]
    return found


def prove(circuit: Circuit, needs: Sequence[Need] = ()) -> list[Proof]:
    """Each property with what fails; none at all when the circuit names unknown states, since one
    misspelt state would make all those behind it look out of reach."""
    if not _leads_to_known_states_only(circuit):
        return []
    found = explore(circuit)
    if found.too_many:
        said = f"plus de {MOST_SITUATIONS} situations possibles : trop d’avis, de grilles ou "
        error = CircuitError(("transitions",), f"{said}d’auditions en parallèle pour les prouver")
        return [Proof("le circuit est assez petit pour être prouvé", (error,))]
    proofs = [Proof(said, tuple(check(found))) for said, check in _PROOFS]
    return [*proofs, Proof(_NOTHING_SKIPPED, tuple(_skipped(found, needs)))]


def _leads_to_known_states_only(circuit: Circuit) -> bool:
    named = {circuit.initial}
    for act in circuit.transitions.values():
        named |= {act.to, *act.sources}
    for clock in circuit.clocks.values():
        named |= {*clock.states}
    return named <= circuit.states.keys()


def _unreachable(found: Situations) -> Iterator[CircuitError]:
    """States that no chain of acts leads to; those behind an act that never comes are its fault."""
    reached, frontier = {found.circuit.initial}, [found.circuit.initial]
    while frontier:
        fresh = {act.to for act in found.circuit.leaving(frontier.pop())} - reached
        reached |= fresh
        frontier += fresh
    for name in found.circuit.states:
        if name not in reached:
            yield CircuitError(
                ("states", name), f"aucune action ne mène à l’état « {name} » depuis le départ"
            )


def _never_possible(found: Situations) -> Iterator[CircuitError]:
    possible = {step.act.key for steps in found.steps.values() for step in steps}
    for act in found.circuit.transitions.values():
        there = [each for each in found.steps if each.state in act.sources]
        if there and act.key not in possible:
            yield CircuitError(
                ("transitions", act.key),
                f"l’action « {act.key} » n’est jamais possible{_why_not(act, there)}. "
                f"{found.path_to(there[0])}",
            )


def _why_not(act: Transition, there: Sequence[Situation]) -> str:
    if act.awaits is not None:
        # What is lacking where the least is.
        missing = min((lacking(act.awaits, each) for each in there), key=len)
        if missing:
            return f" : {joined(sorted(map(str, missing)))} ne peut pas être venu avant"
    if act.gives:
        return f" : l’avis « {act.gives} » y est toujours déjà rendu (« reopens »)"
    if "signed" in act.requires:
        return " : un des organismes ne peut pas avoir signé avant (« signs »)"
    return ""


def _endless(found: Situations) -> Iterator[CircuitError]:
    told: set[str] = set()
    for here in _traps(found):
        if here.state not in told:
            told.add(here.state)
            yield CircuitError(
                ("states", here.state),
                f"état « {here.state} » : {_no_way_on(found, here)}. {found.path_to(here)}",
            )


def _traps(found: Situations) -> list[Situation]:
    """Situations from which no end can be reached, less those that only lead to such."""
    can_end = _leading_to(found, (each for each in found.steps if _is_end(found.circuit, each)))
    unsettled = {each: None for each in reversed(found.steps) if each not in can_end}
    traps: set[Situation] = set()
    while unsettled:
        here = next(iter(unsettled))
        before, ahead = _leading_to(found, [here]), _led_to(found, here)
        if ahead <= before:
            traps |= ahead
        for each in before:
            unsettled.pop(each, None)
    return [each for each in found.steps if each in traps]


def _led_to(found: Situations, here: Situation) -> set[Situation]:
    reached, frontier = {here}, [here]
    while frontier:
        fresh = {step.leads_to for step in found.steps[frontier.pop()]} - reached
        reached |= fresh
        frontier += fresh
    return reached


def _is_end(circuit: Circuit, here: Situation) -> bool:
    return circuit.states[here.state].phase in ENDS


def _no_way_on(found: Situations, here: Situation) -> str:
    if not found.circuit.leaving(here.state):
        return "aucune action n’en sort"
    if not found.steps[here]:
        return f"plus aucune action n’y est possible{_once_returned(here)}"
    return f"aucune action ne mène de là à une fin{_once_returned(here)}"


def _once_returned(here: Situation) -> str:
    names = joined(sorted(map(str, here.returned)))
    return f", une fois venu : {names}" if names else ""


def _leading_to(found: Situations, goals: Iterable[Situation]) -> set[Situation]:
    """The situations from which one of `goals` can be reached, these included."""
    before: dict[Situation, list[Situation]] = {}
    for here, steps in found.steps.items():
        for step in steps:
            before.setdefault(step.leads_to, []).append(here)
    reached = set(goals)
    frontier = list(reached)
    while frontier:
        for each in before.get(frontier.pop(), ()):
            if each not in reached:
                reached.add(each)
                frontier.append(each)
    return reached


def _nobody_acts(found: Situations) -> Iterator[CircuitError]:
    """A situation with acts, none of which is a person's. One without any act is endless."""
    told: set[str] = set()
    for here, steps in found.steps.items():
        waits = bool(steps) and not _is_end(found.circuit, here)
        moves_by_itself = any(step.act.automatic and step.act.guard is None for step in steps)
        if not waits or moves_by_itself or here.state in told:
            continue
        if not any(_has_actor(found.circuit, here, step.act) for step in steps):
            told.add(here.state)
            yield CircuitError(
                ("states", here.state),
                f"état « {here.state} » : aucun rôle ne peut y agir{_hint(found, here)}. "
                f"{found.path_to(here)}",
            )


def _has_actor(circuit: Circuit, here: Situation, act: Transition) -> bool:
    """Services hold no role on a draft; an act that is nobody's, or an unknown role's, is told for
    itself."""
    if not act.roles:
        return not act.automatic and not is_fired_by_clock(circuit, act.key)
    if circuit.states[here.state].phase is not Phase.DRAFT:
        return True
    return any(role not in circuit.roles or is_of_applicant(circuit, role) for role in act.roles)


def _hint(found: Situations, here: Situation) -> str:
    if found.circuit.states[here.state].phase is Phase.DRAFT:
        return " (un service ne voit pas un brouillon)"
    return ""


def _read_differently(found: Situations) -> Iterator[CircuitError]:
    """One wording, in one state, for acts that do not do the same."""
    told: set[tuple[str, str]] = set()
    for here in found.steps:
        seen: dict[str, Transition] = {}
        for act in found.circuit.leaving(here.state):
            if not act.roles:
                continue
            other = seen.setdefault(act.label, act)
            pair = (other.key, act.key)
            if _what_it_does(other) != _what_it_does(act) and pair not in told:
                told.add(pair)
                yield CircuitError(
                    ("transitions", act.key, "label"),
                    f"« {act.label} » a deux sens dans l’état « {here.state} » : « {other.key} » "
                    f"et « {act.key} » ne font pas la même chose. {found.path_to(here)}",
                )


def _what_it_does(act: Transition) -> dict[str, object]:
    """All but who does it, and how it is told."""
    told = {"key", "label", "done", "done_for_applicant", "sources", "roles", "style", "mails"}
    return act.model_dump(exclude=told | {"guard", "refusal", "visible_to_applicant"})


def _goes_round(found: Situations) -> Iterator[CircuitError]:
    """Acts that the circuit carries out by itself, one after the other, for ever."""
    told: set[str] = set()
    for here in found.steps:
        for ring in _rings(found, here, ()):
            if ring[0].act.key not in told:
                told |= {step.act.key for step in ring}
                yield CircuitError(
                    ("transitions", ring[0].act.key),
                    f"l’action « {ring[0].act.key} » se referait d’elle-même sans fin. "
                    f"{found.path_to(here, *(step.act for step in ring))}",
                )


def _rings(found: Situations, here: Situation, way: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """Chains of automatic acts from `here` back to it."""
    for step in found.steps[way[-1].leads_to if way else here]:
        if step.act.automatic and step not in way:
            if step.leads_to == here:
                yield (*way, step)
            else:
                yield from _rings(found, here, (*way, step))


def _clocks(found: Situations) -> Iterator[CircuitError]:
    for clock in found.circuit.clocks.values():
        yield from _runs_for_ever(found, clock)
        act = found.circuit.transitions.get(clock.fires or "")
        if act is not None:
            yield from _fires_in_vain(found, clock, act)


def _runs_for_ever(found: Situations, clock: Clock) -> Iterator[CircuitError]:
    stops = _leading_to(found, (each for each in found.steps if each.state not in clock.states))
    endless = [each for each in found.steps if each not in stops]
    # A state that nothing leaves is told for itself, but for an end.
    endless = [each for each in endless if found.steps[each] or _is_end(found.circuit, each)]
    if endless:
        yield CircuitError(
            ("clocks", clock.key),
            f"l’échéance « {clock.key} » court sans fin : rien ne fait sortir de ses états. "
            f"{found.path_to(endless[0])}",
        )


def _fires_in_vain(found: Situations, clock: Clock, act: Transition) -> Iterator[CircuitError]:
    here_path = ("clocks", clock.key, "fires")
    if act.to in clock.states:
        yield CircuitError(
            here_path,
            f"« {act.key} » ne sort pas des états de l’échéance : elle recommencerait sans fin",
        )
    for here, steps in found.steps.items():
        runs = here.state in clock.states and here.state in act.sources
        moves_by_itself = any(step.act.automatic for step in steps)
        if runs and not moves_by_itself and act not in [step.act for step in steps]:
            yield CircuitError(
                here_path,
                f"« {act.key} » n’est pas toujours possible quand l’échéance passe. "
                f"{found.path_to(here)}",
            )
            return


def _scored_too_soon(found: Situations) -> Iterator[CircuitError]:
    """Acts that deposit anew what was scored: the marks would stay those of the former version."""
    told: set[str] = set()
    for here, steps in found.steps.items():
        grids = sorted(str(each) for each in here.returned if each.kind is Kind.GRID)
        again = (step.act for step in steps if step.act.freezes and step.act.key not in told)
        for act in again if grids else ():
            told.add(act.key)
            yield CircuitError(
                ("transitions", act.key, "freezes"),
                f"« {act.key} » dépose à nouveau après {joined(grids)} : les notes resteraient "
                f"celles de la version d’avant. {found.path_to(here, act)}",
            )


_NOTHING_SKIPPED = "aucun avis obligatoire, aucune grille, aucune audition ne peut être sauté"


def _skipped(found: Situations, needs: Sequence[Need]) -> Iterator[CircuitError]:
    for need in needs:
        way = _way_without(found, need)
        if way:
            yield CircuitError(
                ("transitions", way[-1].key),
                f"l’action « {way[-1].key} » décide alors que {need} peut manquer. "
                f"{shortest_path(found.circuit, way)}",
            )


def _way_without(found: Situations, need: Need) -> list[Transition]:
    """The acts of the shortest way to a decision without it; empty when there is none."""
    order = count()
    queue: list[tuple[int, int, Situation, list[Transition]]] = [
        (len(way), next(order), here, way) for here, way in _beginnings(found, need)
    ]
    heapq.heapify(queue)
    seen: set[Situation] = set()
    while queue:
        _, _, here, way = heapq.heappop(queue)
        if here in seen or need.is_met(here):
            continue
        seen.add(here)
        if found.circuit.states[here.state].phase in DECIDED:
            return way
        for step in found.steps[here]:
            longer = [*way, step.act]
            heapq.heappush(queue, (len(longer), next(order), step.leads_to, longer))
    return []


def _beginnings(found: Situations, need: Need) -> Iterator[tuple[Situation, list[Transition]]]:
    """Where the need begins to be one, and the acts that lead there."""
    for here in found.steps:
        if here.state in need.since or (not need.since and found.origin[here] is None):
            yield here, found.acts_to(here)


_PROOFS: tuple[tuple[str, Callable[[Situations], Iterable[CircuitError]]], ...] = (
    ("chaque état peut être atteint", _unreachable),
    ("chaque action peut avoir lieu", _never_possible),
    ("de chaque état, une fin peut être atteinte", _endless),
    ("dans chaque état qui attend, un rôle peut agir", _nobody_acts),
    ("aucun bouton n’a deux sens", _read_differently),
    ("rien ne se refait de soi-même sans fin", _goes_round),
    ("chaque échéance prend fin", _clocks),
    ("rien n’est déposé à nouveau une fois noté", _scored_too_soon),
)
