"""What a dossier still waits for in its state, and whose turn it therefore is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from grants.accounts.models import User
from grants.calls.definition import CallDefinition, Grid
from grants.calls.models import HearingSlot
from grants.dossiers.models import Dossier, ScoreSheet
from grants.wording import joined, moment, plural
from grants.workflows.definition import Awaited, Transition


def is_returned(dossier: Dossier, opinion: str) -> bool:
    """Whether the opinion was given and no act asks for another since."""
    mine = [each for each in dossier.opinions if each.opinion_key == opinion]
    return bool(mine) and all(each.given_at is not None for each in mine)


def returned_sheets(dossier: Dossier, grid: str) -> list[ScoreSheet]:
    return [
        each for each in dossier.sheets if each.grid_key == grid and each.returned_at is not None
    ]


def is_scored(dossier: Dossier, grid: Grid) -> bool:
    """Whether enough scorers have returned their sheet."""
    return len(returned_sheets(dossier, grid.key)) >= grid.at_least


def slot_of(dossier: Dossier, hearing: str) -> HearingSlot | None:
    return next((each for each in dossier.slots if each.hearing_key == hearing), None)


def slot_words(slot: HearingSlot) -> str:
    """« 19 avril 2019 à 9 h 10, salle Condorcet »."""
    return f"{moment(slot.starts_at)}, {slot.place}" if slot.place else moment(slot.starts_at)


def lacking(
    dossier: Dossier, call: CallDefinition, awaits: Awaited | None, *, now: datetime
) -> list[str]:
    """What has not come yet, one sentence each; empty when the act may go on."""
    if awaits is None:
        return []
    return [
        *_lacking_opinions(dossier, call, awaits),
        *_lacking_sheets(dossier, call, awaits.grids),
        *_lacking_hearings(dossier, call, awaits.hearings, now),
    ]


def _lacking_opinions(dossier: Dossier, call: CallDefinition, awaits: Awaited) -> list[str]:
    missing = [key for key in awaits.opinions if not is_returned(dossier, key)]
    given = len(awaits.opinions) - len(missing)
    if given >= awaits.enough:
        return []
    names = joined([f"« {call.opinions[key].label} »" for key in missing])
    if awaits.enough == len(awaits.opinions):
        return [f"Il manque encore : {names}."]
    said = plural(given, "avis rendu", "avis rendus")
    return [f"{said} sur les {awaits.enough} attendus ; manquent : {names}."]


def _lacking_sheets(dossier: Dossier, call: CallDefinition, grids: Collection[str]) -> list[str]:
    return [
        f"« {grid.label} » : "
        f"{plural(len(returned_sheets(dossier, key)), 'grille remise', 'grilles remises')} sur "
        f"{grid.at_least} attendues."
        for key in grids
        for grid in (call.grids[key],)
        if not is_scored(dossier, grid)
    ]


def _lacking_hearings(
    dossier: Dossier, call: CallDefinition, hearings: Collection[str], now: datetime
) -> list[str]:
    found = []
    for key in hearings:
        slot, label = slot_of(dossier, key), call.hearings[key].label
        if slot is None:
            found.append(f"« {label} » : aucun créneau n’est réservé.")
        elif slot.starts_at > now:
            found.append(f"« {label} » : le créneau réservé n’est pas encore passé.")
    return found


def turn_of_dossier(dossier: Dossier, call: CallDefinition) -> list[str]:
    """The roles of the state's turn, less those whose every part is returned."""
    state = call.circuit.states[dossier.state]
    return [role for role in state.turn if not _is_done(dossier, call, role)]


def still_to_do(
    call: CallDefinition,
    state: str,
    turn: Collection[str],
    roles: Collection[str],
    returned: Collection[str],
) -> list[str]:
    """The roles of `turn`, among those of one person, that leave this person something to do:
    whoever has `returned` the own sheet of a grid waits for the others'.

    :param returned: keys of the grids whose sheet the person has returned.
    """
    return [
        role
        for role in turn
        if role in roles and not _has_scored_all(call.circuit.leaving(state), role, returned)
    ]


def _has_scored_all(acts: Collection[Transition], role: str, returned: Collection[str]) -> bool:
    own = [each for each in acts if role in each.roles]
    return bool(own) and all(each.scores in returned for each in own)


def returned_by(dossier: Dossier, person: User) -> set[str]:
    """Keys of the grids whose sheet the person has returned on the dossier."""
    return {
        each.grid_key
        for each in dossier.sheets
        if each.scorer_id == person.id and each.returned_at is not None
    }


def returned_already(
    dossier: Dossier, act: Transition, person: User, *, now: datetime
) -> str | None:
    """Why the person has nothing left to return by this act, as one sentence; None otherwise."""
    if act.scores in returned_by(dossier, person):
        return "Vous avez déjà remis votre grille pour ce dossier."
    if act.gives and is_returned(dossier, act.gives):
        return "Cet avis est déjà rendu."
    held = slot_of(dossier, act.books) if act.books else None
    if held is not None and held.starts_at <= now:
        return f"L’audition du {moment(held.starts_at)} a déjà eu lieu."
    return None


def _is_done(dossier: Dossier, call: CallDefinition, role: str) -> bool:
    """Whether all that the role has to do in this state is to return what it has returned."""
    parts = [
        _act_is_returned(dossier, call, act)
        for act in call.circuit.leaving(dossier.state)
        if role in act.roles
    ]
    parts += [
        is_returned(dossier, opinion.key)
        for opinion in call.opinions.values()
        if role in opinion.drafted_by and dossier.state in opinion.drafted_in
    ]
    return bool(parts) and all(parts)


def _act_is_returned(dossier: Dossier, call: CallDefinition, act: Transition) -> bool:
    if not act.parallel:
        return False
    if act.gives:
        return is_returned(dossier, act.gives)
    if act.books:
        return slot_of(dossier, act.books) is not None
    return act.scores is not None and is_scored(dossier, call.grids[act.scores])
