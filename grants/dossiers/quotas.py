"""Places by option of a choice: how many there are, how many are taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.calls.definition import CallDefinition, Quota
from grants.database import take_turns
from grants.dossiers.models import Decision, Dossier, DossierVersion
from grants.forms.types.choice import ChoiceField
from grants.wording import plural
from grants.workflows.definition import Phase


@dataclass(frozen=True, slots=True)
class Places:
    """One line of a quota; without an option, its total."""

    option: str | None
    label: str
    #: None: as many as one likes.
    open: int | None
    taken: int

    @property
    def left(self) -> int | None:
        return None if self.open is None else self.open - self.taken


def places_of(session: Session, call_id: int, call: CallDefinition, quota: Quota) -> list[Places]:
    """The places of each option in the form's order, then the total."""
    taken = _taken(session, call_id, quota.field, besides=None)
    return _lines(call, quota, taken)


def beyond_quota(
    session: Session, dossier: Dossier, call: CallDefinition, inputs: Mapping[str, Any]
) -> list[str]:
    """Why a strict quota forbids the selection that `inputs` decide; empty when none does."""
    if inputs.get("outcome") != "selected":
        return []
    found = []
    for quota in call.quotas.values():
        if quota.strict:
            version = dossier.version_in_hand
            option = version.answers.get(quota.field) if version else None
            take_turns(session, f"quota:{dossier.call_id}")
            taken = _taken(session, dossier.call_id, quota.field, besides=dossier)
            found += [
                f"« {quota.label} », {each.label} : "
                f"{plural(each.open or 0, 'place', 'places')}, il n’en reste pas."
                for each in _lines(call, quota, taken)
                if each.option in (None, option) and each.left is not None and each.left <= 0
            ]
    return found


def _taken(
    session: Session, call_id: int, field: str, *, besides: Dossier | None
) -> dict[str, int]:
    option = DossierVersion.answers[field].as_string()
    rows = session.execute(
        select(option, func.count())
        .select_from(Dossier)
        .join(Decision, Dossier.decision_id == Decision.id)
        .join(DossierVersion, Decision.version_id == DossierVersion.id)
        .where(
            Dossier.call_id == call_id,
            Decision.outcome == "selected",
            Dossier.phase != Phase.CLOSED,
            Dossier.id != (besides.id if besides else 0),
        )
        .group_by(option)
    )
    return {str(key): count for key, count in rows}


def _lines(call: CallDefinition, quota: Quota, taken: Mapping[str, int]) -> list[Places]:
    field = call.form.fields[quota.field]
    options = field.options if isinstance(field, ChoiceField) else {}
    lines = [
        Places(key, label, quota.places.get(key), taken.get(key, 0))
        for key, label in options.items()
    ]
    return [*lines, Places(None, "Ensemble", quota.total, sum(taken.values()))]
