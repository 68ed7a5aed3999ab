"""A call's file changes while dossiers are under way: what that does to each of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.accounts.models import Membership, Organisation, User
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call, CallRevision
from grants.calls.operations import CallRefused, import_call
from grants.dossiers.errors import NotEditable, StaleAct
from grants.dossiers.models import Answer, Dossier, DossierEvent, DossierParty
from grants.dossiers.operations.answers import writing_parties
from grants.dossiers.operations.locking import lock
from grants.dossiers.operations.parties import let_go_of_unknown_parties
from grants.dossiers.operations.start import pin
from grants.dossiers.roles import holders_of, standing_on, territory_of
from grants.forms import FieldDefinition, Unreadable
from grants.workflows.definition import Phase, Role

#: Kind of service, territory, capacity.
_Post = tuple[str, str | None, str]

#: Between the key of a question and the number of the revision that asked it.
_FORMERLY = "@"


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer whose question the form no longer asks, or asks otherwise."""

    label: str
    text: str


def renew_call(
    session: Session,
    source: str,
    *,
    actor: User | None,
    now: datetime,
    models: Callable[[str], bytes] | None = None,
    dates: tuple[datetime, datetime] | None = None,
    replaces: int | None = None,
) -> CallRevision:
    """Import a call file as `import_call` does, and see that no dossier is left alone by it: the
    services of the file hold at once for the dossiers under way.

    :raises CallRefused: also when a dossier would have nobody to act, with its reference.
    """
    revision = import_call(
        session, source, actor=actor, now=now, models=models, dates=dates, replaces=replaces
    )
    is_held = _remembered(session, now)
    reasons = [
        reason
        for dossier in _under_way(session, revision.call)
        for reason in _left_alone(dossier, is_held)
    ]
    if reasons:
        raise CallRefused(reasons)
    return revision


def _under_way(session: Session, call: Call) -> Sequence[Dossier]:
    return session.scalars(
        select(Dossier)
        .where(Dossier.call_id == call.id, Dossier.phase.not_in((Phase.NOTIFIED, Phase.CLOSED)))
        .options(
            selectinload(Dossier.revision),
            selectinload(Dossier.organisation).options(*_WITH_PEOPLE),
            selectinload(Dossier.parties)
            .selectinload(DossierParty.organisation)
            .options(*_WITH_PEOPLE),
        )
        .order_by(Dossier.id)
    ).all()


_WITH_PEOPLE = (selectinload(Organisation.memberships).joinedload(Membership.user),)


def _left_alone(dossier: Dossier, is_held: Callable[[Dossier, Role], bool]) -> Iterator[str]:
    """Why nobody could act on the dossier any more; nothing when somebody can."""
    call = dossier.definition
    lost = {
        role.service
        for role in call.circuit.roles.values()
        if role.service is not None and role.service not in call.services
    }
    if lost:
        names = ", ".join(sorted(lost))
        yield (
            f"Le dossier {dossier.reference} suit encore un circuit qui compte sur « {names} » : "
            "gardez ce service tant qu’il n’est pas terminé."
        )
    elif dossier.submitted_at is not None and dossier.turn:
        roles = [call.circuit.roles[each] for each in dossier.turn]
        if not any(is_held(dossier, each) for each in roles):
            labels = ", ".join(each.label for each in roles)
            yield f"Le dossier {dossier.reference} n’aurait plus personne pour agir ({labels})."


def _remembered(session: Session, now: datetime) -> Callable[[Dossier, Role], bool]:
    """Tells whether somebody holds a role on a dossier; of a post, it is asked once for all."""
    known: dict[_Post, bool] = {}

    def is_held(dossier: Dossier, role: Role) -> bool:
        call = dossier.definition
        service = call.services[role.service] if role.service else None
        if service is None:
            return bool(holders_of(session, (role.key,), dossier, call, now=now))
        territory = territory_of(service, dossier.department_code, dossier.region_code)
        post = (service.kind, territory, role.capacity)
        if post not in known:
            known[post] = bool(holders_of(session, (role.key,), dossier, call, now=now))
        return known[post]

    return is_held


def drafts_of(session: Session, call: Call) -> Sequence[Dossier]:
    """The drafts of the call, by reference."""
    return session.scalars(
        select(Dossier)
        .where(Dossier.call_id == call.id, Dossier.phase == Phase.DRAFT)
        .options(
            joinedload(Dossier.call),
            joinedload(Dossier.revision),
            selectinload(Dossier.answers),
        )
        .order_by(Dossier.reference)
    ).all()


def drafts_changed(
    session: Session, call: Call, new: CallDefinition
) -> list[tuple[list[str], list[str]]]:
    """The call's drafts that would find something changed: those for whom the same does, together;
    their references, then the changes. Nothing is said of their answers but that there are some."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for draft in drafts_of(session, call):
        changes = tuple(changes_for(draft, new))
        if changes:
            groups.setdefault(changes, []).append(draft.reference)
    return [(references, list(changes)) for changes, references in groups.items()]


def is_behind(dossier: Dossier) -> bool:
    """Whether the dossier is a draft that another revision of its call awaits."""
    return dossier.phase == Phase.DRAFT and dossier.revision_id != dossier.call.revision_id


def changes_for(draft: Dossier, new: CallDefinition) -> list[str]:
    """What the draft's people would find changed under `new`, one sentence each."""
    old = definition_of(draft.revision)
    answered = {each.field_key for each in draft.answers if each.value is not None}
    return [
        *_other_parties(old, new),
        *_new_questions(old, new),
        *_lost_questions(old, new, answered),
        *_other_questions(old, new, answered),
        *(["Le circuit change."] if old.circuit != new.circuit else []),
        *(["Le document officiel change."] if old.document != new.document else []),
    ]


def _new_questions(old: CallDefinition, new: CallDefinition) -> Iterator[str]:
    for key, field in new.form.fields.items():
        if key not in old.form.fields:
            need = " (obligatoire)" if field.required else ""
            yield f"Question nouvelle : « {field.label} »{need}."


def _lost_questions(old: CallDefinition, new: CallDefinition, answered: set[str]) -> Iterator[str]:
    for key, field in old.form.fields.items():
        if key not in new.form.fields:
            kept = " ; la réponse donnée reste lisible à part" if key in answered else ""
            yield f"Question retirée : « {field.label} »{kept}."


def _other_parties(old: CallDefinition, new: CallDefinition) -> Iterator[str]:
    for key, party in old.parties.items():
        if key not in new.parties:
            yield (
                f"Organisme retiré : « {party.label} » ; s’il a rejoint le dossier, il le quitte, "
                "et ce qu’il a écrit y reste."
            )
    for key, party in new.parties.items():
        if key not in old.parties:
            yield f"Organisme nouveau : « {party.label} », à inviter."


def _other_questions(old: CallDefinition, new: CallDefinition, answered: set[str]) -> Iterator[str]:
    for key, field in new.form.fields.items():
        before = old.form.fields.get(key)
        if before is None or before == field:
            continue
        if before.label != field.label:
            yield f"« {before.label} » devient « {field.label} »."
        if asks_otherwise(before, field):
            again = " ; la réponse donnée sera à relire" if key in answered else ""
            yield f"« {field.label} » se répond autrement{again}."
        elif field.required and not before.required:
            yield f"« {field.label} » devient obligatoire."


def asks_otherwise(before: FieldDefinition, now: FieldDefinition) -> bool:
    """Whether an answer to the one may not be an answer to the other."""
    said_the_same = {"label", "hint", "required", "required_when", "shown_when", "slot"}
    return before.model_dump(exclude=said_the_same) != now.model_dump(exclude=said_the_same)


def may_move(dossier: Dossier, call: CallDefinition, roles: Collection[str]) -> bool:
    """Whether the dossier is a draft, and `roles` may write it for whoever began it."""
    return dossier.phase == Phase.DRAFT and None in writing_parties(dossier, call, roles)


def move_draft(session: Session, draft: Dossier, *, to: int, actor: User, now: datetime) -> Dossier:
    """Pin the draft to the call's newest revision, on the deliberate wish of who began it. Every
    answer is kept: what another form of question can no longer hold stays readable beside it.
    The other organisations sign anew; those that it no longer has a place for leave the dossier.

    :param to: number of the revision whose changes were shown.
    :raises NotEditable: for a deposited dossier, or for whoever is not of those who began it.
    :raises StaleAct: when still another revision was imported meanwhile.
    """
    draft = lock(session, draft)
    old, newest = draft.definition, draft.call.revision
    roles = standing_on(session, actor, draft, old, now=now).roles
    if newest is None or not may_move(draft, old, roles):
        raise NotEditable
    if newest.number != to:
        raise StaleAct
    new, before = definition_of(newest), draft.revision
    for row in list(draft.answers):
        _carry_over(session, row, old, new, before.number, actor=actor, now=now)
    pin(draft, newest)
    let_go_of_unknown_parties(session, draft, new, actor=actor, now=now)
    for party in draft.parties:
        # The same answers to other questions were never signed.
        party.signed_sha256, party.signed_at, party.signed_by = None, None, None
    session.flush()
    return draft


def _carry_over(
    session: Session,
    row: Answer,
    old: CallDefinition,
    new: CallDefinition,
    number: int,
    *,
    actor: User,
    now: datetime,
) -> None:
    """Read the answer as the new form asks it, and keep the former one when it differs."""
    before, after = old.form.fields.get(row.field_key), new.form.fields.get(row.field_key)
    if before is None or after is None or row.value is None or not asks_otherwise(before, after):
        return
    value = before.decode(row.value)
    encoded = after.encode(_reread(before, after, value))
    if encoded == row.value:
        return
    session.add(
        Answer(
            dossier_id=row.dossier_id,
            field_key=f"{row.field_key}{_FORMERLY}{number}",
            value=row.value,
            revision=1,
            updated_at=row.updated_at,
            updated_by_id=row.updated_by_id,
        )
    )
    row.value, row.revision = encoded, row.revision + 1
    row.updated_at, row.updated_by = now, actor


def _reread(before: FieldDefinition, after: FieldDefinition, value: Any) -> Any:
    """The value under the new question: what of it fits, else read from its text."""
    if before.type == after.type:
        same = after.decode(before.encode(value))
        if not isinstance(same, Unreadable):
            return same
    text = before.display(value)
    read = after.read(after.key, _Typed(after.key, text))
    return Unreadable(text) if read is None else read


class _Typed(dict[str, list[str]]):
    """One text as if posted, under the name of its field and of its only input."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__({name: [text]})

    def getlist(self, key: str) -> list[str]:
        return self.get(key, [])


def kept_answers(session: Session, dossier: Dossier) -> list[KeptAnswer]:
    """The answers that the dossier's form does not ask for, or no longer as they were given."""
    rows = [
        each
        for each in dossier.answers
        if each.value is not None and not _is_asked(dossier.definition, each.field_key)
    ]
    if not rows:
        return []
    revisions = session.scalars(
        select(CallRevision)
        .where(CallRevision.call_id == dossier.call_id)
        .order_by(CallRevision.number.desc())
    ).all()
    return [found for each in rows if (found := _as_it_was_asked(each, revisions)) is not None]


def definitions_followed(session: Session, dossier: Dossier) -> list[CallDefinition]:
    """What the dossier follows, then what it may have followed as a draft, the latest first: an
    act that its circuit no longer has is told in the words of one that had it."""
    call = dossier.definition
    if all(knows_act(call, each) for each in dossier.events):
        return [call]
    former = session.scalars(
        select(CallRevision)
        .where(
            CallRevision.call_id == dossier.call_id,
            CallRevision.number < dossier.revision.number,
        )
        .order_by(CallRevision.number.desc())
    )
    return [call, *(definition_of(each) for each in former)]


def knows_act(call: CallDefinition, event: DossierEvent) -> bool:
    """Whether the circuit has the act, and the state that it led to."""
    return event.trigger in call.circuit.transitions and event.to_state in call.circuit.states


def _is_asked(call: CallDefinition, key: str) -> bool:
    return key in call.form.fields or key in call.form.justifications


def _as_it_was_asked(row: Answer, revisions: Sequence[CallRevision]) -> KeptAnswer | None:
    key, _, number = row.field_key.partition(_FORMERLY)
    for revision in revisions:
        fields = definition_of(revision).form.fields
        if key in fields and number in ("", str(revision.number)):
            text = fields[key].display(fields[key].decode(row.value))
            return KeptAnswer(fields[key].label, text)
    return None
