"""Draft an opinion, and give it on the version in hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.dossiers.awaiting import is_returned
from grants.dossiers.errors import NotEditable, StaleAct
from grants.dossiers.models import Dossier, DossierVersion, OpinionRecord
from grants.dossiers.operations.drafts import write_draft
from grants.dossiers.operations.locking import lock
from grants.dossiers.roles import standing_on
from grants.forms import decode_answers


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft opinion as shown: its answers and the revision to send back with a save."""

    answers: dict[str, Any]
    revision: int
    record: OpinionRecord | None


def open_record(dossier: Dossier, key: str) -> OpinionRecord | None:
    """The opinion being written, not yet given."""
    return next(
        (each for each in dossier.opinions if each.opinion_key == key and each.given_at is None),
        None,
    )


def last_given(dossier: Dossier, key: str) -> OpinionRecord | None:
    """The opinion as last given, whether or not it is being written anew."""
    given = [
        each for each in dossier.opinions if each.opinion_key == key and each.given_at is not None
    ]
    return max(given, key=lambda each: each.round, default=None)


def draft_of(dossier: Dossier, call: CallDefinition, key: str) -> Draft:
    """The draft as it stands; a new one starts from the last opinion given."""
    record = open_record(dossier, key)
    source = record or last_given(dossier, key)
    answers = decode_answers(call.opinions[key].form, source.answers) if source else {}
    return Draft(answers, record.revision if record else 0, record)


def may_draft(call: CallDefinition, dossier: Dossier, key: str, roles: frozenset[str]) -> bool:
    """In the opinion's states, until it is given; again once an act asks for another."""
    opinion = call.opinions[key]
    entitled = dossier.state in opinion.drafted_in and bool(roles & set(opinion.drafted_by))
    return entitled and not is_returned(dossier, key)


def save_opinion(
    session: Session,
    dossier: Dossier,
    key: str,
    answers: Mapping[str, Any],
    *,
    revision: int,
    actor: User,
    now: datetime,
) -> OpinionRecord:
    """Save the draft of opinion `key`. `revision` is the one that the page was shown with.

    :raises NotEditable: when the state or the role does not let `actor` draft it.
    :raises OpinionConflict: when a colleague saved another draft meanwhile.
    """
    dossier = lock(session, dossier)
    call = dossier.definition
    roles = standing_on(session, actor, dossier, call, now=now).roles
    if not may_draft(call, dossier, key, roles):
        raise NotEditable
    record = open_record(dossier, key) or _begun(session, dossier, key)
    if write_draft(record, call.opinions[key].form, answers, revision=revision, now=now):
        record.updated_by = actor
    session.flush()
    return record


def _begun(session: Session, dossier: Dossier, key: str) -> OpinionRecord:
    rounds = [each.round for each in dossier.opinions if each.opinion_key == key]
    record = OpinionRecord(
        dossier=dossier, opinion_key=key, round=max(rounds, default=0) + 1, revision=0
    )
    session.add(record)
    return record


def give(
    session: Session,
    dossier: Dossier,
    key: str,
    version: DossierVersion,
    *,
    actor: User,
    stood_in: bool,
    now: datetime,
) -> OpinionRecord:
    """Freeze the draft as the opinion given on `version`. Called by `fire` alone."""
    record = open_record(dossier, key)
    if record is None:
        raise StaleAct
    record.version_id = version.id
    record.given_at, record.given_by, record.stood_in = now, actor, stood_in
    session.flush()
    return record


def reopen(session: Session, dossier: Dossier, key: str) -> OpinionRecord | None:
    """A new round that starts from the opinion last given, which stays. Called by `fire` alone.

    Its text remains that of whoever wrote it, not of whoever asks for another.
    """
    given = last_given(dossier, key)
    if given is None or open_record(dossier, key) is not None:
        return None
    record = OpinionRecord(
        dossier=dossier,
        opinion_key=key,
        round=given.round + 1,
        answers=dict(given.answers),
        revision=0,  # nobody has written in it yet
        updated_at=given.updated_at,
        updated_by=given.updated_by,
    )
    session.add(record)
    session.flush()
    return record
