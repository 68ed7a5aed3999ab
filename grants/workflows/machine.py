"""Runs a circuit with `transitions`, once compiled for each revision of a call."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from transitions import Machine, MachineError

from grants.rules import holds, parse
from grants.workflows.definition import Circuit, Transition


class TransitionRefused(Exception):
    """The act cannot be carried out; `reasons` are French sentences, never empty."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class NotYourTurn(TransitionRefused):
    """The actor holds none of the roles that the act asks for."""


@dataclass(slots=True)
class _Token:
    """What travels through the machine in place of a dossier: nothing of ours is kept by it."""

    state: str


@dataclass(frozen=True, slots=True)
class CompiledCircuit:
    circuit: Circuit
    machine: Machine

    def target(self, state: str, trigger: str) -> str:
        """The state that `trigger` leads to from `state`.

        :raises TransitionRefused: when the circuit has no such transition there.
        """
        token = _Token(state)
        event = self.machine.events.get(trigger)
        if event is None:
            raise TransitionRefused(["Cette action n’existe pas dans le circuit de cet appel."])
        try:
            event.trigger(token)
        except MachineError:
            raise TransitionRefused(
                ["Cette action n’est plus possible : le dossier a changé d’étape."]
            ) from None
        return token.state


def compile_circuit(circuit: Circuit) -> CompiledCircuit:
    """Build the one flat, stateless machine that serves all dossiers of a revision."""
    machine = Machine(
        model=None,
        states=list(circuit.states),
        initial=circuit.initial,
        auto_transitions=False,
        transitions=[
            {"trigger": each.key, "source": list(each.sources), "dest": each.to}
            for each in circuit.transitions.values()
        ],
    )
    return CompiledCircuit(circuit, machine)


def roles_for(transition: Transition, roles: Collection[str]) -> list[str]:
    """The roles among `roles` that may carry out the transition, in the file's order."""
    return [role for role in transition.roles if role in roles]


def check_role(transition: Transition, roles: Collection[str]) -> str:
    """The role under which the act is carried out.

    :raises NotYourTurn: when none of `roles` may.
    """
    entitled = roles_for(transition, roles)
    if not entitled:
        raise NotYourTurn(["Votre rôle ne permet pas cette action sur ce dossier."])
    return entitled[0]


def check_guard(transition: Transition, facts: Mapping[str, object]) -> None:
    """:raises TransitionRefused: with the file's sentence, when the guard does not hold."""
    if not guard_holds(transition, facts):
        raise TransitionRefused([transition.refusal or ""])


def guard_holds(transition: Transition, facts: Mapping[str, object]) -> bool:
    return transition.guard is None or holds(parse(transition.guard), facts)


def offered(circuit: Circuit, state: str, roles: Collection[str]) -> list[Transition]:
    """What somebody with `roles` finds as buttons in `state`."""
    return [each for each in circuit.leaving(state) if roles_for(each, roles)]
