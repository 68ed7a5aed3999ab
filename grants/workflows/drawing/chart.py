"""A circuit as one audience may read it: places, and the moves between them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from grants.workflows.definition import Audience, Circuit, Phase, Transition
from grants.workflows.way import main_way

#: What applicants read in place of an act that is not shown to them, where a way would be missing.
UNSEEN: Final = "Étape interne aux services"


@dataclass(frozen=True, slots=True)
class Place:
    """A state, or all those that the reader has one word for."""

    key: str
    states: tuple[str, ...]
    label: str
    phase: Phase
    here: bool = False
    visited: bool = False
    #: On the main way its position, elsewhere one more than the nearest place that leads to it.
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """An act out of one place. `source` and `target` are keys of places."""

    #: Key of the act; none where applicants are not told which.
    act: str | None
    label: str
    who: str
    source: str
    target: str
    parallel: bool = False
    automatic: bool = False
    #: Leads to where the dossier has been before.
    back: bool = False

    @property
    def loops(self) -> bool:
        return self.source == self.target


@dataclass(frozen=True, slots=True)
class Chart:
    #: Along the main way first, then the others by rank.
    places: tuple[Place, ...]
    moves: tuple[Move, ...]
    #: Keys of the places of the main way, each once.
    way: tuple[str, ...]

    def leaving(self, place: str) -> list[Move]:
        return [each for each in self.moves if each.source == place]

    def place(self, key: str) -> Place:
        return next(each for each in self.places if each.key == key)


def chart_of(
    circuit: Circuit,
    audience: Audience,
    *,
    here: str | None = None,
    visited: Collection[str] = (),
) -> Chart:
    """The circuit in the words of `audience`, which is told nothing that it may not know.

    States that applicants read under one label are one place: they cannot tell them apart.

    :param here: the state where the dossier stands.
    :param visited: the states where it has been.
    """
    place_of = _places(circuit, audience)
    moves = _moves(circuit, audience, place_of)
    steps = [circuit.initial, *(act.to for act in main_way(circuit))]
    way = tuple(dict.fromkeys(place_of[state] for state in steps))
    ranks = _ranks({key: position for position, key in enumerate(way)}, moves)
    sides = sorted(dict.fromkeys(place_of.values()), key=lambda key: ranks.get(key, len(ranks)))
    places = (
        Place(
            key,
            states := tuple(state for state, place in place_of.items() if place == key),
            circuit.states[key].labels.of(audience),
            circuit.states[key].phase,
            here=here in states,
            visited=here not in states and not set(states).isdisjoint(visited),
            rank=ranks.get(key, len(way)),
        )
        for key in dict.fromkeys([*way, *sides])
    )
    return Chart(tuple(places), tuple(_turning_back(moves, ranks)), way)


def _places(circuit: Circuit, audience: Audience) -> dict[str, str]:
    """The place of each state: the first of those that are read alike."""
    if audience is not Audience.APPLICANT:
        return {key: key for key in circuit.states}
    first: dict[str, str] = {}
    return {
        key: first.setdefault(state.labels.applicant, key) for key, state in circuit.states.items()
    }


def _moves(circuit: Circuit, audience: Audience, place_of: Mapping[str, str]) -> list[Move]:
    acts = list(circuit.transitions.values())
    seen = [act for act in acts if audience is not Audience.APPLICANT or act.visible_to_applicant]
    moves = list(_between(circuit, seen, place_of))
    unseen = [
        replace(each, act=None, label=UNSEEN, who="Les services")
        for each in _between(circuit, [act for act in acts if act not in seen], place_of)
    ]
    while missing := _first_missing({place_of[circuit.initial]: 0}, moves, unseen):
        moves.append(missing)
    return moves


def _between(
    circuit: Circuit, acts: Iterable[Transition], place_of: Mapping[str, str]
) -> Iterator[Move]:
    """Each act once out of each place."""
    for act in acts:
        for source in dict.fromkeys(place_of[state] for state in act.sources):
            yield Move(
                act.key,
                act.label,
                _who(circuit, act),
                source,
                place_of[act.to],
                parallel=act.parallel,
                automatic=not act.roles,
            )


def _first_missing(first: Mapping[str, int], moves: list[Move], unseen: list[Move]) -> Move | None:
    """An unseen move to a place that those seen do not lead to."""
    reached = _ranks(first, moves)
    onward = (each for each in unseen if each.source in reached and each.target not in reached)
    return next(onward, None)


def _who(circuit: Circuit, act: Transition) -> str:
    """« A ou B », and what happens by itself."""
    names = [circuit.roles[role].label for role in act.roles]
    if any(clock.fires == act.key for clock in circuit.clocks.values()):
        names.append("automatiquement à l’échéance")
    *firsts, last = names or ["automatiquement"]
    who = f"{', '.join(firsts)} ou {last}" if firsts else last
    return who[:1].upper() + who[1:]


def _ranks(first: Mapping[str, int], moves: Iterable[Move]) -> dict[str, int]:
    """The ranks given, and those of all places that can be reached from there, nearest first."""
    onward: dict[str, list[str]] = {}
    for move in moves:
        onward.setdefault(move.source, []).append(move.target)
    ranks = dict(first)
    frontier = sorted(first, key=lambda key: first[key])
    while frontier:
        place = frontier.pop(0)
        for target in onward.get(place, ()):
            if target not in ranks:
                ranks[target] = ranks[place] + 1
                frontier.append(target)
        frontier.sort(key=lambda key: ranks[key])
    return ranks


def _turning_back(moves: list[Move], ranks: Mapping[str, int]) -> Iterator[Move]:
    """The moves, with those marked that close a circle towards the beginning."""
    for move in moves:
        nearer = ranks.get(move.target, 0) < ranks.get(move.source, 0)
        yield replace(move, back=nearer and move.source in _ranks({move.target: 0}, moves))
