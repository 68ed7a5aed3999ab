"""What a call file says of its circuit."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from grants.forms.field import Key, Model, with_keys


class Phase(StrEnum):
    """The closed set every state belongs to. Constraints, queues and counts speak of phases."""

    DRAFT = "draft"
    REVIEW = "review"
    COMPLETION = "completion"
    DECIDED = "decided"
    NOTIFIED = "notified"
    CLOSED = "closed"


class Audience(StrEnum):
    """For whom a state is worded."""

    APPLICANT = "applicant"
    SERVICE = "service"
    MANAGER = "manager"


class Role(Model):
    """Who acts: a capacity in the applying organisation or in one of the call's services."""

    key: Key
    label: str
    #: Absent for the applicant's own roles.
    service: Key | None = None
    #: Which applying organisation; none: the one that began the dossier.
    party: Key | None = None
    capacity: Literal["editor", "signatory", "officer", "head"]

    @property
    def audience(self) -> Audience:
        return Audience.APPLICANT if self.service is None else Audience.SERVICE


class StateLabels(Model):
    """One state, three wordings."""

    applicant: str
    service: str
    manager: str | None = None

    def of(self, audience: Audience) -> str:
        if audience is Audience.APPLICANT:
            return self.applicant
        return self.manager or self.service if audience is Audience.MANAGER else self.service


class State(Model):
    key: Key
    phase: Phase
    labels: StateLabels
    #: Roles whose turn it is; empty at the end of a circuit.
    turn: tuple[Key, ...] = ()
    #: « Ce que vous avez à faire », one sentence for each role or audience that sees the state.
    todo: dict[str, str] = Field(default_factory=dict)
    #: Roles that may write answers of the applicant's form in this state.
    editors: tuple[Key, ...] = ()


class Awaited(Model):
    """What must have come before an act is possible: opinions given in parallel, score sheets,
    a hearing held."""

    opinions: tuple[Key, ...] = ()
    #: How many of these opinions are enough; none: all of them.
    at_least: int | None = Field(default=None, ge=1)
    grids: tuple[Key, ...] = ()
    hearings: tuple[Key, ...] = ()

    @property
    def enough(self) -> int:
        """The number of opinions to wait for."""
        return self.at_least or len(self.opinions)


class Transition(Model):
    """One act: who may carry it out, from where to where, on which conditions."""

    key: Key
    label: str
    #: What the act did, in the past tense, for the timeline.
    done: str
    sources: Annotated[tuple[Key, ...], Field(alias="from")] = ()
    to: Key
    roles: tuple[Key, ...] = ()
    #: Conditions that code checks and words: see `REQUIREMENTS`.
    requires: tuple[str, ...] = ()
    #: A condition in the rule language, with the sentence shown when it does not hold.
    guard: str | None = None
    refusal: str | None = None
    #: Key of the act's own form (`forms`): reason, list, comment, due date.
    form: Key | None = None
    #: Whether the applicant reads that form's answers in the timeline.
    shared_with_applicant: bool = False
    #: Freezes a version of the answers.
    freezes: bool = False
    #: Issues the receipt (accusé de réception).
    receipt: bool = False
    #: Key of the opinion that the act gives, of the opinion that it reopens.
    gives: Key | None = None
    reopens: tuple[Key, ...] = ()
    #: Key of the grid whose sheet the actor returns.
    scores: Key | None = None
    #: Key of the hearing whose slot the act books, or moves.
    books: Key | None = None
    #: The act signs the answers as they stand, for the party of the actor.
    signs: bool = False
    #: What must have come first. Without roles, the act is then carried out by itself, at once.
    awaits: Awaited | None = None
    #: The act records the decision; the act makes it known.
    decides: bool = False
    notifies: bool = False
    #: Issues the minutes of the sitting that the act records, for the services alone.
    minutes: bool = False
    #: Field of the act's form holding the date until which the applicant may complete.
    due_field: Key | None = None
    #: Keys of the call's messages to queue.
    mails: tuple[Key, ...] = ()
    #: Whether the applicant sees the act in the timeline.
    visible_to_applicant: bool = True
    #: Wording on the applicant's timeline when it differs from `done`.
    done_for_applicant: str | None = None
    #: Weight of the button: the main act, an other one, one that ends the dossier.
    style: Literal["primary", "secondary", "danger"] = "secondary"

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @property
    def automatic(self) -> bool:
        """Whether the circuit carries the act out by itself, once what it awaits has come."""
        return self.awaits is not None and not self.roles

    @property
    def parallel(self) -> bool:
        """Whether others may do the same meanwhile: the act returns one share and moves nothing."""
        returns_a_share = self.gives or self.scores or self.signs or self.books
        return self.sources == (self.to,) and bool(returns_a_share)


#: Conditions a transition may name, with what each means for who writes a call.
REQUIREMENTS: dict[str, str] = {
    "call_open": "l’appel est ouvert et sa date de clôture n’est pas passée",
    "complete": "toutes les réponses obligatoires sont données et lisibles, rien ne bloque, "
    "les écarts à justifier le sont",
    "certified": "le signataire a coché la certification",
    "completion_in_time": "la date limite pour compléter n’est pas passée",
    "signed": "chacun des autres organismes du dossier a signé les réponses telles qu’elles sont",
}


class Clock(Model):
    """A due date counted from the entry into a state, with reminders before it."""

    key: Key
    label: str
    #: States during which the clock runs; entering one from outside starts it.
    states: tuple[Key, ...] = Field(min_length=1)
    #: Exactly one of these: days after entry, or the date that the act gave (`due_field`).
    days: int | None = Field(default=None, ge=1, le=3650)
    given_by_act: bool = False
    #: Reminders, in days before the due date (0 = that day, negative = after it).
    reminders: tuple[int, ...] = ()
    remind: tuple[Key, ...] = ()
    message: Key | None = None
    #: Trigger fired by the clock itself once the date is past; none: the dossier is only late.
    fires: Key | None = None


class Circuit(Model):
    initial: Key
    roles: Annotated[dict[Key, Role], BeforeValidator(with_keys)]
    states: Annotated[dict[Key, State], BeforeValidator(with_keys)]
    transitions: Annotated[dict[Key, Transition], BeforeValidator(with_keys)]
    clocks: Annotated[dict[Key, Clock], BeforeValidator(with_keys)] = Field(default_factory=dict)

    def leaving(self, state: str) -> list[Transition]:
        """The transitions out of `state`, in the file's order."""
        return [each for each in self.transitions.values() if state in each.sources]

    def clock_of(self, state: str) -> Clock | None:
        return next((each for each in self.clocks.values() if state in each.states), None)
