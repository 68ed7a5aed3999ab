"""Every situation that a dossier can come to: its state, and what was returned so far.

Guards are taken as free: they may hold or not. What acts await is not: an act that awaits an
opinion is possible only once an act has given it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from grants.workflows.definition import Awaited, Circuit, Transition

#: Beyond, a circuit is refused rather than half proved: twelve opinions in parallel, at one state.
MOST_SITUATIONS = 5_000


class Kind(StrEnum):
    OPINION = "l’avis"
    GRID = "la grille"
    HEARING = "l’audition"
    SIGNATURE = "la signature de"


@dataclass(frozen=True, slots=True)
class Share:
    """Something that an act returns and that another may wait for."""

    kind: Kind
    key: str

    def __str__(self) -> str:
        return f"{self.kind} « {self.key} »"


@dataclass(frozen=True, slots=True)
class Situation:
    state: str
    returned: frozenset[Share] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    act: Transition
    leads_to: Situation


@dataclass(slots=True)
class Situations:
    """Those that can be reached, the nearest to the beginning first."""

    circuit: Circuit
    #: What may happen in each.
    steps: dict[Situation, list[Step]] = field(default_factory=dict)
    #: How each is reached soonest: from where, by which act; the first by none.
    origin: dict[Situation, tuple[Situation, Transition] | None] = field(default_factory=dict)
    #: Whether the search was given up, there being too many.
    too_many: bool = False

    def acts_to(self, situation: Situation) -> list[Transition]:
        """The fewest acts that lead there from the beginning."""
        acts: list[Transition] = []
        while (origin := self.origin[situation]) is not None:
            situation, act = origin
            acts.insert(0, act)
        return acts

    def path_to(self, situation: Situation, *more: Transition) -> str:
        return shortest_path(self.circuit, [*self.acts_to(situation), *more])


def shortest_path(circuit: Circuit, acts: list[Transition]) -> str:
    """« Chemin le plus court : En préparation → (Déposer) → Déposé », as the services read it."""
    words = [_named(circuit, circuit.initial)]
    for act in acts:
        words += [f"({act.label})", _named(circuit, act.to)]
    return f"Chemin le plus court : {' → '.join(words)}"


def _named(circuit: Circuit, state: str) -> str:
    return circuit.states[state].labels.service


def explore(circuit: Circuit) -> Situations:
    """All the situations of a circuit that names known states only."""
    start = Situation(circuit.initial)
    found = Situations(circuit, origin={start: None})
    leaving = {state: circuit.leaving(state) for state in circuit.states}
    parties = frozenset(role.party for role in circuit.roles.values() if role.party)
    frontier = deque([start])
    while frontier:
        here = frontier.popleft()
        found.steps[here] = [
            Step(act, _after(circuit, act, here))
            for act in _acts(circuit, leaving[here.state], here, parties)
        ]
        for step in found.steps[here]:
            if step.leads_to not in found.origin:
                found.origin[step.leads_to] = (here, step.act)
                frontier.append(step.leads_to)
        if len(found.origin) > MOST_SITUATIONS:
            found.too_many = True
            break
    return found


def _acts(
    circuit: Circuit, leaving: list[Transition], here: Situation, parties: frozenset[str]
) -> Iterator[Transition]:
    """What may happen: what the circuit does by itself comes at once, before anybody acts."""
    possible = [act for act in leaving if _is_possible(circuit, act, here, parties)]
    for act in possible:
        if act.automatic:
            yield act
            if act.guard is None:
                return
    yield from (act for act in possible if not act.automatic)


def _is_possible(
    circuit: Circuit, act: Transition, here: Situation, parties: frozenset[str]
) -> bool:
    if act.gives and Share(Kind.OPINION, act.gives) in here.returned:
        return False
    if "signed" in act.requires and not _is_signed(circuit, act, here, parties):
        return False
    return act.awaits is None or not lacking(act.awaits, here)


def lacking(awaits: Awaited, here: Situation) -> list[Share]:
    """What has not come yet; empty when it is enough."""
    opinions = [Share(Kind.OPINION, key) for key in awaits.opinions]
    missing = [each for each in opinions if each not in here.returned]
    if len(opinions) - len(missing) >= awaits.enough:
        missing = []
    missing += [Share(Kind.GRID, key) for key in awaits.grids]
    missing += [Share(Kind.HEARING, key) for key in awaits.hearings]
    return [each for each in missing if each not in here.returned]


def _is_signed(circuit: Circuit, act: Transition, here: Situation, parties: frozenset[str]) -> bool:
    """Whether, for one of the act's roles, every party but its own has signed."""
    own = {circuit.roles[role].party for role in act.roles if role in circuit.roles} or {None}
    return any(
        all(Share(Kind.SIGNATURE, party) in here.returned for party in parties - {each})
        for each in own
    )


def _after(circuit: Circuit, act: Transition, here: Situation) -> Situation:
    reopened = {Share(Kind.OPINION, key) for key in act.reopens}
    return Situation(act.to, (here.returned - reopened) | returned_by(circuit, act))


def returned_by(circuit: Circuit, act: Transition) -> frozenset[Share]:
    """What the act returns. One sheet stands for as many as the grid needs."""
    found = set()
    if act.gives:
        found.add(Share(Kind.OPINION, act.gives))
    if act.scores:
        found.add(Share(Kind.GRID, act.scores))
    if act.books:
        found.add(Share(Kind.HEARING, act.books))
    if act.signs:
        parties = {circuit.roles[role].party for role in act.roles if role in circuit.roles}
        found |= {Share(Kind.SIGNATURE, party) for party in parties if party}
    return frozenset(found)
