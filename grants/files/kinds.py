"""The kinds of files that a call may ask for."""

from dataclasses import dataclass
from typing import Final, Literal

KindKey = Literal["pdf", "docx", "xlsx", "odt", "ods", "png", "jpeg"]

_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument"


@dataclass(frozen=True, slots=True)
class Kind:
    key: KindKey
    label: str
    #: With its dot.
    extension: str
    media_type: str


KINDS: Final[dict[str, Kind]] = {
    each.key: each
    for each in (
        Kind("pdf", "PDF", ".pdf", "application/pdf"),
        Kind("docx", "Word (.docx)", ".docx", f"{_OPEN_XML}.wordprocessingml.document"),
        Kind("xlsx", "Excel (.xlsx)", ".xlsx", f"{_OPEN_XML}.spreadsheetml.sheet"),
        Kind("odt", "texte LibreOffice (.odt)", ".odt", f"{_OPEN_DOCUMENT}.text"),
        Kind("ods", "classeur LibreOffice (.ods)", ".ods", f"{_OPEN_DOCUMENT}.spreadsheet"),
        Kind("png", "image PNG", ".png", "image/png"),
        Kind("jpeg", "image JPEG", ".jpg", "image/jpeg"),
    )
}
