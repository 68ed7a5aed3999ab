"""Reading a PDF back."""

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject


def opened(file: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(file))


def pages(file: bytes, *places: int) -> list[str]:
    """The text of each page, or of those only (from 0; -1 is the last one), head and foot included.

    Unbreakable spaces read as spaces. A page takes some milliseconds.
    """
    found = opened(file).pages
    wanted = [found[each] for each in places] if places else found
    return [each.extract_text().replace("\N{NO-BREAK SPACE}", " ") for each in wanted]


def words(file: bytes) -> str:
    return " ".join("\n".join(pages(file)).split())


def tags(file: bytes) -> list[str]:
    """The types of the tagged elements, in reading order: « H1 », « P », « TH »…"""
    return [*_tags(opened(file).trailer["/Root"]["/StructTreeRoot"])]


def _tags(element: Any) -> Iterator[str]:
    element = element.get_object() if isinstance(element, IndirectObject) else element
    if not isinstance(element, DictionaryObject):
        return
    if "/S" in element:
        yield str(element["/S"]).removeprefix("/")
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        yield from _tags(child)
