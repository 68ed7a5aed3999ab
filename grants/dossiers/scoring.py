"""What the returned sheets of a grid say together, and who may read them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from grants.accounts.models import User
from grants.calls.definition import COMMENT, CallDefinition, Grid
from grants.dossiers.awaiting import returned_sheets
from grants.dossiers.disclosure import made_known
from grants.dossiers.models import Dossier, ScoreSheet
from grants.dossiers.operations.sheets import sheet_of
from grants.dossiers.roles import Standing
from grants.forms import Count, decode_answers
from grants.wording import number


@dataclass(frozen=True, slots=True)
class Scored:
    """One criterion, scored by each in the order of the sheets."""

    key: str
    label: str
    max: int
    weight: int
    scores: list[int]

    @property
    def mean(self) -> Fraction:
        return Fraction(sum(self.scores), len(self.scores))

    @property
    def spread(self) -> int:
        return max(self.scores) - min(self.scores)


@dataclass(frozen=True, slots=True)
class Scores:
    """All that was returned for one grid; at least one sheet."""

    grid: Grid
    sheets: list[ScoreSheet]
    lines: list[Scored]

    @property
    def totals(self) -> list[int]:
        return [each.total or 0 for each in self.sheets]

    @property
    def mean(self) -> Fraction:
        return Fraction(sum(self.totals), len(self.totals))

    @property
    def spread(self) -> int:
        return max(self.totals) - min(self.totals)

    @property
    def comments(self) -> list[tuple[str, str]]:
        """Who wrote what, of those who wrote."""
        return [
            (each.scorer.name, str(each.answers[COMMENT]))
            for each in self.sheets
            if each.answers.get(COMMENT)
        ]


def scores_of(dossier: Dossier, grid: Grid) -> Scores | None:
    """None before the first sheet is returned."""
    return scores_in(grid, returned_sheets(dossier, grid.key))


def scores_in(grid: Grid, sheets: list[ScoreSheet]) -> Scores | None:
    """What these sheets say together; None for none."""
    if not sheets:
        return None
    answers = [decode_answers(grid.form, each.answers) for each in sheets]
    lines = [
        Scored(
            key,
            criterion.label,
            criterion.max,
            criterion.weight,
            [score.number for each in answers if isinstance(score := each[key], Count)],
        )
        for key, criterion in grid.criteria.items()
    ]
    return Scores(grid, sheets, lines)


def may_compare(
    dossier: Dossier, call: CallDefinition, grid: Grid, person: User, standing: Standing
) -> bool:
    """Whether the person reads the sheets of others. A scorer does once the own one is returned:
    nobody's score sways another's. So do those who decide, and the call's manager."""
    own = sheet_of(dossier, grid.key, person)
    if own is not None and own.returned_at is not None:
        return True
    if standing.roles & set(grid.scored_by):
        return False
    deciding = {
        role for act in call.circuit.transitions.values() if act.decides for role in act.roles
    }
    return standing.manages or bool(standing.roles & deciding)


def readable_grids(
    dossier: Dossier, call: CallDefinition, person: User, standing: Standing
) -> frozenset[str]:
    return frozenset(
        key
        for key, grid in call.grids.items()
        if may_compare(dossier, call, grid, person, standing)
    )


def known_scores(dossier: Dossier, call: CallDefinition) -> list[Scores]:
    """What the applicant may know: the grids made known, whose mean alone is told."""
    return [
        scores
        for grid in call.grids.values()
        if made_known(dossier, grid.applicant_sees_in)
        for scores in (scores_of(dossier, grid),)
        if scores is not None
    ]


def points(value: Fraction) -> str:
    """« 14 », « 14,5 »."""
    return number(value, 1).removesuffix(",0")
