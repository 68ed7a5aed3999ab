"""One invented dossier, taken from act to act by whoever finds one open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from random import Random
from typing import Any, Final

from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.calls.models import Call
from grants.dossiers.eligibility import asked_first, criteria_of
from grants.dossiers.models import Dossier
from grants.dossiers.operations import (
    Change,
    add_file,
    answer_token,
    asked_by,
    current_answers,
    draft_of,
    fire,
    save_answers,
    save_opinion,
    start,
)
from grants.dossiers.operations.answers import writing_parties
from grants.dossiers.operations.decisions import missing_substance
from grants.dossiers.operations.offers import Offer, offers_to
from grants.dossiers.operations.opinions import may_draft
from grants.dossiers.operations.parties import (
    find_party_invitation,
    invite_party,
    join_as_party,
)
from grants.dossiers.quotas import beyond_quota
from grants.dossiers.review import deposit_gaps, out_of_territory
from grants.dossiers.roles import Standing, holders_of, standing_on
from grants.files import FileStore
from grants.forms import Answers, FileField, Gap, gaps, refusals, visible
from grants.rehearsal.answers import invent
from grants.rehearsal.cast import Team
from grants.rehearsal.papers import tiny_file
from grants.rehearsal.values import Inventor
from grants.wording import local_day
from grants.workflows.definition import Transition

#: How likely an act is, by the weight of its button; each time it is done makes it less so.
_LIKELY: Final = {"primary": 8.0, "secondary": 2.0, "danger": 0.1}


class Stopped(Exception):
    """Something was offered to somebody and then refused: the call, or the engine, is at fault."""

    def __init__(self, reference: str, person: str, what: str, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reference = reference
        self.person = person
        self.what = what
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Doing:
    """Something that a person may do now: an act, or the draft of an opinion."""

    person: User
    what: Transition | str
    weight: float

    @property
    def label(self) -> str:
        return self.what if isinstance(self.what, str) else self.what.label


@dataclass(slots=True)
class Walk:
    """One dossier under way. `chance` is its own: other dossiers do not change what happens."""

    session: Session
    call: Call
    definition: CallDefinition
    team: Team
    store: FileStore
    chance: Random
    departments: tuple[str, ...]
    #: The answers to write.
    answers: dict[str, Any]
    dossier_id: int | None = None
    done: Counter[str] = field(default_factory=Counter)
    #: The step at which the answers were last written.
    written_at: int = -1

    @property
    def dossier(self) -> Dossier:
        return self.session.get_one(Dossier, self.dossier_id)

    def begin(self, now: datetime) -> None:
        """Start the dossier, ask the other organisations, who join at once."""
        person = self._writers(None)[0]
        criteria = criteria_of(self.definition)
        keys = [each.key for each in asked_first(criteria)] if criteria else []
        dossier = start(
            self.session,
            self.call,
            self.team.organisations[None],
            actor=person,
            now=now,
            answers={key: self.answers[key] for key in keys if key in self.answers},
        )
        self.dossier_id = dossier.id
        for party in self.definition.parties:
            self._join(party, person, now)

    def _join(self, party: str, inviting: User, now: datetime) -> None:
        invited = self.team.member(party, "signatory")
        _, token = invite_party(
            self.session, self.dossier, party, email=invited.email, actor=inviting, now=now
        )
        invitation = find_party_invitation(self.session, token, now=now)
        if invitation is None:
            raise LookupError(f"the invitation of {party} cannot be found")
        organisation = self.team.organisations[party]
        join_as_party(self.session, invitation, organisation, actor=invited, now=now)

    def _writers(self, party: str | None) -> list[User]:
        """Those of the team who write the sections of `party` in the present state."""
        circuit = self.definition.circuit
        state = self.dossier.state if self.dossier_id else circuit.initial
        roles = set(circuit.states[state].editors)
        return [
            each.user
            for each in self.team.players
            if any(role in roles and circuit.roles[role].party == party for role in each.roles)
        ]

    # What may be done.

    @property
    def must_write(self) -> bool:
        """Whether the state is open to the applicants, who have not written in it yet."""
        state = self.definition.circuit.states[self.dossier.state]
        return bool(state.editors) and self.written_at < self.dossier.stage

    def doings(self, now: datetime) -> tuple[list[Doing], list[str]]:
        """What may be done now, by whom; and why the rest may not."""
        found: list[Doing] = []
        waiting: list[str] = []
        for person, standing in self._people(now):
            found += self._drafts_of(person, standing)
            for offer in self._offers(person, standing, now):
                reasons = offer.not_yet or self._gaps(offer.transition)
                if reasons:
                    waiting += reasons
                else:
                    found.append(Doing(person, offer.transition, self._weight(offer.transition)))
        return found, list(dict.fromkeys(waiting))

    def _people(self, now: datetime) -> Iterator[tuple[User, Standing]]:
        dossier, call = self.dossier, self.definition
        roles = {role for each in call.circuit.leaving(dossier.state) for role in each.roles}
        for opinion in call.opinions.values():
            if dossier.state in opinion.drafted_in:
                roles |= set(opinion.drafted_by)
        for person in holders_of(self.session, tuple(sorted(roles)), dossier, call, now=now):
            yield person, standing_on(self.session, person, dossier, call, now=now)

    def _offers(self, person: User, standing: Standing, now: datetime) -> list[Offer]:
        return offers_to(self.session, self.dossier, self.definition, person, standing, now=now)

    def _gaps(self, act: Transition) -> list[str]:
        if "complete" not in act.requires:
            return []
        answers = current_answers(self.dossier, self.definition)
        return [each.message for each in deposit_gaps(self.definition, answers)]

    def _drafts_of(self, person: User, standing: Standing) -> Iterator[Doing]:
        """Opinions for somebody to write that another one gives."""
        dossier, call = self.dossier, self.definition
        for key, opinion in call.opinions.items():
            if may_draft(call, dossier, key, standing.roles):
                draft = draft_of(dossier, call, key)
                written = draft.record is not None and draft.record.revision > 0
                gives = any(
                    each.gives == key and set(each.roles) & standing.roles
                    for each in call.circuit.leaving(dossier.state)
                )
                if not gives and (not written or gaps(opinion.form, draft.answers)):
                    yield Doing(person, key, 4)

    def _weight(self, act: Transition) -> float:
        likely = 8.0 if act.parallel and not act.books else _LIKELY[act.style]
        return likely / (1 + 4 * self.done[act.key])

    # Doing it.

    def write(self, now: datetime) -> None:
        """Write the answers, each organisation its own; anew when a service asked for more."""
        again = self.dossier.version_number > 0
        if again:
            self._change_some(now)
        parties: list[str | None] = [None, *self.definition.parties]
        for party in parties:
            if writers := self._writers(party):
                self._write_as(self.chance.choice(writers), now)
        self.written_at = self.dossier.step

    def _change_some(self, now: datetime) -> None:
        shown = [
            each
            for each in visible(self.definition.form, self.answers)
            if each.type in ("text", "long_text") and each.key in self.answers
        ]
        changed = self.chance.sample(shown, min(2, len(shown)))
        inventor = self._inventor(now)
        self.answers |= {each.key: inventor.value(each) for each in changed}

    def _write_as(self, person: User, now: datetime) -> None:
        dossier, form = self.dossier, self.definition.form
        standing = standing_on(self.session, person, dossier, self.definition, now=now)
        parties = writing_parties(dossier, self.definition, standing.roles)
        own = {
            key: value
            for key, value in self.answers.items()
            if form.section_of(key).party in parties
        }
        rows = {each.field_key: each for each in dossier.answers}
        changes = []
        for key, value in own.items():
            if isinstance(form.fields.get(key), FileField):
                self._hand_in(key, value, person, now)
                continue
            row = rows.get(key)
            base = answer_token(row.revision, row.value) if row else answer_token(0, None)
            changes.append(Change(key, value, base))
        save_answers(self.session, dossier, changes, actor=person, now=now)

    def _hand_in(self, key: str, files: Any, person: User, now: datetime) -> None:
        for file in files:
            add_file(
                self.session,
                self.dossier,
                key,
                BytesIO(tiny_file(file.kind)),
                file.name,
                actor=person,
                now=now,
                store=self.store,
            )

    def carry_out(self, doing: Doing, now: datetime) -> None:
        if isinstance(doing.what, str):
            self._draft(doing.what, doing.person, now)
            return
        act = doing.what
        if act.gives:
            self._draft(act.gives, doing.person, now)
        fire(
            self.session,
            self.dossier,
            act.key,
            actor=doing.person,
            now=now,
            step=self.dossier.step,
            inputs=self._inputs(act, now),
            certified=True,
        )
        self.done[act.key] += 1

    def _draft(self, key: str, person: User, now: datetime) -> None:
        """Write an opinion, by whoever may; the one that is there is given as it is."""
        dossier, call = self.dossier, self.definition
        standing = standing_on(self.session, person, dossier, call, now=now)
        if not may_draft(call, dossier, key, standing.roles):
            return
        form, draft = call.opinions[key].form, draft_of(dossier, call, key)
        kept = bool(draft.record) and not gaps(form, draft.answers)
        answers = invent(
            form,
            self._inventor(now),
            given=draft.answers if kept and not refusals(form, draft.answers) else None,
        )
        save_opinion(
            self.session,
            dossier,
            key,
            answers,
            revision=draft.revision,
            actor=person,
            now=now,
        )

    def _inputs(self, act: Transition, now: datetime) -> Mapping[str, Any] | None:
        form = asked_by(self.session, self.dossier, self.definition, act, now=now)
        if form is None:
            return None

        def objections(answers: Answers) -> list[Gap]:
            if not act.decides:
                return []
            section = form.section_of("outcome").key
            beyond = beyond_quota(self.session, self.dossier, self.definition, answers)
            return missing_substance(form, answers) + [
                Gap(section, "outcome", each) for each in beyond
            ]

        return invent(form, self._inventor(now), objections=objections)

    def _inventor(self, now: datetime) -> Inventor:
        return Inventor(self.chance, local_day(now), self.departments)


def deposit_answers(call: CallDefinition, inventor: Inventor) -> dict[str, Any]:
    """Answers with which a dossier of the call may be deposited.

    :raises NoAnswers: when none were found.
    """
    return invent(call.form, inventor, objections=lambda answers: out_of_territory(call, answers))
