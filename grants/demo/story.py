"""The demonstration's files, as written: who there is, and what happens to each dossier."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

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
    territory: str


class People(_Written):
    manager: Account
    organisations: tuple[OrganisationAccounts, ...]
    services: tuple[ServiceAccounts, ...]


class Moment(_Written):
    """Something that somebody does, `workdays_ago` working days before the demonstration."""

    by: str
    workdays_ago: Annotated[int, Field(ge=1)]


class Act(Moment):
    act: str
    #: Answers to the act's form as they are stored; a date may be `{in_days: n}` from today.
    inputs: dict[str, Any] = Field(default_factory=dict)


class OpinionDraft(Moment):
    opinion: str
    answers: dict[str, Any]


class Rewriting(Moment):
    write: dict[str, Any]


class DossierStory(_Written):
    """One dossier: its first answers, as stored, then what happened, in order."""

    organisation: str
    begun: Moment
    #: The answers that fictitious dossiers share are taken for what `answers` does not say.
    common: bool = False
    answers: dict[str, Any]
    story: tuple[Act | OpinionDraft | Rewriting, ...]


def read_people() -> People:
    return People.model_validate(_read(FOLDER / "people.yaml"))


def read_dossiers() -> list[DossierStory]:
    """In the order in which the table of the demonstration numbers them."""
    common = _read(FOLDER / "common_answers.yaml")
    stories = []
    for path in sorted((FOLDER / "dossiers").glob("*.yaml")):
        story = DossierStory.model_validate(_read(path))
        if story.common:
            story = story.model_copy(update={"answers": common | story.answers})
        stories.append(story)
    return stories


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
