"""Begin a dossier."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation, User
from grants.calls.loader import definition_of
from grants.calls.models import Call, CallRevision, CallStatus
from grants.dossiers.eligibility import asked_first, criteria_of, unmet_criteria
from grants.dossiers.errors import DraftRefused, NotEligible
from grants.dossiers.models import Dossier
from grants.dossiers.operations.answers import write_answer


def start(
    session: Session,
    call: Call,
    organisation: Organisation,
    *,
    actor: User,
    now: datetime,
    answers: Mapping[str, Any] | None = None,
) -> Dossier:
    """A new draft of `organisation` for `call`, pinned to the call's present revision.

    :param answers: typed answers to the call's criteria, if it has some: the draft begins with
        them. Others are left out.
    :raises NotEligible: when they do not meet the criteria.
    :raises DraftRefused: when the call is not open, or `actor` does not belong to the organisation.
    """
    if call.status(now) is not CallStatus.OPEN or call.revision is None:
        raise DraftRefused("Cet appel n’est pas ouvert : un dossier ne peut pas y être commencé.")
    if organisation.id not in {each.organisation_id for each in actor.memberships}:
        raise DraftRefused("Vous n’êtes pas membre de cet organisme.")
    definition = definition_of(call.revision)
    criteria = criteria_of(definition)
    first = [each.key for each in asked_first(criteria)] if criteria else []
    given = {key: value for key, value in (answers or {}).items() if key in first}
    if unmet := unmet_criteria(definition, given):
        raise NotEligible(unmet)
    dossier = Dossier(
        call=call,
        organisation=organisation,
        reference=_next_reference(session, call, definition.reference_prefix),
        created_at=now,
        created_by=actor,
    )
    pin(dossier, call.revision)
    session.add(dossier)
    session.flush()
    for key, value in given.items():
        write_answer(session, dossier, key, value, actor=actor, now=now)
    return dossier


def pin(draft: Dossier, revision: CallRevision) -> None:
    """Let the draft follow that revision, from the beginning of its circuit."""
    circuit = definition_of(revision).circuit
    first = circuit.states[circuit.initial]
    draft.revision = revision
    draft.state, draft.phase, draft.turn = first.key, first.phase, list(first.turn)


def _next_reference(session: Session, call: Call, prefix: str) -> str:
    """Counted by the database itself, so that two beginners never share a number."""
    session.execute(
        update(Call).where(Call.id == call.id).values(dossier_count=Call.dossier_count + 1)
    )
    number = session.scalar(select(Call.dossier_count).where(Call.id == call.id))
    return f"{prefix}-{number:04d}"
