"""Everything a call file may say, composed from what each engine understands."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, ConfigDict, Field, field_validator, model_validator

from grants.forms import FormDefinition
from grants.forms.field import Key, Model, Name, with_keys
from grants.wording import PARIS
from grants.workflows.definition import Circuit

#: What a decision may be; the call words each, and offers all or some.
OUTCOMES = ("selected", "waiting_list", "rejected")

#: Fields that the decision form must hold under these keys, whatever else it asks: their types.
DECISION_FIELDS = {
    "outcome": "choice",
    "amount": "money",
    "rank": "integer",
    "reason": "long_text",
}

#: What an outcome that the call does not offer does not need.
FIELD_OF_OUTCOME = {"selected": "amount", "waiting_list": "rank", "rejected": "reason"}

#: Key of the free text of a score sheet.
COMMENT: Final = "comment"

CLOCK_TIME: Final = r"^([01]\d|2[0-3]):[0-5]\d$"


def local_moment(value: object) -> object:
    """Read « 2014-06-30 23:59 » as Paris time; a revision's own JSON comes back as it was."""
    if not isinstance(value, str) or re.fullmatch(r"[\d-]{10}T[\d:]{8}(Z|[+-][\d:]{5})", value):
        return value
    if not re.fullmatch(r"[12]\d{3}-\d{2}-\d{2} \d{2}:\d{2}", value.strip()):
        raise ValueError("écrire la date et l’heure ainsi : 2014-06-30 23:59 (heure de Paris)")
    try:
        return datetime.strptime(value.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=PARIS)
    except ValueError:
        raise ValueError(f"« {value} » n’existe pas au calendrier") from None


Moment = Annotated[datetime, BeforeValidator(local_moment)]


class Dates(Model):
    """First calendar of the call. Once imported, the calendar is the call's and may be moved."""

    opens: Moment
    #: The last minute counts: a deposit at 23 h 59 min 59 s is in time.
    closes: Moment


class Contact(Model):
    """Who answers; all compulsory on a receipt (CRPA, art. R112-5)."""

    name: str = Field(min_length=1)
    address: str = Field(min_length=1)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    phone: str = Field(min_length=1)


class Milestone(Model):
    label: str
    when: str


class Receipt(Model):
    """What the receipt says. Of silence and of remedies, all that the law asks of a service of the
    State (CRPA, art. L112-3 and R112-5), and nothing where no administration answers."""

    #: Months of silence after which an answer is deemed given (CRPA, art. L231-4: two).
    silence_months: int | None = Field(default=None, ge=1, le=24)
    silence: str = ""
    remedies: str = ""
    #: In application of what the receipt is issued.
    legal_basis: str = ""
    next_steps: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _silence_has_its_term(self) -> Receipt:
        if bool(self.silence.strip()) is not (self.silence_months is not None):
            raise ValueError("« silence » et « silence_months » vont ensemble")
        return self


class PartyDefinition(Model):
    """An applying organisation besides the one that begins the dossier."""

    key: Key
    label: str = Field(min_length=1)
    hint: str = ""


class ServiceDefinition(Model):
    key: Key
    #: A kind of service known to `grants.reference.bodies`, or the call's own when it has a `name`.
    kind: Key
    scope: Literal["department", "region", "national"]
    label: str
    #: How a body that is no service of the State is called.
    name: str | None = Field(default=None, min_length=1, max_length=120)


class Opinion(Model):
    """An opinion: its form, who drafts it, when the applicant may read it."""

    key: Key
    label: str
    form: FormDefinition
    #: Roles that write the draft.
    drafted_by: tuple[Key, ...] = Field(min_length=1)
    #: States in which the draft may be written.
    drafted_in: tuple[Key, ...] = Field(min_length=1)
    #: States in which the applicant reads it once given; empty: never.
    applicant_sees_in: tuple[Key, ...] = ()
    #: Consultative: the dossier may be decided without it.
    optional: bool = False


class Criterion(Model):
    """One line of a grid, scored from 0 to `max`."""

    label: str = Field(min_length=1)
    hint: str | None = None
    max: int = Field(ge=1, le=100)
    weight: int = Field(default=1, ge=1, le=100)

    @property
    def advice(self) -> str | None:
        """The hint, with the weight when there is one."""
        weight = f"Coefficient {self.weight}." if self.weight > 1 else ""
        return " ".join(each for each in (weight, self.hint) if each) or None


class Grid(Model):
    """A scoring grid, which each scorer fills alone."""

    key: Key
    label: str = Field(min_length=1)
    scored_by: tuple[Key, ...] = Field(min_length=1)
    #: States in which a sheet may be written.
    scored_in: tuple[Key, ...] = Field(min_length=1)
    #: Sheets that an act awaiting the grid needs.
    at_least: int = Field(default=1, ge=1, le=100)
    criteria: dict[Name, Criterion] = Field(min_length=1)
    #: Label of the scorer's free text; empty: none is asked.
    comment: str = "Appréciation"
    applicant_sees_in: tuple[Key, ...] = ()

    @property
    def out_of(self) -> int:
        """The best total: points times weight."""
        return sum(each.max * each.weight for each in self.criteria.values())

    @cached_property
    def form(self) -> FormDefinition:
        """The sheet, as any form: one whole number for each criterion, then the free text."""
        fields: dict[str, dict[str, object]] = {
            key: {
                "type": "integer",
                "label": each.label,
                "hint": each.advice,
                "unit": f"sur {each.max}",
                "required": True,
                "min": 0,
                "max": each.max,
            }
            for key, each in self.criteria.items()
        }
        if self.comment:
            fields[COMMENT] = {"type": "long_text", "label": self.comment, "max": 4_000}
        return FormDefinition.model_validate({"fields": fields})


class Sitting(Model):
    """A run of slots in one day, one every so many minutes."""

    day: date
    start: Annotated[str, Field(alias="from", pattern=CLOCK_TIME)]
    end: Annotated[str, Field(alias="to", pattern=CLOCK_TIME)]
    every: int = Field(ge=1, le=480)

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @property
    def starts(self) -> list[datetime]:
        """The beginning of each slot, in Paris; the last one begins before the end."""
        first, last = (
            datetime.combine(self.day, time.fromisoformat(text), PARIS)
            for text in (self.start, self.end)
        )
        count = max(0, -(-int((last - first).total_seconds()) // (60 * self.every)))
        return [first + timedelta(minutes=self.every * index) for index in range(count)]


class Hearing(Model):
    """Hearings with slots to book. Once imported, the slots are the call's and may be changed."""

    key: Key
    label: str = Field(min_length=1)
    minutes: int = Field(ge=1, le=480)
    place: str = ""
    slots: tuple[Sitting, ...] = ()


class Quota(Model):
    """How many dossiers may be selected for each option of a choice. One that is closed afterwards
    (withdrawn, say) gives its place back."""

    key: Key
    label: str = Field(min_length=1)
    #: A choice of the form.
    field: Key
    places: dict[Key, Annotated[int, Field(ge=0, le=100_000)]]
    total: int | None = Field(default=None, ge=0, le=100_000)
    #: Refuse a decision beyond the number, instead of only showing it.
    strict: bool = False


class DecisionDefinition(Model):
    label: str
    form: FormDefinition
    applicant_sees_in: tuple[Key, ...] = Field(min_length=1)


class Message(Model):
    """A mail. Placeholders: see `grants.calls.checks.PLACEHOLDERS`."""

    key: Key
    to: tuple[Key, ...] = Field(min_length=1)
    subject: str = Field(max_length=200)
    body: str = Field(max_length=10_000)


class DocumentDefinition(Model):
    #: A file of the folder of Word models; none: a presentation is built from the forms.
    model: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9-]*\.docx$")
    title: str
    #: Slots made of several answers: `{field}` stands for the answer as displayed.
    compose: dict[str, str] = Field(default_factory=dict)
    #: Slots of the model filled by nothing here, on purpose.
    empty: tuple[str, ...] = ()


class CallDefinition(Model):
    """One call, whole."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    title: str = Field(max_length=200)
    kind: str = "Appel à projets"
    #: Prefix of the dossiers' references: « HLM14 » gives « HLM14-0001 ».
    reference_prefix: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
    #: Names of services and programmes are those in force on that day.
    reference_date: date
    summary: str
    aim: str
    who_may_apply: str
    criteria: tuple[str, ...] = Field(min_length=1)
    calendar: tuple[Milestone, ...] = ()
    #: What to have at hand before beginning.
    to_gather: tuple[str, ...] = ()
    legal_basis: str = ""
    #: Departments whose bodies may apply, by code; empty: the whole country.
    departments: tuple[str, ...] = ()
    contact: Contact
    dates: Dates
    services: Annotated[dict[Key, ServiceDefinition], BeforeValidator(with_keys)]
    #: Fields of the form that the engine reads: where the project is, and its name.
    territory_field: Key
    title_field: Key
    #: Figures shown in the lists of the services, in this order.
    list_figures: tuple[Key, ...] = ()
    #: Figure worth the amount that the applicant asks for: the decision starts from it.
    asked_figure: Key | None = None
    form: FormDefinition
    #: The section of the form that is asked before a draft is opened.
    eligibility: Key | None = None
    parties: Annotated[dict[Key, PartyDefinition], BeforeValidator(with_keys)] = Field(
        default_factory=dict
    )
    #: What the signatory certifies by depositing.
    certification: str
    #: Small forms of the acts: reason, list of pieces, comment.
    forms: Annotated[dict[Key, FormDefinition], BeforeValidator(dict)] = Field(default_factory=dict)
    opinions: Annotated[dict[Key, Opinion], BeforeValidator(with_keys)] = Field(
        default_factory=dict
    )
    grids: Annotated[dict[Key, Grid], BeforeValidator(with_keys)] = Field(default_factory=dict)
    hearings: Annotated[dict[Key, Hearing], BeforeValidator(with_keys)] = Field(
        default_factory=dict
    )
    quotas: Annotated[dict[Key, Quota], BeforeValidator(with_keys)] = Field(default_factory=dict)
    decision: DecisionDefinition
    circuit: Circuit
    messages: Annotated[dict[Key, Message], BeforeValidator(with_keys)] = Field(
        default_factory=dict
    )
    receipt: Receipt
    document: DocumentDefinition

    @field_validator("kind", "title", "summary")
    @classmethod
    def _not_blank(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("ne peut pas être vide")
        return value
