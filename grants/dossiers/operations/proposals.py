"""What a file proposes: kept for whoever sent it, accepted answer by answer, thrown away."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation, User
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call, CallRevision, CallStatus
from grants.database import WRITING
from grants.documents.reading import Reading, is_to_copy
from grants.dossiers.errors import (
    AnswerConflict,
    DraftRefused,
    NotEditable,
    ProposalGone,
    ProposalRefused,
)
from grants.dossiers.models import Dossier, OpinionRecord, Proposal
from grants.dossiers.operations.answers import (
    Change,
    answer_token,
    save_answers,
    writing_parties,
)
from grants.dossiers.operations.locking import lock
from grants.dossiers.operations.opinions import draft_of, may_draft, save_opinion
from grants.dossiers.operations.start import start
from grants.dossiers.proposals import kept, kept_opinion, proposed, target_call, texts_to_copy
from grants.dossiers.roles import standing_on
from grants.forms import FormDefinition

KEPT_FOR: Final = timedelta(days=7)
#: For one person.
MOST_KEPT: Final = 50
LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class SentFile:
    #: As its owner calls it: only shown.
    name: str
    content: bytes
    #: What LibreOffice made of it, when it is not to be read as it stands.
    word: bytes | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Accepted:
    dossier: Dossier
    #: The questions whose answer is now that of the file.
    written: tuple[str, ...]
    #: Answers that a colleague wrote since the page was shown: not written, and still proposed.
    conflicts: list[AnswerConflict]


def propose_to_dossier(
    session: Session,
    dossier: Dossier,
    file: SentFile,
    reading: Reading,
    *,
    actor: User,
    now: datetime,
) -> Proposal:
    """Keep what the file proposes to the answers of a dossier. Nothing is written.

    :raises NotEditable: when `actor` may not write them now.
    :raises ProposalRefused: beyond the number kept for one person.
    """
    call = dossier.definition
    if not writable_keys(session, dossier, call, actor=actor, now=now):
        raise NotEditable
    content = kept(call.form, reading)
    return _keep(session, file, content, dossier.revision, actor=actor, now=now, dossier=dossier)


def propose_new(
    session: Session,
    call: Call,
    organisation: Organisation,
    file: SentFile,
    reading: Reading,
    *,
    actor: User,
    now: datetime,
) -> Proposal:
    """Keep what the file proposes for a dossier that `organisation` would begin.

    :raises DraftRefused: when the call is not open, or `actor` does not belong to the organisation.
    :raises ProposalRefused: beyond the number kept for one person.
    """
    if call.status(now) is not CallStatus.OPEN or call.revision is None:
        raise DraftRefused("Cet appel n’est pas ouvert : un dossier ne peut pas y être commencé.")
    if organisation.id not in {each.organisation_id for each in actor.memberships}:
        raise DraftRefused("Vous n’êtes pas membre de cet organisme.")
    content = kept(definition_of(call.revision).form, reading)
    return _keep(
        session, file, content, call.revision, actor=actor, now=now, organisation=organisation
    )


def propose_opinion(
    session: Session,
    dossier: Dossier,
    key: str,
    file: SentFile,
    reading: Reading,
    *,
    actor: User,
    now: datetime,
) -> Proposal:
    """Keep what the file proposes for the draft of opinion `key`; the rest of it is shown.

    :raises NotEditable: when `actor` may not draft that opinion now.
    :raises FileNotRead: when nothing is written in its block.
    :raises ProposalRefused: beyond the number kept for one person.
    """
    call = dossier.definition
    roles = standing_on(session, actor, dossier, call, now=now).roles
    if not may_draft(call, dossier, key, roles):
        raise NotEditable
    content = kept_opinion(dossier, call, key, reading)
    return _keep(
        session, file, content, dossier.revision, actor=actor, now=now, dossier=dossier, opinion=key
    )


def _keep(
    session: Session,
    file: SentFile,
    content: dict[str, Any],
    revision: CallRevision,
    *,
    actor: User,
    now: datetime,
    dossier: Dossier | None = None,
    organisation: Organisation | None = None,
    opinion: str | None = None,
) -> Proposal:
    """The same file for the same place takes the place of the one before."""
    forget_proposals(session, now=now)
    same = (
        Proposal.author_id == actor.id,
        Proposal.call_id == revision.call_id,
        Proposal.sha256 == file.sha256,
        Proposal.dossier_id.is_not_distinct_from(dossier.id if dossier else None),
        Proposal.organisation_id.is_not_distinct_from(organisation.id if organisation else None),
        Proposal.opinion_key.is_not_distinct_from(opinion),
    )
    session.execute(delete(Proposal).where(*same))
    check_room(session, actor)
    proposal = Proposal(
        author=actor,
        call=revision.call,
        revision=revision,
        dossier=dossier,
        organisation=organisation,
        opinion_key=opinion,
        name=file.name[:LONGEST_NAME],
        sha256=file.sha256,
        reading=content,
        made_at=now,
    )
    session.add(proposal)
    session.flush()
    return proposal


def check_room(session: Session, author: User, *, coming: int = 0) -> None:
    """:param coming: files that are yet to be read.

    :raises ProposalRefused: when nothing more can be kept for that person.
    """
    waiting = select(func.count()).select_from(Proposal).where(Proposal.author_id == author.id)
    if (session.scalar(waiting) or 0) + coming >= MOST_KEPT:
        raise ProposalRefused(
            f"{MOST_KEPT} fichiers déjà lus attendent votre choix : traitez-en, ou abandonnez-en, "
            "avant d’en envoyer d’autres."
        )


def writable_keys(
    session: Session, dossier: Dossier, call: CallDefinition, *, actor: User, now: datetime
) -> frozenset[str]:
    """The questions that `actor` may answer now."""
    parties = writing_parties(
        dossier, call, standing_on(session, actor, dossier, call, now=now).roles
    )
    return frozenset(
        key
        for section in call.form.sections.values()
        if section.party in parties
        for key in section.fields
    )


def waiting_for(
    session: Session,
    author: User,
    *,
    now: datetime,
    call: Call | None = None,
    dossier: Dossier | None = None,
    opinion: str | None = None,
) -> Sequence[Proposal]:
    """What `author` has still to choose from: on a dossier, or on a call for dossiers to begin."""
    where = [
        Proposal.author_id == author.id,
        Proposal.made_at > now - KEPT_FOR,
        Proposal.opinion_key.is_not_distinct_from(opinion),
    ]
    if call is not None:
        where += [Proposal.call_id == call.id, Proposal.dossier_id.is_(None)]
    if dossier is not None:
        where.append(Proposal.dossier_id == dossier.id)
    return session.scalars(select(Proposal).where(*where).order_by(Proposal.id)).all()


def accept(
    session: Session, proposal: Proposal, taken: Mapping[str, str], *, actor: User, now: datetime
) -> Accepted:
    """Write the answers that `actor` takes from the file, and no other; begin the dossier first
    when there is none yet. The proposal is then gone, unless some of them are in conflict, or
    texts of the file are to be copied by hand.

    :param taken: {question: token of the answer that the page showed beside it}.
    :raises ProposalGone: when it was chosen from already.
    :raises NotEligible: when a dossier cannot begin with these answers.
    :raises DraftRefused: when no dossier can be begun any more.
    :raises NotEditable: when the dossier can no longer be written.
    """
    proposal = locked(session, proposal)
    values = _taken(proposal, target_call(proposal).form, taken)
    if proposal.dossier is not None:
        changes = [Change(key, value, taken[key]) for key, value in values.items()]
        result = save_answers(session, proposal.dossier, changes, actor=actor, now=now)
        conflicts, dossier = result.conflicts, proposal.dossier
    else:
        dossier, conflicts = _begun(session, proposal, values, actor=actor, now=now), []
    if not conflicts:
        _let_go(session, proposal, dossier)
    session.flush()
    stale = {each.key for each in conflicts}
    return Accepted(dossier, tuple(key for key in values if key not in stale), conflicts)


def _taken(proposal: Proposal, form: FormDefinition, keys: Collection[str]) -> dict[str, Any]:
    """The values of these questions that can be written."""
    found = proposed(proposal, form).found
    return {
        key: found[key].value
        for key in keys
        if key in found and not is_to_copy(form.fields[key], found[key].value)
    }


def _let_go(session: Session, proposal: Proposal, dossier: Dossier) -> None:
    """It goes, unless it holds texts to be copied by hand: those stay beside the dossier."""
    if texts_to_copy(proposal):
        proposal.dossier, proposal.organisation = dossier, None
    else:
        session.delete(proposal)


def _begun(
    session: Session, proposal: Proposal, values: Mapping[str, Any], *, actor: User, now: datetime
) -> Dossier:
    if proposal.organisation is None:
        raise ProposalGone
    dossier = start(
        session, proposal.call, proposal.organisation, actor=actor, now=now, answers=values
    )
    unanswered = answer_token(0, None)
    changes = [Change(key, value, unanswered) for key, value in values.items()]
    save_answers(session, dossier, changes, actor=actor, now=now)
    return dossier


def accept_opinion(
    session: Session,
    proposal: Proposal,
    taken: Collection[str],
    *,
    revision: int,
    actor: User,
    now: datetime,
) -> OpinionRecord | None:
    """Write what `actor` takes into the draft opinion; None when nothing is taken.

    :param revision: that of the draft which the page showed.
    :raises ProposalGone: when it was chosen from already.
    :raises NotEditable: when the opinion can no longer be drafted by `actor`.
    :raises OpinionConflict: when a colleague saved another draft meanwhile.
    """
    proposal = locked(session, proposal)
    dossier, key = proposal.dossier, proposal.opinion_key
    if dossier is None or key is None:
        raise ProposalGone
    call = dossier.definition
    values = _taken(proposal, call.opinions[key].form, taken)
    record = None
    if values:
        answers = {**draft_of(dossier, call, key).answers, **values}
        record = save_opinion(
            session, dossier, key, answers, revision=revision, actor=actor, now=now
        )
    _let_go(session, proposal, dossier)
    session.flush()
    return record


def throw_away(session: Session, proposal: Proposal) -> None:
    session.delete(locked(session, proposal))
    session.flush()


def locked(session: Session, proposal: Proposal) -> Proposal:
    """Hold the proposal, and its dossier first: whoever deletes a dossier takes them in that order.

    :raises ProposalGone: when it was chosen from while we waited.
    """
    if proposal.dossier is not None:
        lock(session, proposal.dossier)
    found = session.scalars(
        select(Proposal)
        .where(Proposal.id == proposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise ProposalGone
    return found


def forget_proposals(session: Session, *, now: datetime) -> None:
    """Erase those that have waited too long."""
    session.execute(delete(Proposal).where(Proposal.made_at <= now - KEPT_FOR))


def sweep_proposals(sessions: Callable[[], Session], *, now: datetime) -> None:
    """The same by itself; when none has, nothing is written."""
    with sessions() as session:
        oldest = session.scalar(select(func.min(Proposal.made_at)))
    if oldest is not None and oldest <= now - KEPT_FOR:
        with sessions() as session:
            session.connection(execution_options=WRITING)
            forget_proposals(session, now=now)
            session.commit()
