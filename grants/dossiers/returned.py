"""A filled file that comes back, read with the form of its call."""

from __future__ import annotations

import re
from typing import Final

from grants.calls.definition import CallDefinition
from grants.documents.framing import is_made_of
from grants.documents.reading import Converter, Reading, read_answers
from grants.dossiers.papers import paper_of
from grants.wording import fold

_IDENTITY: Final = re.compile(r"dossier [a-z][a-z0-9]{1,9}-\d{4,}( ·|$)")


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


def is_identity(text: str, call: CallDefinition, holder: str) -> bool:
    """Whether a line says what a document prints of its dossier under its title, and no more:
    « Dossier AAP-0001 · Version 2 · Un bailleur · Déposé »."""
    if not _IDENTITY.match(fold(text)):
        return False
    labels = (each.labels for each in call.circuit.states.values())
    states = [words for each in labels for words in (each.applicant, each.service, each.manager)]
    questionnaire = paper_of(call).questionnaire
    words = [holder, *filter(None, states)]
    return is_made_of(text, questionnaire.framing, words, questionnaire.shapes)
