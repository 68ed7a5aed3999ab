"""The worklist: what I have to do, what others do, what is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for

from grants.accounts.naming import named
from grants.calls.loader import definition_of
from grants.calls.models import Call
from grants.calls.queries import published_calls
from grants.dossiers.roles import Post, posts_of
from grants.extensions import db
from grants.web import access
from grants.web.access import actor
from grants.web.casework import screens
from grants.web.casework.figures import Column, columns_of
from grants.web.casework.listing import (
    DONE,
    MINE,
    OTHERS,
    Row,
    all_rows,
    communes_of,
)
from grants.web.clock import now
from grants.wording import joined, local_day

PER_PAGE = 50
#: The value of `?tour=` for each group.
TABS = {"moi": MINE, "autres": OTHERS, "clos": DONE}
TAB_LABELS = {"moi": "À faire par moi", "autres": "En attente d’un autre", "clos": "Terminés"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; an unknown value finds nothing rather than failing."""

    call: str = ""
    turn: str = ""
    state: str = ""
    department: str = ""
    late: bool = False

    @classmethod
    def asked(cls) -> Filters:
        return cls(
            call=request.args.get("appel", ""),
            turn=request.args.get("tour", ""),
            state=request.args.get("etat", ""),
            department=request.args.get("departement", ""),
            late=request.args.get("retard") == "oui",
        )

    def keeps(self, row: Row, today: date) -> bool:
        """Whether the row passes, its group left aside: tabs count the groups."""
        return (
            self.call in ("", row.call.slug)
            and self.state in ("", row.state)
            and self.department in ("", row.department)
            and (not self.late or row.late(today))
        )

    @property
    def any(self) -> bool:
        return bool(self.call or self.state or self.department or self.late)

    def address(self, **changes: Any) -> str:
        values = {
            "appel": self.call,
            "tour": self.turn,
            "etat": self.state,
            "departement": self.department,
            "retard": "oui" if self.late else "",
        } | changes
        return url_for("casework.worklist", **{key: each for key, each in values.items() if each})


@screens.get("/instruction")
@access.agent
def worklist() -> str:
    today = local_day(now())
    filters = Filters.asked()
    everything = all_rows(db.session(), actor(), today)
    kept = [row for row in everything if filters.keeps(row, today)]
    rows = [row for row in kept if not filters.turn or row.group == TABS.get(filters.turn)]
    page, pages = _page(len(rows))
    shown = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    columns = _columns(rows)
    calls = () if everything else published_calls(db.session())
    return render_template(
        "casework/worklist.html",
        filters=filters,
        services=_services(_day_of_names(everything, calls) or today, today),
        everything=everything,
        rows=shown,
        total=len(rows),
        tabs=_tabs(filters, kept),
        choices=_choices(everything),
        columns=columns,
        totals=[column.total(_values(rows, column)) for column in columns],
        medians=[column.text(column.median(_values(rows, column))) for column in columns],
        places=communes_of(db.session(), shown) if shown else {},
        page=page,
        pages=pages,
        page_url=lambda n: filters.address(page=n),
        late_count=sum(row.late(today) for row in everything),
        calls=calls,
        group_titles={MINE: "À vous de jouer", OTHERS: "En attente d’un autre", DONE: "Terminés"},
    )


def _page(total: int) -> tuple[int, int]:
    pages = max(1, -(-total // PER_PAGE))
    asked = request.args.get("page", 1, type=int)
    return min(max(asked, 1), pages), pages


def _columns(rows: Sequence[Row]) -> list[Column]:
    """The list figures of the calls in view; amounts of several calls are not added up."""
    calls = {row.call.slug: row.call for row in rows}
    return columns_of(next(iter(calls.values()))) if len(calls) == 1 else []


def _values(rows: Sequence[Row], column: Column) -> list[Any]:
    return [row.figures.get(column.key) for row in rows]


def _tabs(filters: Filters, kept: Sequence[Row]) -> list[dict[str, Any]]:
    counts = Counter(row.group for row in kept)
    return [
        {
            "label": "Tous",
            "url": filters.address(tour=""),
            "current": not filters.turn,
            "count": len(kept),
        },
        *(
            {
                "label": TAB_LABELS[key],
                "url": filters.address(tour=key),
                "current": filters.turn == key,
                "count": counts[group],
            }
            for key, group in TABS.items()
        ),
    ]


def _choices(rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    """What each filter offers: only what is there, in the circuit's order for states."""
    calls = {row.call.slug: row.call for row in rows}
    states = {
        key: f"{state.labels.service} ({count})"
        for call in calls.values()
        for key, state in call.circuit.states.items()
        if (count := sum(row.state == key for row in rows))
    }
    return {
        "calls": {slug: call.title for slug, call in calls.items()},
        "states": states,
        "departments": {
            row.department: row.department_name
            for row in sorted(rows, key=lambda each: each.department)
        },
    }


def _day_of_names(rows: Sequence[Row], calls: Sequence[Call]) -> date | None:
    """The reference date of a call at hand: services bear the names of that day."""
    if rows:
        return rows[0].call.reference_date
    revision = calls[0].revision if calls else None
    return definition_of(revision).reference_date if revision else None


def _services(day: date, today: date) -> str:
    """The visitor's services under their names of `day`, and those of `today` where they differ."""
    names = [post.body or _named(post, day, today) for post in posts_of(actor(), today)]
    return joined(list(dict.fromkeys(names)))


def _named(post: Post, day: date, today: date) -> str:
    then, at_present = _name(post, day), _name(post, today)
    return then if then == at_present else f"{then} (aujourd’hui {at_present})"


def _name(post: Post, day: date) -> str:
    found = named(post.kind, post.territory, day)
    return found.short if found else post.kind.upper()
