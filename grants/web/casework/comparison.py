"""Two to six dossiers of a call, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from grants.calls.definition import CallDefinition
from grants.dossiers.models import Decision, Dossier, OpinionRecord
from grants.dossiers.operations.opinions import last_given
from grants.dossiers.presentation import answers_of
from grants.extensions import db
from grants.forms import decode_answers
from grants.web import access
from grants.web.access import actor
from grants.web.casework import screens
from grants.web.casework.figures import beside_median, columns_of
from grants.web.casework.listing import Row, all_rows
from grants.web.clock import now
from grants.wording import local_day

AT_LEAST, AT_MOST = 2, 6
#: Answers short enough to be read in a column.
SHORT_TYPES = frozenset(
    {"choice", "choices", "integer", "yes_no", "duration", "money", "commune", "date"}
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One line: a question and what each dossier says, with a note under each."""

    label: str
    cells: list[tuple[str, str]]
    numeric: bool = False

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
        ("Réponses principales", _answers(call, dossiers)),
    ]
    return render_template(
        "casework/compare.html",
        call=call,
        rows=rows,
        peers=len(peers),
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
        )
        for field in call.form.fields.values()
        if field.type in SHORT_TYPES
    ]
