"""Score sheets: each scorer writes an own one, alone, and returns it on the version in hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.definition import Grid
from grants.dossiers.errors import NotEditable, TransitionRefused
from grants.dossiers.models import Dossier, DossierVersion, ScoreSheet
from grants.dossiers.operations.drafts import write_draft
from grants.dossiers.operations.locking import lock
from grants.dossiers.roles import standing_on
from grants.forms import Count


def sheet_of(dossier: Dossier, grid: str, scorer: User) -> ScoreSheet | None:
    return next(
        (each for each in dossier.sheets if each.grid_key == grid and each.scorer_id == scorer.id),
        None,
    )


def may_score(dossier: Dossier, grid: Grid, scorer: User, roles: frozenset[str]) -> bool:
    """Whether the scorer may write: in the grid's states, until the sheet is returned."""
    sheet = sheet_of(dossier, grid.key, scorer)
    returned = sheet is not None and sheet.returned_at is not None
    return dossier.state in grid.scored_in and bool(roles & set(grid.scored_by)) and not returned


def save_sheet(
    session: Session,
    dossier: Dossier,
    key: str,
    answers: Mapping[str, Any],
    *,
    revision: int,
    actor: User,
    now: datetime,
) -> ScoreSheet:
    """Save the actor's draft sheet. `revision` is the one that the page was shown with.

    :raises NotEditable: when the state, the role or a returned sheet forbids it.
    :raises OpinionConflict: when the actor saved another one meanwhile, from another page.
    """
    dossier = lock(session, dossier)
    call = dossier.definition
    grid = call.grids[key]
    roles = standing_on(session, actor, dossier, call, now=now).roles
    if not may_score(dossier, grid, actor, roles):
        raise NotEditable
    sheet = sheet_of(dossier, key, actor) or _begun(session, dossier, key, actor)
    write_draft(sheet, grid.form, answers, revision=revision, now=now)
    session.flush()
    return sheet


def _begun(session: Session, dossier: Dossier, grid: str, scorer: User) -> ScoreSheet:
    sheet = ScoreSheet(dossier=dossier, grid_key=grid, scorer=scorer, revision=0)
    session.add(sheet)
    return sheet


def return_sheet(
    session: Session,
    dossier: Dossier,
    grid: Grid,
    answers: Mapping[str, Any],
    version: DossierVersion,
    *,
    actor: User,
    now: datetime,
) -> ScoreSheet:
    """Bind the actor's sheet to the version, with its total. Called by `fire` alone.

    :raises TransitionRefused: when it was returned already.
    """
    sheet = sheet_of(dossier, grid.key, actor) or _begun(session, dossier, grid.key, actor)
    if sheet.returned_at is not None:
        raise TransitionRefused(["Vous avez déjà remis votre grille pour ce dossier."])
    write_draft(sheet, grid.form, answers, revision=sheet.revision, now=now)
    sheet.version_id, sheet.returned_at = version.id, now
    sheet.total = total_of(grid, answers)
    session.flush()
    return sheet


def total_of(grid: Grid, answers: Mapping[str, Any]) -> int:
    """Points times weight. Every criterion has been scored."""
    return sum(
        criterion.weight * score.number
        for key, criterion in grid.criteria.items()
        if isinstance(score := answers[key], Count)
    )
