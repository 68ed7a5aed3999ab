"""Places by theme, for those who decide and those who manage."""

from __future__ import annotations

from dataclasses import dataclass

from grants.calls.definition import CallDefinition
from grants.dossiers.models import Dossier
from grants.dossiers.quotas import Places, places_of
from grants.extensions import db


@dataclass(frozen=True, slots=True)
class QuotaOnPage:
    key: str
    label: str
    strict: bool
    lines: list[Places]
    #: The option of the dossier at hand.
    own: str | None = None


def quotas_of(
    call_id: int, call: CallDefinition, dossier: Dossier | None = None
) -> list[QuotaOnPage]:
    """The quotas of a call; beside the decision on one dossier, with its own line marked."""
    version = dossier.version_in_hand if dossier else None
    return [
        QuotaOnPage(
            quota.key,
            quota.label,
            quota.strict,
            places_of(db.session(), call_id, call, quota),
            version.answers.get(quota.field) if version else None,
        )
        for quota in call.quotas.values()
    ]
