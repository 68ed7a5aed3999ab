"""Save what the applicant writes, answer by answer, without ever overwriting a colleague."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.dossiers.errors import AnswerConflict, NotEditable
from grants.dossiers.models import TITLE_LENGTH, Answer, Dossier
from grants.dossiers.operations.locking import lock
from grants.dossiers.roles import standing_on
from grants.forms import decode_answers


@dataclass(frozen=True, slots=True)
class Change:
    """One answer as the page holds it; `base` is the token that the page was shown with."""

    key: str
    value: Any
    base: str


@dataclass(slots=True)
class SaveResult:
    #: Tokens of the answers as they now stand, for the next save.
    tokens: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    conflicts: list[AnswerConflict] = field(default_factory=list)


def _as_title(value: Any) -> str:
    """What lists show of a name that may still be too long for the form."""
    name = value if isinstance(value, str) else ""
    return name if len(name) <= TITLE_LENGTH else f"{name[: TITLE_LENGTH - 1]}…"


def answer_token(revision: int, encoded: Any) -> str:
    """Names one state of one answer: its counter, and a digest that tells « untouched » apart."""
    return f"{revision}-{_digest(encoded)}"


def _digest(encoded: Any) -> str:
    text = json.dumps(encoded, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def changes_something(change: Change, encoded: Any, stored: Any) -> bool:
    """Whether the change, `encoded` once written, alters what its page was shown with and what is
    `stored`."""
    return encoded != stored and change.base.partition("-")[2] != _digest(encoded)


def current_answers(dossier: Dossier, call: CallDefinition) -> dict[str, Any]:
    """The present answers, typed: {field key: value}; unanswered ones are absent."""
    stored = {each.field_key: each.value for each in dossier.answers if each.value is not None}
    return decode_answers(call.form, stored)


def save_answers(
    session: Session, dossier: Dossier, changes: Sequence[Change], *, actor: User, now: datetime
) -> SaveResult:
    """Write what `actor` changed. An answer changed by a colleague meanwhile is not written: it
    comes back as a conflict with both texts, and the other answers are saved all the same.

    :raises NotEditable: when the dossier's state does not let `actor` write.
    """
    dossier = lock(session, dossier)
    call = dossier.definition
    check_writer(session, dossier, call, [each.key for each in changes], actor=actor, now=now)
    saving = _Saving(session, dossier, call, actor, now)
    rows = {each.field_key: each for each in dossier.answers}
    for change in changes:
        saving.save(change, rows.get(change.key))
    session.flush()
    return saving.result


def write_answer(
    session: Session, dossier: Dossier, key: str, value: Any, *, actor: User, now: datetime
) -> None:
    """Write over whatever stands there, under the same counter as what people type.

    For whoever holds the dossier and has checked who writes.
    """
    row = next((each for each in dossier.answers if each.field_key == key), None)
    saving = _Saving(session, dossier, dossier.definition, actor, now)
    saving.save(Change(key, value, row_token(row)), row)
    session.flush()


def row_token(row: Answer | None) -> str:
    """The token of an answer as it stands; of one that was never given."""
    return answer_token(row.revision, row.value) if row else answer_token(0, None)


def check_writer(
    session: Session,
    dossier: Dossier,
    call: CallDefinition,
    keys: Collection[str],
    *,
    actor: User,
    now: datetime,
) -> None:
    """:raises NotEditable: when the dossier's state does not let `actor` write these answers."""
    roles = standing_on(session, actor, dossier, call, now=now).roles
    parties = writing_parties(dossier, call, roles)
    if not parties or any(call.form.section_of(key).party not in parties for key in keys):
        raise NotEditable


def writing_parties(
    dossier: Dossier, call: CallDefinition, roles: Collection[str]
) -> set[str | None]:
    """The applying organisations for which `roles` may write now; None stands for the first."""
    editors = call.circuit.states[dossier.state].editors
    return {call.circuit.roles[key].party for key in editors if key in roles}


@dataclass(slots=True)
class _Saving:
    """One save under way."""

    session: Session
    dossier: Dossier
    call: CallDefinition
    actor: User
    now: datetime
    result: SaveResult = field(default_factory=SaveResult)

    def save(self, change: Change, row: Answer | None) -> None:
        """Write the change, pass it over when nothing changed, or note the conflict."""
        definition = self.call.form.answerable(change.key)
        encoded = None if change.value is None else definition.encode(change.value)
        stored = row.value if row else None
        base_revision = change.base.partition("-")[0]
        if not changes_something(change, encoded, stored):
            self.result.tokens[change.key] = answer_token(row.revision if row else 0, stored)
        elif row is not None and base_revision != str(row.revision):
            self.result.conflicts.append(
                AnswerConflict(
                    key=change.key,
                    mine=change.value,
                    theirs=None if stored is None else definition.decode(stored),
                    token=answer_token(row.revision, stored),
                    by=row.updated_by.name,
                    at=row.updated_at,
                )
            )
        else:
            self._write(change, row, encoded)

    def _write(self, change: Change, row: Answer | None, encoded: Any) -> None:
        if row is None:
            row = Answer(dossier=self.dossier, field_key=change.key, revision=0)
            self.session.add(row)
        row.value, row.revision = encoded, row.revision + 1
        row.updated_at, row.updated_by = self.now, self.actor
        if change.key == self.call.title_field:
            self.dossier.title = _as_title(change.value)
        self.result.tokens[change.key] = answer_token(row.revision, encoded)
        self.result.changed.append(change.key)
