"""Circuits: ours and plain `transitions`, on the same machine, in turn in one run."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import yaml
from transitions import Machine

from benchmarks.measuring import medians
from grants.calls.definition import CallDefinition
from grants.calls.loader import read_call
from grants.demo.builder import CALL_FILE
from grants.workflows.definition import Circuit
from grants.workflows.machine import CompiledCircuit, check_guard, check_role, compile_circuit

ROUNDS = 15
FIELDS, TRANSITIONS = 120, 25
STATE, GUARD = "submitted", "households >= 10 and pdalpd"
#: The act that is fired: the first of those made up, from a state to itself.
FIRED = "remark_1"
ROLES = frozenset({"department_officer"})
FACTS: Mapping[str, object] = {"households": 40, "pdalpd": True}


def print_circuits() -> None:
    source = large_call()
    call = read_call(source)
    frozen = call.model_dump(mode="json", by_alias=True, exclude_unset=True)
    print(f"\nCircuit de {TRANSITIONS} actes, formulaire de {FIELDS} champs : médianes")
    (whole,) = medians([lambda: read_call(source)], 3, in_a_row=1)
    (again,) = medians([lambda: compile_circuit(read_again(frozen).circuit)], 5, in_a_row=1)
    print(f"  contrôler et compiler le fichier de l’appel, une fois à l’import : {whole:.0f} ms")
    print(f"  relire et compiler l’appel, une fois par processus : {again:.0f} ms")
    print_against_transitions(call.circuit)


def print_against_transitions(circuit: Circuit) -> None:
    ready, project = compile_circuit(circuit), Project(circuit)
    if fire_ours(ready) != STATE or not project.fire():
        raise SystemExit("l’acte mesuré est refusé")
    ours, plain = medians([lambda: compile_circuit(circuit), lambda: Project(circuit)], ROUNDS)
    print_ratio("compiler le circuit", "ms", ours, plain)
    ours, plain = medians([lambda: fire_ours(ready), project.fire], ROUNDS, in_a_row=1000)
    print_ratio("un acte sans la base (arrivée, rôle, condition)", "µs", ours * 1000, plain * 1000)
    ours, plain = medians([lambda: fire_ours(ready), lambda: Project(circuit).fire()], ROUNDS)
    print_ratio("le même, une machine par dossier chez lui", "µs", ours * 1000, plain * 1000)


def print_ratio(name: str, unit: str, ours: float, plain: float) -> None:
    ratio = f"× {plain / ours:.2g}" if plain < 10 * ours else f"× {plain / ours:.0f}"
    print(f"  {name} : transitions {plain:.1f} {unit}, le nôtre {ours:.1f} {unit} ({ratio})")


def read_again(frozen: Mapping[str, Any]) -> CallDefinition:
    return CallDefinition.model_validate(frozen)


def fire_ours(ready: CompiledCircuit) -> str:
    """The target: what `fire` asks of the engine, before it turns to the database."""
    target = ready.target(STATE, FIRED)
    transition = ready.circuit.transitions[FIRED]
    check_role(transition, ROLES)
    check_guard(transition, FACTS)
    return target


class Project:
    """A dossier as the documentation of `transitions` has it: the model of its own machine."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.machine = Machine(
            model=self,
            states=list(circuit.states),
            initial=STATE,
            auto_transitions=False,
            transitions=[
                {
                    "trigger": each.key,
                    "source": list(each.sources),
                    "dest": each.to,
                    "conditions": ["entitled", "large_enough"],
                }
                for each in circuit.transitions.values()
            ],
        )

    def entitled(self, trigger: str, roles: frozenset[str], _: Mapping[str, object]) -> bool:
        return any(role in roles for role in self.circuit.transitions[trigger].roles)

    def large_enough(self, _: str, __: frozenset[str], facts: Mapping[str, Any]) -> bool:
        """The guard, written in Python."""
        return bool(facts["households"] >= 10 and facts["pdalpd"])

    def fire(self) -> bool:
        return bool(self.trigger(FIRED, FIRED, ROLES, FACTS))

    trigger: Any  # given by the machine


def large_call() -> str:
    """The demonstration's call, with questions and acts made up until there are enough."""
    tree = yaml.safe_load(CALL_FILE.read_text(encoding="utf-8"))
    sections = tree["form"]["sections"]
    missing = FIELDS - sum(len(each["fields"]) for each in sections.values())
    sections["more"] = {"title": "Autres questions", "fields": questions(missing)}
    acts = tree["circuit"]["transitions"]
    acts |= {f"remark_{n + 1}": deepcopy(REMARK) for n in range(TRANSITIONS - len(acts))}
    del tree["document"]["model"]
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)


def questions(number: int) -> dict[str, dict[str, Any]]:
    types = ("money", "integer", "long_text", "yes_no", "date")
    return {
        f"question_{n}": {"type": types[n % len(types)], "label": f"Question {n}"}
        for n in range(number)
    }


REMARK: Mapping[str, Any] = {
    "label": "Noter une remarque",
    "done": "Remarque notée",
    "from": [STATE],
    "to": STATE,
    "roles": sorted(ROLES),
    "guard": GUARD,
    "refusal": "Dix ménages au moins.",
}
