"""The score sheets of a dossier, as whoever examines it may read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grants.calls.definition import Grid
from grants.dossiers.awaiting import returned_sheets
from grants.dossiers.operations.sheets import sheet_of
from grants.dossiers.scoring import Scores, may_compare, scores_of
from grants.web.access import Seen, actor
from grants.wording import moment, plural


@dataclass(frozen=True, slots=True)
class GridOnPage:
    grid: Grid
    #: « 1 grille remise sur 2 attendues. »
    words: str
    #: All sheets, for whoever may compare them.
    scores: Scores | None
    #: What a scorer reads in place of them.
    independence: str


def grids_of(seen: Seen) -> list[GridOnPage]:
    """The grids that are being scored, or were."""
    return [
        _grid(seen, grid)
        for grid in seen.call.grids.values()
        if seen.dossier.state in grid.scored_in or returned_sheets(seen.dossier, grid.key)
    ]


def _grid(seen: Seen, grid: Grid) -> GridOnPage:
    dossier = seen.dossier
    count = len(returned_sheets(dossier, grid.key))
    may = may_compare(dossier, seen.call, grid, actor(), seen.standing)
    scores = scores_of(dossier, grid) if may else None
    asked = plural(grid.at_least, "attendue", "attendues")
    words = f"{plural(count, 'grille remise', 'grilles remises')} sur {asked}."
    sheet = sheet_of(dossier, grid.key, actor())
    if sheet is not None and sheet.returned_at is not None:
        words += f" Vous avez remis la vôtre le {moment(sheet.returned_at)}."
    scores_here = bool(seen.standing.roles & set(grid.scored_by))
    independence = "Vous lirez les notes des autres une fois la vôtre remise."
    return GridOnPage(grid, words, scores, independence if scores_here and not may else "")


@dataclass(frozen=True, slots=True)
class RunningTotal:
    """The total of a sheet that is being written."""

    points: int
    out_of: int
    scored: int
    criteria: int


def running_total(grid: Grid, answers: dict[str, Any]) -> RunningTotal:
    """Only scores that can be read, and are within their bounds, count."""
    fields = grid.form.fields
    valid = {
        key: answers[key].number
        for key in grid.criteria
        if answers.get(key) is not None and not fields[key].problems(answers[key])
    }
    points = sum(grid.criteria[key].weight * score for key, score in valid.items())
    return RunningTotal(points, grid.out_of, len(valid), len(grid.criteria))
