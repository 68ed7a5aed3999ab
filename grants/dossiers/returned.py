"""A filled file that comes back, read with the form of its call."""

from __future__ import annotations

from grants.calls.definition import CallDefinition
from grants.documents.reading import Converter, Reading, read_answers
from grants.dossiers.papers import paper_of


def read_for(
    call: CallDefinition,
    form_hash: str,
    content: bytes,
    *,
    key: bytes,
    convert: Converter | None = None,
) -> Reading:
    """What a file answers to the form of that revision of the call.

    :raises FileNotRead: with what is wrong with the file.
    """
    questionnaire = paper_of(call).questionnaire.of_revision(form_hash)
    return read_answers(content, questionnaire, key=key, convert=convert)
