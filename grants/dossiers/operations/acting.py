"""An act under way, and what it asks of whoever carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.acts import form_of
from grants.calls.definition import CallDefinition
from grants.dossiers.errors import TransitionRefused
from grants.dossiers.models import Dossier, DossierEvent, DossierVersion
from grants.dossiers.operations.hearings import slot_form
from grants.dossiers.roles import party_acting
from grants.forms import FormDefinition
from grants.workflows.definition import Transition


class Issuer(Protocol):
    """Issues the documents that an act gives: `fire` knows no paper, `issuing` does."""

    def issue(self, session: Session, dossier: Dossier, event: DossierEvent) -> object: ...


@dataclass(slots=True)
class Act:
    """One transition under way: what every step of it needs."""

    session: Session
    dossier: Dossier
    call: CallDefinition
    transition: Transition
    #: None when a clock acts, or the circuit itself.
    actor: User | None
    now: datetime
    inputs: Mapping[str, Any] = field(default_factory=dict)
    certified: bool = False
    #: What issues the documents of the act; None where none is issued.
    press: Issuer | None = None
    role: str | None = None
    stood_in: bool = False
    note: dict[str, Any] = field(default_factory=dict)

    @property
    def person(self) -> User:
        """:raises TransitionRefused: when nobody acts."""
        if self.actor is None:
            raise TransitionRefused(["Cette action demande une personne."])
        return self.actor

    @property
    def version(self) -> DossierVersion:
        """:raises TransitionRefused: before the first deposit."""
        version = self.dossier.version_in_hand
        if version is None:
            raise TransitionRefused(["Cette action demande un dossier déposé."])
        return version

    @property
    def party(self) -> str | None:
        """The applying organisation that acts; None for the one that began, and for services."""
        return party_acting(self.call, self.transition, [self.role]) if self.role else None


def asked_by(
    session: Session,
    dossier: Dossier,
    call: CallDefinition,
    transition: Transition,
    *,
    now: datetime,
) -> FormDefinition | None:
    """The form to fill for the act on this dossier; a booking chooses among the free slots.

    :raises TransitionRefused: when no slot is left.
    """
    if transition.books is None:
        return form_of(call, transition)
    form = slot_form(session, dossier, transition.books, now=now)
    if form is None:
        raise TransitionRefused(
            ["Aucun créneau n’est libre pour l’instant : écrivez au contact de l’appel."]
        )
    return form
