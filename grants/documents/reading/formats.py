"""A file as a sheet, whatever its format."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Final

from grants.documents.reading.errors import FileNotRead
from grants.documents.reading.pdf import sheet_of_pdf
from grants.documents.reading.plain import is_text, sheet_of_text
from grants.documents.reading.sheet import Sheet
from grants.documents.reading.word import sheet_of_docx
from grants.files import ELSEWHERE, FileRefused, OldOffice, recognise

#: Turns an .odt or a .doc into a .docx; raises FileNotRead.
Converter = Callable[[bytes], bytes]

_MOST_LINES: Final = 20_000
_AS_WORD: Final = "enregistrez-le au format Word (.docx), puis envoyez-le à nouveau"


def sheet_of(file: bytes, convert: Converter | None) -> Sheet:
    """:raises FileNotRead: with what is wrong with the file."""
    if not file.strip():
        raise FileNotRead("Ce fichier est vide.")
    if is_text(file) and not file.startswith((b"%PDF", b"PK\x03\x04", b"{\\rtf")):
        sheet = sheet_of_text(file)
    else:
        try:
            kind = recognise(io.BytesIO(file))
        except OldOffice as refusal:
            if convert is None:
                raise FileNotRead(refusal.reason.replace(ELSEWHERE, _AS_WORD)) from refusal
            return sheet_of(convert(file), None)
        except FileRefused as refusal:
            # What is said to who hands in a document is not what helps here.
            raise FileNotRead(refusal.reason.replace(ELSEWHERE, _AS_WORD)) from refusal
        if kind.key == "odt" and convert is not None:
            return sheet_of(convert(file), None)
        if kind.key not in ("docx", "pdf"):
            raise FileNotRead(f"Ce fichier est d’un autre format ({kind.label}) : {_AS_WORD}.")
        sheet = sheet_of_docx(file) if kind.key == "docx" else sheet_of_pdf(file)
    if len(sheet.lines) > _MOST_LINES:
        raise FileNotRead("Ce fichier a trop de paragraphes pour être un formulaire.")
    return sheet
