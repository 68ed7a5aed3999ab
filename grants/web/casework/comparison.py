"""Two to six dossiers of a call, column by column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from grants.calls.definition import CallDefinition, Grid
from grants.dossiers.awaiting import returned_sheets
from grants.dossiers.models import Decision, Dossier, OpinionRecord
from grants.dossiers.operations.opinions import last_given
from grants.dossiers.presentation import answers_of
from grants.dossiers.roles import Standing
from grants.dossiers.scoring import Scores, may_compare, points, scores_of
from grants.extensions import db
from grants.forms import decode_answers
from grants.web import access
from grants.web.access import actor
from grants.web.casework import screens
from grants.web.casework.figures import beside_median, columns_of
from grants.web.casework.listing import Row, all_rows
from grants.web.clock import now
from grants.web.pieces import Link, links_of
from grants.web.places import quotas_of
from grants.wording import local_day

AT_LEAST, AT_MOST = 2, 6
#: Answers short enough to be read in a column.
SHORT_TYPES = frozenset(
    {"file", "choice", "choices", "integer", "yes_no", "duration", "money", "commune", "date"}
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One line: a question and what each dossier says, with a note under each."""

    label: str
    cells: list[tuple[str, str]]
    numeric: bool = False
    #: Where the files of each cell are read; empty when the line has none.
    files: Sequence[list[Link]] = ()

    @property
    def same(self) -> bool:
        return len({text for text, _ in self.cells}) == 1


@screens.get("/instruction/comparer")
@access.agent
def compare() -> str | Response:
    """Figures against the median of all the dossiers of the call that the reader sees."""
    references = list(dict.fromkeys(request.args.getlist("ref")))
    if not AT_LEAST <= len(references) <= AT_MOST:
        flash("Cochez de deux à six dossiers pour les comparer.", "warning")
        return redirect(url_for("casework.worklist"), 303)
    everything = all_rows(db.session(), actor(), local_day(now()))
    known = {row.reference: row for row in everything}
    if any(reference not in known for reference in references):
        abort(404)
    rows = [known[reference] for reference in references]
    if len({row.call.slug for row in rows}) > 1:
        flash("Comparez des dossiers d’un même appel : ceux-ci n’en sont pas.", "warning")
        return redirect(url_for("casework.worklist"), 303)
    call = rows[0].call
    dossiers = _loaded(rows)
    peers = [row for row in everything if row.call.slug == call.slug]
    groups = [
        ("Chiffres", _figures(call, rows, peers)),
        *_opinions(call, dossiers),
        *_scores(call, rows, dossiers),
        ("Réponses principales", _answers(call, dossiers)),
    ]
    return render_template(
        "casework/compare.html",
        call=call,
        rows=rows,
        peers=len(peers),
        quotas=quotas_of(dossiers[0].call_id, call),
        groups=[(title, lines) for title, lines in groups if lines],
    )


def _loaded(rows: Sequence[Row]) -> list[Dossier]:
    """The dossiers in the order asked, in a fixed number of queries."""
    found = db.session.scalars(
        select(Dossier)
        .where(Dossier.id.in_([row.id for row in rows]))
        .options(
            joinedload(Dossier.decision).joinedload(Decision.version),
            selectinload(Dossier.versions),
            selectinload(Dossier.opinions).joinedload(OpinionRecord.version),
            selectinload(Dossier.sheets),
        )
    )
    by_id = {each.id: each for each in found}
    return [by_id[row.id] for row in rows]


def _figures(call: CallDefinition, rows: Sequence[Row], peers: Sequence[Row]) -> list[Compared]:
    lines = []
    for column in columns_of(call):
        middle = column.median([row.figures.get(column.key) for row in peers])
        values = [row.figures.get(column.key) for row in rows]
        lines.append(
            Compared(
                column.label,
                [(column.text(value), beside_median(value, middle)) for value in values],
                numeric=True,
            )
        )
    return lines


def _opinions(
    call: CallDefinition, dossiers: Sequence[Dossier]
) -> list[tuple[str, list[Compared]]]:
    """Each opinion given, then the decision, question by question."""
    groups = []
    for key, opinion in call.opinions.items():
        records = [last_given(each, key) for each in dossiers]
        if any(records):
            stored = [record.answers if record else None for record in records]
            groups.append((opinion.label, _lines(opinion.form, stored, "pas encore rendu")))
    decided = [each.decision.answers if each.decision else None for each in dossiers]
    if any(decided):
        groups.append((call.decision.label, _lines(call.decision.form, decided, "pas encore")))
    return groups


def _scores(
    call: CallDefinition, rows: Sequence[Row], dossiers: Sequence[Dossier]
) -> list[tuple[str, list[Compared]]]:
    """Each grid: the mean with its rank among these dossiers, then each criterion. Nobody reads
    here what the dossier's own page keeps from them."""
    groups = []
    for grid in call.grids.values():
        may = [
            may_compare(each, call, grid, actor(), Standing(row.roles))
            for row, each in zip(rows, dossiers, strict=True)
        ]
        if any(may) and any(returned_sheets(each, grid.key) for each in dossiers):
            found = [
                scores_of(each, grid) if own else None
                for each, own in zip(dossiers, may, strict=True)
            ]
            none_yet = ["—" if own else "après votre propre grille" for own in may]
            groups.append((grid.label, _score_lines(grid, found, none_yet, dossiers)))
    return groups


def _score_lines(
    grid: Grid,
    found: Sequence[Scores | None],
    none_yet: Sequence[str],
    dossiers: Sequence[Dossier],
) -> list[Compared]:
    def line(label: str, said: Callable[[Scores], str]) -> Compared:
        cells = [
            (said(each) if each else none, "") for each, none in zip(found, none_yet, strict=True)
        ]
        return Compared(label, cells, numeric=True)

    counts = [f"{len(returned_sheets(each, grid.key))} sur {grid.at_least}" for each in dossiers]
    lines = [
        Compared("Grilles remises", [(each, "") for each in counts], numeric=True),
        line("Écart entre les grilles", lambda scores: str(scores.spread)),
    ]
    lines += [
        line(f"{criterion.label}, sur {criterion.max}", partial(_mean_of, key))
        for key, criterion in grid.criteria.items()
    ]
    return [_ranked(grid, found, none_yet), *lines]


def _mean_of(criterion: str, scores: Scores) -> str:
    return next(points(each.mean) for each in scores.lines if each.key == criterion)


def _ranked(grid: Grid, found: Sequence[Scores | None], none_yet: Sequence[str]) -> Compared:
    """The mean of each, and its rank; equals share one."""
    means = [each.mean if each else None for each in found]
    return Compared(
        f"Note moyenne sur {grid.out_of}",
        [
            (none, "") if mean is None else (points(mean), _rank_words(mean, means))
            for mean, none in zip(means, none_yet, strict=True)
        ],
        numeric=True,
    )


def _rank_words(mean: Fraction, means: Sequence[Fraction | None]) -> str:
    rank = 1 + sum(each is not None and each > mean for each in means)
    return f"{rank}{'er' if rank == 1 else 'e'} par la note"


def _lines(form: Any, stored: Sequence[dict[str, Any] | None], none_yet: str) -> list[Compared]:
    answers = [None if each is None else decode_answers(form, each) for each in stored]
    lines = [
        Compared(
            field.label,
            [
                (none_yet if each is None else field.display(each.get(field.key)) or "—", "")
                for each in answers
            ],
        )
        for field in form.fields.values()
    ]
    return [line for line in lines if any(text not in ("—", none_yet) for text, _ in line.cells)]


def _answers(call: CallDefinition, dossiers: Sequence[Dossier]) -> list[Compared]:
    answers = [answers_of(each, call, each.version_in_hand) for each in dossiers]
    return [
        Compared(
            field.label,
            [(field.display(each.get(field.key)) or "Non renseigné", "") for each in answers],
            files=[
                links_of(dossier, field, each.get(field.key), dossier.version_in_hand)
                for dossier, each in zip(dossiers, answers, strict=True)
            ],
        )
        for field in call.form.fields.values()
        if field.type in SHORT_TYPES
    ]
