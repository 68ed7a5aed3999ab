"""What a simulation saw: where dossiers wait, how they end, what never happened."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from grants.calls.definition import CallDefinition
from grants.dossiers.models import Dossier

if TYPE_CHECKING:
    from grants.rehearsal.walking import Doing


@dataclass(frozen=True, slots=True)
class Wait:
    """How long dossiers waited for a role in a state."""

    role: str
    state: str
    count: int
    median: timedelta
    nine_in_ten: timedelta
    longest: timedelta


@dataclass(slots=True)
class Report:
    definition: CallDefinition
    dossiers: int = 0
    documents: int = 0
    reminders: int = 0
    clock_acts: int = 0
    #: By label of the act.
    acts: Counter[str] = field(default_factory=Counter)
    #: By key of the state where a dossier was left.
    ends: Counter[str] = field(default_factory=Counter)
    #: By outcome of the decision in force; « none » without one.
    outcomes: Counter[str] = field(default_factory=Counter)
    #: (state, what it waits for) of the dossiers that nobody could take further.
    stuck_in: Counter[tuple[str, str]] = field(default_factory=Counter)
    _waits: dict[tuple[str, str], list[timedelta]] = field(
        default_factory=lambda: defaultdict(list)
    )
    #: By dossier: since when it is whose turn, in which state.
    _since: dict[int, dict[str, tuple[str, datetime]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def seen(self, dossier: Dossier, now: datetime) -> None:
        """Note whose turn it is no longer, and whose it has become."""
        since = self._since[dossier.id]
        last = max((each.at for each in dossier.events), default=now)
        for role, (state, began) in list(since.items()):
            if role not in dossier.turn or state != dossier.state:
                self._waits[role, state].append(max(last, began) - began)
                del since[role]
        for role in dossier.turn:
            since.setdefault(role, (dossier.state, now))

    def did(self, doing: Doing) -> None:
        if isinstance(doing.what, str):
            self.acts["Rédiger un avis"] += 1
        else:
            self.acts[doing.what.label] += 1

    def stuck(self, dossier: Dossier, waiting: list[str]) -> None:
        reason = waiting[0] if waiting else "Personne ne peut agir."
        self.stuck_in[dossier.state, reason] += 1

    def ended(self, dossier: Dossier, now: datetime) -> None:
        self.seen(dossier, now)
        self.dossiers += 1
        self.ends[dossier.state] += 1
        self.outcomes[dossier.decision.outcome if dossier.decision else "none"] += 1

    @property
    def waits(self) -> list[Wait]:
        """In the circuit's order of states, then of roles."""
        circuit = self.definition.circuit
        return [
            Wait(
                role,
                state,
                len(found),
                found[len(found) // 2],
                found[(len(found) * 9) // 10],
                found[-1],
            )
            for state in circuit.states
            for role in circuit.roles
            if (role, state) in self._waits
            for found in (sorted(self._waits[role, state]),)
        ]

    @property
    def never_done(self) -> list[str]:
        """Labels of the acts that people have and that no dossier saw."""
        labels = [each.label for each in self.definition.circuit.transitions.values() if each.roles]
        return [each for each in dict.fromkeys(labels) if not self.acts[each]]
