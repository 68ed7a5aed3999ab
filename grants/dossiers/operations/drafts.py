"""What is written before it is given: opinions by colleagues, score sheets by each for oneself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grants.dossiers.errors import OpinionConflict
from grants.dossiers.models import OpinionRecord, ScoreSheet
from grants.forms import FormDefinition, decode_answers


def encoded(form: FormDefinition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to the form as they are stored: what a rule works out is not."""
    return {
        key: form.fields[key].encode(value)
        for key, value in answers.items()
        if key in form.fields and value is not None and form.fields[key].source != "rule"
    }


def write_draft(
    draft: OpinionRecord | ScoreSheet,
    form: FormDefinition,
    answers: Mapping[str, Any],
    *,
    revision: int,
    now: datetime,
) -> bool:
    """Write the answers over those of the draft; whether that changed it.

    :param revision: the one that the page was shown with.
    :raises OpinionConflict: when another was saved meanwhile.
    """
    written = encoded(form, answers)
    begun = draft.answers is not None
    if begun and draft.answers == written:
        return False
    if begun and draft.revision != revision:
        by = draft.scorer if isinstance(draft, ScoreSheet) else draft.updated_by
        theirs = decode_answers(form, draft.answers)
        raise OpinionConflict(theirs, draft.revision, by.name, draft.updated_at)
    draft.answers, draft.updated_at = written, now
    draft.revision += 1
    return True
