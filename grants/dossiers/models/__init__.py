"""The tables of a dossier: one module for each part of its life."""

from grants.dossiers.models.conversions import Conversion
from grants.dossiers.models.dossier import (
    PHASES,
    TITLE_LENGTH,
    Answer,
    Dossier,
    DossierEvent,
    DossierVersion,
)
from grants.dossiers.models.files import StoredFile
from grants.dossiers.models.issued import IssuedDocument, IssuedFile
from grants.dossiers.models.judgments import Decision, OpinionRecord, ScoreSheet
from grants.dossiers.models.notices import Receipt, ReminderSent
from grants.dossiers.models.parties import DossierParty, PartyInvitation
from grants.dossiers.models.proposals import Proposal

__all__ = [
    "PHASES",
    "TITLE_LENGTH",
    "Answer",
    "Conversion",
    "Decision",
    "Dossier",
    "DossierEvent",
    "DossierParty",
    "DossierVersion",
    "IssuedDocument",
    "IssuedFile",
    "OpinionRecord",
    "PartyInvitation",
    "Proposal",
    "Receipt",
    "ReminderSent",
    "ScoreSheet",
    "StoredFile",
]
