"""Where a filled file is proposed: to a dossier yet to be begun, to one that is, to an opinion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts.models import Organisation, User
from grants.calls.loader import definition_of
from grants.calls.models import Call, CallRevision
from grants.documents.reading import Reading
from grants.dossiers.errors import DraftRefused
from grants.dossiers.models import Dossier, Proposal
from grants.dossiers.operations.proposals import (
    SentFile,
    propose_new,
    propose_opinion,
    propose_to_dossier,
    writable_keys,
)
from grants.dossiers.queries import dossier_by_reference
from grants.dossiers.returned import is_identity, read_for
from grants.dossiers.roles import holders_name


@dataclass(frozen=True, slots=True)
class Place:
    """A dossier, or one of its opinions; or the organisation that would begin one."""

    call: Call
    dossier: Dossier | None = None
    organisation: Organisation | None = None
    opinion: str | None = None

    @property
    def revision(self) -> CallRevision:
        """Whose form the file is read with.

        :raises DraftRefused: when the call has none.
        """
        revision = self.dossier.revision if self.dossier else self.call.revision
        if revision is None:
            raise DraftRefused("Cet appel n’a pas de formulaire.")
        return revision


def propose(
    session: Session,
    place: Place,
    file: SentFile,
    reading: Reading,
    *,
    key: bytes,
    actor: User,
    now: datetime,
) -> Proposal:
    """Keep what the file proposes there, as the operations of `proposals` do, and raise. A file
    for a dossier to be begun that left from one which `actor` writes is proposed to that one.

    :param key: that of `sealed`.
    """
    reading = _without_identity(place, reading)
    if place.dossier is not None and place.opinion is not None:
        return propose_opinion(
            session, place.dossier, place.opinion, file, reading, actor=actor, now=now
        )
    if place.dossier is not None:
        return propose_to_dossier(session, place.dossier, file, reading, actor=actor, now=now)
    own = _own_dossier(session, place.call, reading, actor=actor, now=now)
    if own is not None:
        reading = _in_its_terms(own, file, reading, key)
        return propose_to_dossier(session, own, file, reading, actor=actor, now=now)
    if place.organisation is None:
        raise DraftRefused("Vous n’êtes pas membre de cet organisme.")
    return propose_new(session, place.call, place.organisation, file, reading, actor=actor, now=now)


def _without_identity(place: Place, reading: Reading) -> Reading:
    """Without the line that a document prints of its dossier, which a PDF gives back as text."""
    call, holder = definition_of(place.revision), place.organisation and place.organisation.name
    if place.dossier is not None:
        holder = holders_name(place.dossier)
    left = (each for each in reading.left_over if not is_identity(each, call, holder or ""))
    return replace(reading, left_over=tuple(left))


def _own_dossier(
    session: Session, call: Call, reading: Reading, *, actor: User, now: datetime
) -> Dossier | None:
    """The dossier that the file left from, when `actor` writes it."""
    if reading.origin is None or not reading.authentic or not reading.origin.reference:
        return None
    dossier = dossier_by_reference(session, reading.origin.reference)
    if dossier is None or dossier.call_id != call.id:
        return None
    own = writable_keys(session, dossier, dossier.definition, actor=actor, now=now)
    return dossier if own else None


def _in_its_terms(dossier: Dossier, file: SentFile, reading: Reading, key: bytes) -> Reading:
    """Read with the form that the dossier follows."""
    if dossier.revision_id == dossier.call.revision_id:
        return reading
    return read_for(dossier.definition, dossier.revision.sha256, file.word or file.content, key=key)
