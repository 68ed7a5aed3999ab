"""Acts and what they name; what is proved of the whole circuit."""

from __future__ import annotations

from collections.abc import Iterator

from grants.calls.checks.errors import Path, PathError, unknown
from grants.calls.definition import CallDefinition
from grants.rules import NUMBER, RuleError, RuleType, parse, type_of
from grants.workflows.soundness import Kind, Need, Proof, Share, errors_of_parts, prove


def parts(call: CallDefinition) -> Iterator[PathError]:
    for each in errors_of_parts(call.circuit):
        yield PathError(("circuit", *each.path), each.message)


def proved(call: CallDefinition) -> Iterator[PathError]:
    for proof in proofs_of(call):
        for each in proof.failures:
            yield PathError(("circuit", *each.path), each.message, proved=True)


def proofs_of(call: CallDefinition) -> list[Proof]:
    """What is proved of the call's circuit; none when it names unknown states."""
    return prove(call.circuit, _needs(call))


def _needs(call: CallDefinition) -> list[Need]:
    """What a decision may not do without: each compulsory opinion, or as many of a group as an act
    awaits; a grid or a hearing once the dossier has come where it is scored or booked, for a call
    may refuse some before."""
    acts = call.circuit.transitions.values()
    groups = {
        (frozenset(act.awaits.opinions), act.awaits.enough)
        for act in acts
        if act.awaits and act.awaits.enough < len(act.awaits.opinions)
    }
    grouped = {key for keys, _ in groups for key in keys}
    single = [
        (frozenset({each.key}), 1)
        for each in call.opinions.values()
        if not each.optional and each.key not in grouped
    ]
    needs = [
        Need(frozenset(Share(Kind.OPINION, key) for key in keys), enough)
        for keys, enough in [*single, *sorted(groups, key=lambda each: sorted(each[0]))]
        if not all(key in call.opinions and call.opinions[key].optional for key in keys)
    ]
    for kind, keys, part in (
        (Kind.GRID, call.grids, "scores"),
        (Kind.HEARING, call.hearings, "books"),
    ):
        for key in keys:
            since = {state for act in acts if getattr(act, part) == key for state in act.sources}
            if since:
                needs.append(Need(frozenset({Share(kind, key)}), since=frozenset(since)))
    return needs


def acts(call: CallDefinition) -> Iterator[PathError]:
    for act in call.circuit.transitions.values():
        here: Path = ("circuit", "transitions", act.key)
        form = call.forms.get(act.form) if act.form else None
        if act.form and form is None:
            yield PathError((*here, "form"), f"formulaire inconnu : « {act.form} »")
        field = form.fields.get(act.due_field) if form and act.due_field else None
        if act.due_field and (field is None or field.type != "date" or not field.required):
            yield PathError(
                (*here, "due_field"),
                f"« {act.due_field} » doit être une date obligatoire du formulaire de l’action",
            )
        given = (act.gives,) if act.gives else ()
        yield from unknown((*here, "gives"), given, call.opinions, "avis inconnu")
        shares = (
            ("scores", (act.scores,) if act.scores else (), call.grids, "grille inconnue"),
            ("books", (act.books,) if act.books else (), call.hearings, "audition inconnue"),
        )
        for key, names, known, what in shares:
            yield from unknown((*here, key), names, known, what)
        if act.awaits is not None:
            there = (*here, "awaits")
            yield from unknown(
                (*there, "opinions"), act.awaits.opinions, call.opinions, "avis inconnu"
            )
            yield from unknown((*there, "grids"), act.awaits.grids, call.grids, "grille inconnue")
            yield from unknown(
                (*there, "hearings"), act.awaits.hearings, call.hearings, "audition inconnue"
            )
        yield from unknown((*here, "reopens"), act.reopens, call.opinions, "avis inconnu")
        yield from unknown((*here, "mails"), act.mails, call.messages, "courriel inconnu")
    for clock in call.circuit.clocks.values():
        message = (clock.message,) if clock.message else ()
        path = ("circuit", "clocks", clock.key, "message")
        yield from unknown(path, message, call.messages, "courriel inconnu")


def guard_types(call: CallDefinition) -> dict[str, RuleType]:
    """What a guard may speak of: the deposited answers, the decision, `<opinion>_<field>`, and of
    a grid `<grid>_mean`, the mean of the totals returned, and `<grid>_count`, how many they are."""
    types = dict(call.form.field_types)
    types |= call.decision.form.field_types
    for opinion in call.opinions.values():
        types |= {f"{opinion.key}_{key}": kind for key, kind in opinion.form.field_types.items()}
    for key in call.grids:
        types |= {f"{key}_mean": NUMBER, f"{key}_count": NUMBER}
    return types


def guards(call: CallDefinition) -> Iterator[PathError]:
    types = guard_types(call)
    for act in call.circuit.transitions.values():
        if act.guard:
            try:
                type_of(parse(act.guard), types)
            except RuleError as fault:
                yield PathError(("circuit", "transitions", act.key, "guard"), str(fault))
