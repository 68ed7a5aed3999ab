"""The main way through a circuit."""

from __future__ import annotations

from grants.workflows.definition import Circuit, Phase, Transition
from grants.workflows.soundness import ENDS


def main_way(circuit: Circuit, start: str | None = None) -> list[Transition]:
    """The acts that take a dossier straight to its end, from the beginning or the state `start`."""
    way: list[Transition] = []
    state = start or circuit.initial
    visited = {state}
    while act := _next_act(circuit, state, visited):
        way.append(act)
        state = act.to
        visited.add(state)
    return way


def _next_act(circuit: Circuit, state: str, visited: set[str]) -> Transition | None:
    onward = [act for act in circuit.leaving(state) if act.to not in visited]
    main = [act for act in onward if act.style == "primary"]
    if circuit.states[state].phase in ENDS:
        # A decision made known may still have to be carried out: an agreement to sign.
        return next((act for act in main if circuit.states[act.to].phase in ENDS), None)
    other = [act for act in onward if circuit.states[act.to].phase is not Phase.CLOSED]
    return next(iter(main or other or onward), None)


def acts_ahead(circuit: Circuit, start: str) -> list[Transition]:
    """All the acts that may still be carried out once a dossier is in `start`, by any way."""
    reached, frontier, found = {start}, [start], []
    while frontier:
        for act in circuit.leaving(frontier.pop()):
            found.append(act)
            if act.to not in reached:
                reached.add(act.to)
                frontier.append(act.to)
    return found
