"""What the register of issued documents says of a code, or of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.documents.codes import code_typed, codes_in
from grants.dossiers.models import IssuedDocument, IssuedFile

KINDS: Final[Mapping[str, str]] = {
    "receipt": "Accusé de réception",
    "letter": "Lettre de notification",
    "minutes": "Extrait du relevé de la séance",
    "presentation": "Présentation du dossier",
}


class Verdict(StrEnum):
    IDENTICAL = "identical"
    #: It carries the code of an issued document, and is not that document to the byte.
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verified:
    verdict: Verdict
    #: The document that it is, or whose code it carries.
    document: IssuedDocument | None = None


def document_of_code(session: Session, typed: str) -> IssuedDocument | None:
    """The issued document of a code, however it was typed."""
    code = code_typed(typed)
    return None if code is None else _of_codes(session, [code])


def verified(session: Session, file: bytes) -> Verified:
    """Whether a file is one that was issued. The code in it is believed for what it is: the
    register tells no more of it than to whoever types it."""
    found = session.scalars(
        select(IssuedDocument)
        .join(IssuedFile)
        .where(IssuedFile.sha256 == sha256(file).hexdigest())
        .options(joinedload(IssuedDocument.dossier), joinedload(IssuedDocument.version))
    ).one_or_none()
    if found is not None:
        return Verified(Verdict.IDENTICAL, found)
    altered = _of_codes(session, codes_in(file))
    return Verified(Verdict.ALTERED if altered else Verdict.UNKNOWN, altered)


def _of_codes(session: Session, codes: Sequence[str]) -> IssuedDocument | None:
    """That of the first code which is one of ours."""
    found = session.scalars(
        select(IssuedDocument)
        .where(IssuedDocument.code.in_(codes))
        .options(joinedload(IssuedDocument.dossier), joinedload(IssuedDocument.version))
    )
    by_code = {each.code: each for each in found}
    return next((by_code[each] for each in codes if each in by_code), None)
