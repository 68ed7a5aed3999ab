"""Why an operation on a dossier did not happen. The screens word these, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grants.forms import Gap
from grants.workflows.machine import NotYourTurn, TransitionRefused


class DraftRefused(Exception):
    """A dossier cannot be begun; `reason` is a French sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotEligible(DraftRefused):
    """The answers given first do not meet the call's criteria; `gaps` say which, and why."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(" ".join(each.message for each in gaps))
        self.gaps = gaps


class PartyRefused(Exception):
    """An organisation cannot be asked, or cannot join; `reason` is a French sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SlotRefused(Exception):
    """A hearing slot cannot be added, removed, freed or moved; `reason` is a French sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DraftGone(Exception):
    """The draft was deleted meanwhile."""


class ProposalGone(Exception):
    """What was read in a file was chosen from, or thrown away, or waited too long."""


class ProposalRefused(Exception):
    """No more can be kept; `reason` is a French sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StaleAct(Exception):
    """The dossier moved on since the page was shown, or the act was fired already."""


class AnswersChanged(StaleAct):
    """Answers were written since the page was shown from which they were to be deposited or
    signed."""


class NotEditable(Exception):
    """The answers cannot be written in this state, or not by this person."""


class ActIncomplete(TransitionRefused):
    """The act's own form has gaps, or the dossier's answers have."""

    def __init__(self, reasons: list[str], gaps: list[Gap]) -> None:
        super().__init__(reasons)
        self.gaps = gaps


@dataclass(frozen=True, slots=True)
class AnswerConflict:
    """Somebody else saved another answer meanwhile; both are given, as typed values."""

    key: str
    mine: Any
    theirs: Any
    token: str
    by: str
    at: datetime


class OpinionConflict(Exception):
    """Somebody else saved the draft opinion meanwhile; or the scorer did, from another page."""

    def __init__(self, theirs: dict[str, Any], revision: int, by: str, at: datetime) -> None:
        super().__init__("the draft was saved from another page")
        self.theirs = theirs
        self.revision = revision
        self.by = by
        self.at = at


class StillWritten(Exception):
    """A document is not issued while what it would say is being written."""


class ModelMissing(LookupError):
    """No Word model has that name."""


__all__ = [
    "ActIncomplete",
    "AnswerConflict",
    "DraftGone",
    "DraftRefused",
    "ModelMissing",
    "NotEditable",
    "NotEligible",
    "NotYourTurn",
    "OpinionConflict",
    "PartyRefused",
    "ProposalGone",
    "ProposalRefused",
    "SlotRefused",
    "StaleAct",
    "StillWritten",
    "TransitionRefused",
]
