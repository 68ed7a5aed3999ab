"""What can be done to a dossier. Each flushes; the caller commits."""

from grants.dossiers.operations.acting import asked_by
from grants.dossiers.operations.answers import (
    Change,
    SaveResult,
    answer_token,
    changes_something,
    current_answers,
    save_answers,
)
from grants.dossiers.operations.discard import discard, may_discard
from grants.dossiers.operations.files import add_file, remove_file
from grants.dossiers.operations.fire import fire
from grants.dossiers.operations.opinions import Draft, draft_of, save_opinion
from grants.dossiers.operations.sheets import save_sheet
from grants.dossiers.operations.start import start

__all__ = [
    "Change",
    "Draft",
    "SaveResult",
    "add_file",
    "answer_token",
    "asked_by",
    "changes_something",
    "current_answers",
    "discard",
    "draft_of",
    "fire",
    "may_discard",
    "remove_file",
    "save_answers",
    "save_opinion",
    "save_sheet",
    "start",
]
