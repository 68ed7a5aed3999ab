"""Throw away a draft that no service ever saw."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Table, delete
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.dossiers.errors import DraftRefused
from grants.dossiers.models import Dossier
from grants.dossiers.operations.answers import writing_parties
from grants.dossiers.operations.locking import lock
from grants.dossiers.roles import standing_on
from grants.orm import Base
from grants.workflows.definition import Phase


def may_discard(dossier: Dossier, call: CallDefinition, roles: Collection[str]) -> bool:
    """Whether the dossier was never deposited, and `roles` may write it for whoever began it."""
    never_deposited = dossier.phase == Phase.DRAFT and dossier.version_in_hand is None
    return never_deposited and None in writing_parties(dossier, call, roles)


def discard(session: Session, dossier: Dossier, *, actor: User, now: datetime) -> None:
    """Delete a draft with its answers. Its reference is never given again.

    :raises DraftGone: when it was deleted meanwhile.
    :raises DraftRefused: when it was deposited, or `actor` may not write it.
    """
    dossier = lock(session, dossier)
    call = definition_of(dossier.revision)
    if not may_discard(dossier, call, standing_on(session, actor, dossier, call, now=now).roles):
        raise DraftRefused(
            "Seul un brouillon jamais déposé peut être supprimé, par quelqu’un qui peut l’écrire."
        )
    number = dossier.id
    for table in _parts():
        session.execute(delete(table).where(table.c.dossier_id == number))
    session.execute(delete(Dossier).where(Dossier.id == number))


def _parts() -> Iterator[Table]:
    """The tables whose rows are nothing without their dossier; mails that were sent stay."""
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            if key.target_fullname == "dossier.id" and not key.parent.nullable:
                yield table
