"""Faults that each part of a circuit shows by itself: unknown names, keys that do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from grants.workflows.definition import REQUIREMENTS, Audience, Circuit, Clock, Phase, Transition
from grants.workflows.soundness.errors import ENDS, CircuitError, Path

#: Phases in which applicants write.
WRITING = frozenset({Phase.DRAFT, Phase.COMPLETION})


def errors_of_parts(circuit: Circuit) -> Iterator[CircuitError]:
    """All of them; unknown names are reported and then passed over."""
    yield from _roles(circuit)
    yield from _states(circuit)
    yield from _transitions(circuit)
    yield from _clocks(circuit)
    yield from _idle_turns(circuit)


def _roles(circuit: Circuit) -> Iterator[CircuitError]:
    for role in circuit.roles.values():
        of_service = role.capacity in {"officer", "head"}
        if of_service and role.service is None:
            yield CircuitError(
                ("roles", role.key),
                f"le rôle « {role.key} » ne nomme pas son service (« service »)",
            )
        if not of_service and role.service is not None:
            yield CircuitError(
                ("roles", role.key, "capacity"),
                f"le rôle « {role.key} » est d’un service : « officer » ou « head » seulement",
            )
        if role.service is not None and role.party is not None:
            yield CircuitError(
                ("roles", role.key, "party"),
                f"le rôle « {role.key} » est d’un service ou d’un organisme porteur (« party »), "
                "non des deux",
            )


def _unknown_roles(circuit: Circuit, path: Path, names: tuple[str, ...]) -> Iterator[CircuitError]:
    for name in names:
        if name not in circuit.roles:
            yield CircuitError(path, f"rôle inconnu : « {name} »")


def _unknown_states(circuit: Circuit, path: Path, names: tuple[str, ...]) -> Iterator[CircuitError]:
    for name in names:
        if name not in circuit.states:
            yield CircuitError(path, f"état inconnu : « {name} »")


def _states(circuit: Circuit) -> Iterator[CircuitError]:
    yield from _unknown_states(circuit, ("initial",), (circuit.initial,))
    first = circuit.states.get(circuit.initial)
    if first is not None and first.phase is not Phase.DRAFT:
        yield CircuitError(("initial",), "l’état initial doit être de phase « draft »")
    for state in circuit.states.values():
        here = ("states", state.key)
        yield from _unknown_roles(circuit, (*here, "turn"), state.turn)
        yield from _unknown_roles(circuit, (*here, "editors"), state.editors)
        for name in state.todo:
            if name not in circuit.roles and name not in set(Audience):
                yield CircuitError((*here, "todo", name), f"rôle ou public inconnu : « {name} »")
        if state.phase is Phase.COMPLETION and not _is_dated_by_act(circuit, state.key):
            yield CircuitError(
                here,
                f"l’état « {state.key} » attend le porteur : il lui faut une échéance "
                "« given_by_act » et une action avec « due_field »",
            )


def _is_dated_by_act(circuit: Circuit, state: str) -> bool:
    clock = circuit.clock_of(state)
    return clock is not None and clock.given_by_act and not _undated(circuit, clock, state)


def _undated(circuit: Circuit, clock: Clock, state: str) -> list[Transition]:
    """The acts that lead to `state` from where the clock does not run, and give no date."""
    return [
        act
        for act in circuit.transitions.values()
        if act.to == state and not act.due_field and not set(act.sources) <= set(clock.states)
    ]


def _transitions(circuit: Circuit) -> Iterator[CircuitError]:
    for act in circuit.transitions.values():
        here = ("transitions", act.key)
        yield from _unknown_states(circuit, (*here, "from"), act.sources)
        yield from _unknown_states(circuit, (*here, "to"), (act.to,))
        yield from _unknown_roles(circuit, (*here, "roles"), act.roles)
        if not act.sources:
            yield CircuitError(here, f"l’action « {act.key} » ne part d’aucun état (« from »)")
        if not act.roles and not act.automatic and not is_fired_by_clock(circuit, act.key):
            yield CircuitError(
                here, f"l’action « {act.key} » n’est donnée à aucun rôle (« roles »)"
            )
        for name in act.requires:
            if name not in REQUIREMENTS:
                yield CircuitError((*here, "requires"), f"exigence inconnue : « {name} »")
        if act.guard and not act.refusal:
            yield CircuitError(
                (*here, "guard"), f"l’action « {act.key} » a une condition : écrire « refusal »"
            )
        if act.due_field:
            yield from _useless_date(circuit, act, (*here, "due_field"))
        yield from _phases_of(circuit, act.key)
        yield from _waits(act, here)
        yield from _signs(circuit, act, here)
        yield from _asks_on_the_reading_page(act, here)
        yield from _needs_a_deposit(circuit, act, here)
        yield from _minutes(circuit, act, here)


def _waits(act: Transition, here: Path) -> Iterator[CircuitError]:
    awaits = act.awaits
    if awaits is None:
        return
    if not (awaits.opinions or awaits.grids or awaits.hearings):
        yield CircuitError((*here, "awaits"), "« awaits » ne nomme ni avis, ni grille, ni audition")
    if awaits.at_least is not None and awaits.at_least > len(awaits.opinions):
        yield CircuitError(
            (*here, "awaits", "at_least"),
            f"« at_least » dépasse le nombre d’avis attendus ({len(awaits.opinions)})",
        )
    if act.automatic and (_asks_for_somebody(act) or act.requires):
        yield CircuitError(
            here,
            f"l’action « {act.key} », qui n’est à aucun rôle, se fait d’elle-même : elle ne peut "
            "ni écrire, ni décider, ni exiger (« requires »)",
        )


def _asks_for_somebody(act: Transition) -> bool:
    writes = (act.form, act.freezes, act.gives, act.scores, act.books, act.signs, act.decides)
    return any(writes) or "certified" in act.requires


def _signs(circuit: Circuit, act: Transition, here: Path) -> Iterator[CircuitError]:
    if not act.signs:
        return
    for name in act.roles:
        role = circuit.roles.get(name)
        if role is not None and role.party is None:
            yield CircuitError(
                (*here, "roles"),
                f"le rôle « {name} » n’est d’aucun organisme qui signe (« party »)",
            )
    states = [circuit.states[name] for name in (*act.sources, act.to) if name in circuit.states]
    if any(state.phase not in WRITING for state in states):
        yield CircuitError(
            (*here, "signs"),
            f"l’action « {act.key} » : on signe un brouillon ou un complément, sans le déposer",
        )


def _asks_on_the_reading_page(act: Transition, here: Path) -> Iterator[CircuitError]:
    """One deposits and signs from the page where all answers are read; it holds no other form."""
    if act.form is not None and (act.freezes or act.signs):
        yield CircuitError(
            (*here, "form"),
            f"l’action « {act.key} » dépose ou signe les réponses : elle ne demande rien de plus, "
            "posez la question dans le formulaire de l’appel",
        )


def _needs_a_deposit(circuit: Circuit, act: Transition, here: Path) -> Iterator[CircuitError]:
    """An opinion, a sheet, a decision is bound to a deposited version."""
    drafts = {name for name, state in circuit.states.items() if state.phase is Phase.DRAFT}
    for part in ("gives", "scores", "books"):
        if getattr(act, part) and drafts.intersection(act.sources):
            yield CircuitError(
                (*here, part), f"l’action « {act.key} » part d’un brouillon, que nul service ne lit"
            )


def _minutes(circuit: Circuit, act: Transition, here: Path) -> Iterator[CircuitError]:
    """They are what a service wrote at a sitting, of a version already deposited."""
    if not act.minutes:
        return
    path, named = (*here, "minutes"), f"l’action « {act.key} » émet un relevé de séance"
    drafts = {name for name, state in circuit.states.items() if state.phase is Phase.DRAFT}
    if not (act.form or act.gives or act.decides):
        yield CircuitError(
            path, f"{named} sans rien y dire : « form », « gives » ou « decides » manque"
        )
    if not act.roles or any(is_of_applicant(circuit, each) for each in act.roles):
        yield CircuitError(path, f"{named} : un service l’enregistre, aucun autre rôle")
    if act.freezes or drafts.intersection(act.sources):
        yield CircuitError(path, f"{named} : le dossier doit être déjà déposé")


def _useless_date(circuit: Circuit, act: Transition, path: Path) -> Iterator[CircuitError]:
    """A state that waits for the applicant and has no due date is told for itself."""
    state, clock = circuit.states.get(act.to), circuit.clock_of(act.to)
    if state is None or state.phase is Phase.COMPLETION or (clock and clock.given_by_act):
        return
    yield CircuitError(
        path,
        f"l’état « {act.to} » n’a pas d’échéance « given_by_act » : la date ne servirait à rien",
    )


def is_fired_by_clock(circuit: Circuit, trigger: str) -> bool:
    return any(clock.fires == trigger for clock in circuit.clocks.values())


def _phases_of(circuit: Circuit, trigger: str) -> Iterator[CircuitError]:
    """What an act does must fit the phases it joins: the database holds the same constraints."""
    act = circuit.transitions[trigger]
    here = ("transitions", act.key)
    target = circuit.states.get(act.to)
    sources = [circuit.states[name] for name in act.sources if name in circuit.states]
    if target is None:
        return
    leaves_draft = any(state.phase is Phase.DRAFT for state in sources)
    if leaves_draft and target.phase is not Phase.DRAFT and not act.freezes:
        yield CircuitError(here, f"l’action « {act.key} » sort du brouillon : « freezes: true »")
    if act.freezes and "complete" not in act.requires:
        yield CircuitError(
            here, f"l’action « {act.key} » dépose : « complete » doit être dans « requires »"
        )
    if not leaves_draft and target.phase is Phase.DRAFT:
        yield CircuitError((*here, "to"), "un dossier déposé ne redevient pas brouillon")
    if act.receipt and not act.freezes:
        yield CircuitError((*here, "receipt"), "un accusé de réception veut « freezes: true »")
    known = target.phase is Phase.NOTIFIED
    becomes_known = any(state.phase is not Phase.NOTIFIED for state in sources)
    if (act.notifies and not known) or (known and becomes_known and not act.notifies):
        yield CircuitError(
            here, f"l’action « {act.key} » : « notifies » et la phase « notified » vont ensemble"
        )
    decided = {Phase.DECIDED, Phase.NOTIFIED}
    undecided_source = any(state.phase not in decided for state in sources)
    if target.phase in decided and undecided_source and not act.decides:
        yield CircuitError(
            here, f"l’action « {act.key} » mène à une décision sans « decides: true »"
        )
    if act.decides and target.phase is not Phase.DECIDED:
        yield CircuitError(
            here, f"l’action « {act.key} » décide : son état d’arrivée est « decided »"
        )


def _clocks(circuit: Circuit) -> Iterator[CircuitError]:
    for clock in circuit.clocks.values():
        here = ("clocks", clock.key)
        yield from _unknown_states(circuit, (*here, "states"), clock.states)
        yield from _unknown_roles(circuit, (*here, "remind"), clock.remind)
        if (clock.days is None) is not clock.given_by_act:
            yield CircuitError(
                here, f"l’échéance « {clock.key} » : soit « days », soit « given_by_act: true »"
            )
        if clock.given_by_act:
            yield from _never_dated(circuit, clock)
        if clock.fires and clock.fires not in circuit.transitions:
            yield CircuitError((*here, "fires"), f"action inconnue : « {clock.fires} »")
        elif clock.fires:
            yield from _fired(circuit, clock, (*here, "fires"))
    clocked = [state for clock in circuit.clocks.values() for state in clock.states]
    for name in sorted({name for name in clocked if clocked.count(name) > 1}):
        yield CircuitError(("clocks",), f"deux échéances courent dans l’état « {name} »")


def _never_dated(circuit: Circuit, clock: Clock) -> Iterator[CircuitError]:
    """States that wait for the applicant are told apart, with what they need."""
    for name in clock.states:
        state = circuit.states.get(name)
        if state is not None and state.phase is not Phase.COMPLETION:
            for act in _undated(circuit, clock, name):
                yield CircuitError(
                    ("clocks", clock.key),
                    f"l’échéance « {clock.key} » : l’action « {act.key} » y mène sans donner de "
                    "date (« due_field »)",
                )


def _fired(circuit: Circuit, clock: Clock, path: Path) -> Iterator[CircuitError]:
    act = circuit.transitions[clock.fires or ""]
    for name in clock.states:
        if name not in act.sources:
            yield CircuitError(path, f"« {act.key} » ne part pas de l’état « {name} »")
    if _asks_for_somebody(act) or act.reopens:
        yield CircuitError(path, f"« {act.key} » demande une personne : elle écrit ou certifie")


def _idle_turns(circuit: Circuit) -> Iterator[CircuitError]:
    """Somebody is said to act in a state where the circuit gives them nothing to do."""
    for state in circuit.states.values():
        able = {role for act in circuit.leaving(state.key) for role in act.roles}
        if state.phase is Phase.DRAFT:
            # A service holds no role on a draft.
            able = {role for role in able if is_of_applicant(circuit, role)}
        able |= set(state.editors)
        if state.turn and not able & set(state.turn):
            yield CircuitError(
                ("states", state.key, "turn"),
                f"état « {state.key} » : « {', '.join(state.turn)} » a la main mais aucune action",
            )
        if state.phase not in ENDS and not state.turn:
            yield CircuitError(
                ("states", state.key), f"état « {state.key} » : dire à qui est le tour (« turn »)"
            )


def is_of_applicant(circuit: Circuit, name: str) -> bool:
    return name in circuit.roles and circuit.roles[name].service is None
