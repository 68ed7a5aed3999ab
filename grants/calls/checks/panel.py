"""Opinions, grids, hearings, places: who gives them, where, and what uses them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from grants.calls.checks.errors import PathError, unknown
from grants.calls.definition import CallDefinition, Grid
from grants.forms.types.choice import ChoiceField


def opinions(call: CallDefinition) -> Iterator[PathError]:
    given = {act.gives for act in call.circuit.transitions.values()}
    for opinion in call.opinions.values():
        here = ("opinions", opinion.key)
        roles, states = call.circuit.roles, call.circuit.states
        yield from unknown((*here, "drafted_by"), opinion.drafted_by, roles, "rôle inconnu")
        yield from unknown((*here, "drafted_in"), opinion.drafted_in, states, "état inconnu")
        yield from unknown(
            (*here, "applicant_sees_in"), opinion.applicant_sees_in, states, "état inconnu"
        )
        if opinion.key not in given:
            yield PathError(here, f"aucune action ne rend l’avis « {opinion.key} » (« gives »)")


def grids(call: CallDefinition) -> Iterator[PathError]:
    for grid in call.grids.values():
        here = ("grids", grid.key)
        roles, states = call.circuit.roles, call.circuit.states
        yield from unknown((*here, "scored_by"), grid.scored_by, roles, "rôle inconnu")
        yield from unknown((*here, "scored_in"), grid.scored_in, states, "état inconnu")
        yield from unknown(
            (*here, "applicant_sees_in"), grid.applicant_sees_in, states, "état inconnu"
        )
        for name in grid.scored_by:
            if name in roles and roles[name].service is None:
                yield PathError(
                    (*here, "scored_by"), f"« {name} » n’est pas d’un service : il ne note pas"
                )
        yield from _scoring_acts(call, grid)


def _scoring_acts(call: CallDefinition, grid: Grid) -> Iterator[PathError]:
    acts = [act for act in call.circuit.transitions.values() if act.scores == grid.key]
    if not acts:
        yield PathError(
            ("grids", grid.key), f"aucune action ne remet la grille « {grid.key} » (« scores »)"
        )
    for act in acts:
        here = ("circuit", "transitions", act.key)
        for state in sorted(set(act.sources) - set(grid.scored_in)):
            yield PathError(
                (*here, "from"),
                f"la grille « {grid.key} » ne se remplit pas dans l’état « {state} »",
            )
        for role in sorted(set(act.roles) - set(grid.scored_by)):
            yield PathError((*here, "roles"), f"« {role} » ne remplit pas la grille « {grid.key} »")


def hearings(call: CallDefinition) -> Iterator[PathError]:
    booked = {act.books for act in call.circuit.transitions.values()}
    for hearing in call.hearings.values():
        here = ("hearings", hearing.key)
        if hearing.key not in booked:
            yield PathError(here, f"aucune action ne réserve « {hearing.key} » (« books »)")
        for index, sitting in enumerate(hearing.slots):
            if sitting.end <= sitting.start:
                yield PathError(
                    (*here, "slots", str(index), "to"), "la fin (« to ») doit suivre le début"
                )
            elif hearing.minutes > sitting.every:
                yield PathError(
                    (*here, "slots", str(index), "every"),
                    f"un créneau toutes les {sitting.every} minutes : les auditions durent "
                    f"{hearing.minutes} minutes",
                )
        for index, (before, after) in enumerate(pairwise(hearing.slots), start=1):
            if (after.day, after.start) < (before.day, before.end):
                yield PathError(
                    (*here, "slots", str(index)), "les séances se suivent, sans se recouvrir"
                )


def quotas(call: CallDefinition) -> Iterator[PathError]:
    for quota in call.quotas.values():
        here = ("quotas", quota.key)
        field = call.form.fields.get(quota.field)
        if field is None:
            yield PathError((*here, "field"), f"champ inconnu : « {quota.field} »")
        elif not isinstance(field, ChoiceField):
            yield PathError((*here, "field"), f"« {quota.field} » doit être un champ « choice »")
        else:
            yield from unknown((*here, "places"), quota.places, field.options, "option inconnue")
        if quota.total is not None and any(each > quota.total for each in quota.places.values()):
            yield PathError(
                (*here, "total"), "une option a plus de places que le total n’en compte"
            )
