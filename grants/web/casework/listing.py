"""The dossiers that an agent's services see: one query for all, whatever their number."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from grants.accounts.models import Organisation, User
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_in_force
from grants.calls.models import Call, CallRevision
from grants.dossiers.awaiting import still_to_do
from grants.dossiers.models import Dossier, DossierParty, DossierVersion, ScoreSheet
from grants.dossiers.queries import seen_by_services
from grants.dossiers.roles import posts_of, roles_in_place
from grants.reference.territories import department
from grants.web.casework.figures import exact
from grants.web.deadlines import due_words
from grants.web.turns import turn_of
from grants.wording import joined
from grants.workflows.definition import Phase

#: Order of the list: my action first, then others', then what is over.
MINE, OTHERS, DONE = "mine", "others", "done"
GROUPS = (MINE, OTHERS, DONE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the worklist."""

    id: int
    reference: str
    title: str
    holder: str
    call: CallDefinition
    state: str
    phase: str
    department: str
    region: str
    version: int
    due_on: date | None
    submitted_at: datetime
    figures: Mapping[str, Fraction | None]
    group: str
    #: Of the reader, on this dossier.
    roles: frozenset[str]
    #: Whose turn it is, by role.
    awaited: Sequence[str]

    @property
    def label(self) -> str:
        return self.call.circuit.states[self.state].labels.service

    @property
    def turn(self) -> str:
        return joined(turn_of(self.call, self.awaited, self.department, self.region))

    @property
    def department_name(self) -> str:
        return f"{department(self.department).name} ({self.department})"

    def late(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today

    def due(self, today: date) -> tuple[str, str]:
        return due_words(self.due_on, today) if self.due_on else ("", "neutral")


def all_rows(session: Session, user: User, today: date) -> list[Row]:
    """Every deposited dossier on which `user` holds a role, in the list's order."""
    posts = posts_of(user, today)
    seen = seen_by_services(user, today)
    calls = _definitions(session, seen)

    @cache
    def roles(revision_id: int, department: str, region: str) -> frozenset[str]:
        return roles_in_place(calls[revision_id], posts, department, region)

    found = session.execute(
        select(
            Dossier.id,
            Dossier.reference,
            Dossier.title,
            Dossier.revision_id,
            Dossier.state,
            Dossier.turn,
            Dossier.phase,
            Dossier.department_code,
            Dossier.region_code,
            Dossier.version_number,
            Dossier.due_on,
            Dossier.submitted_at,
            Organisation.name,
            DossierVersion.figures,
        )
        .join(Organisation, Organisation.id == Dossier.organisation_id)
        .join(
            DossierVersion,
            and_(
                DossierVersion.dossier_id == Dossier.id,
                DossierVersion.number == Dossier.version_number,
            ),
        )
        .where(seen)
    )
    scored = _scored(session, user, calls.values())
    rows = []
    for each in found:
        held = roles(each.revision_id, each.department_code, each.region_code)
        if held:
            rows.append(_row(each, calls[each.revision_id], held, scored.get(each.id, set())))
    beside = _parties(session, seen, calls.values())
    named = [replace(each, holder=joined([each.holder, *beside.get(each.id, ())])) for each in rows]
    return sorted(named, key=_order)


def _parties(
    session: Session, seen: Any, calls: Collection[CallDefinition]
) -> dict[int, list[str]]:
    """{dossier id: the organisations that apply besides the one that began}."""
    found: dict[int, list[str]] = {}
    if any(call.parties for call in calls):
        for dossier_id, name in session.execute(
            select(DossierParty.dossier_id, Organisation.name)
            .join(Organisation, Organisation.id == DossierParty.organisation_id)
            .where(DossierParty.dossier_id.in_(select(Dossier.id).where(seen)))
            .order_by(DossierParty.id)
        ):
            found.setdefault(dossier_id, []).append(name)
    return found


def communes_of(session: Session, rows: Sequence[Row]) -> dict[int, str]:
    """{dossier id: where the project is} for the rows of one page."""
    calls = {row.id: row.call for row in rows}
    stored = session.execute(
        select(DossierVersion.dossier_id, DossierVersion.answers)
        .join(Dossier, Dossier.id == DossierVersion.dossier_id)
        .where(Dossier.id.in_(calls), DossierVersion.number == Dossier.version_number)
    )
    places = {}
    for dossier_id, answers in stored:
        field = calls[dossier_id].form.fields[calls[dossier_id].territory_field]
        value = field.decode(answers.get(field.key))
        places[dossier_id] = str(getattr(value, "name", field.display(value)))
    return places


def _definitions(session: Session, seen: Any) -> dict[int, CallDefinition]:
    revisions = session.scalars(
        select(CallRevision)
        .where(CallRevision.id.in_(select(Dossier.revision_id).where(seen)))
        .options(joinedload(CallRevision.call).joinedload(Call.revision))
    )
    return {each.id: definition_in_force(each, each.call.revision) for each in revisions}


def _scored(session: Session, user: User, calls: Collection[CallDefinition]) -> dict[int, set[str]]:
    """{dossier id: keys of the grids whose sheet `user` has returned}."""
    if not any(call.grids for call in calls):
        return {}
    found: dict[int, set[str]] = {}
    for dossier_id, key in session.execute(
        select(ScoreSheet.dossier_id, ScoreSheet.grid_key).where(
            ScoreSheet.scorer_id == user.id, ScoreSheet.returned_at.is_not(None)
        )
    ):
        found.setdefault(dossier_id, set()).add(key)
    return found


def _row(found: Any, call: CallDefinition, roles: frozenset[str], scored: Collection[str]) -> Row:
    state = call.circuit.states[found.state]
    if found.phase in (Phase.NOTIFIED, Phase.CLOSED) or not state.turn:
        group = DONE
    else:
        mine = still_to_do(call, found.state, found.turn, roles, scored)
        group = MINE if mine else OTHERS
    return Row(
        id=found.id,
        reference=found.reference,
        title=found.title,
        holder=found.name,
        call=call,
        state=found.state,
        phase=found.phase,
        department=found.department_code,
        region=found.region_code,
        version=found.version_number,
        due_on=found.due_on,
        submitted_at=found.submitted_at,
        figures={key: exact(value) for key, value in found.figures.items()},
        group=group,
        roles=roles,
        awaited=found.turn,
    )


def _order(row: Row) -> tuple[int, bool, date, str]:
    return GROUPS.index(row.group), row.due_on is None, row.due_on or date.max, row.reference
