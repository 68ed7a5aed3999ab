"""The demonstration's files, as written: who there is, and what happens to each dossier."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from grants.reference.bodies import service_name

FOLDER = Path(__file__).parent


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Account(_Written):
    email: str
    name: str
    note: str
    #: None for the call's manager.
    capacity: str | None = None


class BodyOfPeople(_Written):
    people: tuple[Account, ...]


class OrganisationAccounts(BodyOfPeople):
    siret: str
    name: str


class ServiceAccounts(BodyOfPeople):
    kind: str
    #: The same people may serve several territories.
    territories: tuple[str, ...] = ("",)
    #: As the list of accounts calls it; none: the name of that service of the State.
    label: str = ""

    def name_on(self, day: date) -> str:
        return self.label or service_name(self.kind, day, self.territories[0]).short


class Staff(_Written):
    organisations: tuple[OrganisationAccounts, ...]
    services: tuple[ServiceAccounts, ...]


class People(Staff):
    manager: Account


class Moment(_Written):
    """Something that somebody does, `workdays_ago` working days before the demonstration."""

    by: str
    workdays_ago: Annotated[int, Field(ge=1)]


class Act(Moment):
    act: str
    #: Answers to the act's form as they are stored; a date may be `{in_days: n}` from today.
    inputs: dict[str, Any] = Field(default_factory=dict)
    #: The slot that the act books: its place among the call's, the earliest being 1.
    slot: Annotated[int, Field(ge=1)] | None = None


class OpinionDraft(Moment):
    opinion: str
    answers: dict[str, Any]


class SheetDraft(Moment):
    grid: str
    answers: dict[str, Any]


class Rewriting(Moment):
    write: dict[str, Any]


class Joining(Moment):
    """An organisation joins the dossier, and answers the sections of its part."""

    joins: str
    organisation: str


Happening = Act | OpinionDraft | SheetDraft | Rewriting | Joining


class DossierStory(_Written):
    """One dossier: its first answers, as stored, then what happened, in order."""

    organisation: str
    begun: Moment
    #: The answers that fictitious dossiers share are taken for what `answers` does not say; None
    #: there leaves a question without an answer.
    common: bool = False
    answers: dict[str, Any]
    story: tuple[Happening, ...]

    def with_answers(self, shared: dict[str, Any]) -> DossierStory:
        answers = {k: each for k, each in (shared | self.answers).items() if each is not None}
        return self.model_copy(update={"answers": answers})


class SittingStory(_Written):
    """Hearing slots that the call's manager adds, on a working day before or after today."""

    hearing: str
    workdays_from_now: int
    start: Annotated[str, Field(alias="from")]
    end: Annotated[str, Field(alias="to")]
    every: int


class CallStory(Staff):
    """Another call of the library: its people, and its dossiers."""

    slug: str
    title: str
    closes_in_days: Annotated[int, Field(ge=0)]
    sittings: tuple[SittingStory, ...] = ()
    dossiers: tuple[DossierStory, ...]


def read_people() -> People:
    return People.model_validate(_read(FOLDER / "people.yaml"))


def read_dossiers() -> list[DossierStory]:
    """In the order in which the table of the demonstration numbers them."""
    common = _read(FOLDER / "common_answers.yaml")
    stories = [
        DossierStory.model_validate(_read(path))
        for path in sorted((FOLDER / "dossiers").glob("*.yaml"))
    ]
    return [story.with_answers(common) if story.common else story for story in stories]


def read_calls() -> list[CallStory]:
    """The other calls, by the names of their files; their dossiers begin with sample answers."""
    return [_read_call(path) for path in sorted((FOLDER / "calls").glob("*.yaml"))]


def sample_answers(slug: str) -> dict[str, Any]:
    """A whole set of answers to a call of the library, as stored. Files are only named."""
    path = FOLDER / "answers" / f"{slug}.json"
    answers: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return answers


def _read_call(path: Path) -> CallStory:
    story = CallStory.model_validate(_read(path))
    shared = sample_answers(story.slug)
    dossiers = tuple(each.with_answers(shared) if each.common else each for each in story.dossiers)
    return story.model_copy(update={"dossiers": dossiers})


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
