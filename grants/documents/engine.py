"""Fills a Word model: docxtpl's syntax, without its silent repairs."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache

from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import Part
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from lxml import etree

from grants.documents.content import Content, clean, prepare, require
from grants.documents.errors import DocumentError
from grants.documents.language import ENVIRONMENT, Slots, literal_braces, read_slots

_UNPACKED_LIMIT = 50_000_000  # bytes: a forged zip must not fill the memory
_TITLE_LIMIT = 255  # characters, of a core property
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date a zip can hold: same content, same bytes
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
# What zipfile, lxml and python-docx raise on a damaged file, or one that is no Word document.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    PackageNotFoundError,
    etree.XMLSyntaxError,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
)


@lru_cache(maxsize=32)
def slots_of(model: bytes) -> Slots:
    """What the body, headers and footers of a .docx model ask for.

    :raises DocumentError: when it is no Word file, or a tag is broken, misplaced or not allowed.
    """
    template = _opened(model)
    template.refuse_tags_elsewhere()
    return read_slots(template.sources())


def render(
    model: bytes, content: Content, *, title: str | None = None, subject: str | None = None
) -> bytes:
    """The model filled, as a .docx; without `title` or `subject` the model keeps its own.

    Content may hold more than the model asks for, never less.

    :raises DocumentError: as `slots_of`, or naming the slots the content lacks.
    """
    require(slots_of(model), content)
    template = _Model(model)
    try:
        template.render(prepare(content), ENVIRONMENT)
    except (TemplateError, etree.XMLSyntaxError) as error:
        raise DocumentError("Le modèle Word ne peut pas être rempli avec ces données.") from error
    template.set_properties(title, subject)
    template.set_boxes()
    return template.packed()


class _Model(DocxTemplate):  # type: ignore[misc]
    """docxtpl, strict: broken XML and tags it would pass over are errors."""

    def __init__(self, model: bytes) -> None:
        super().__init__(io.BytesIO(model))
        self.init_docx()
        self.docx.core_properties.language = "fr-FR"

    def sources(self) -> Iterator[str]:
        """The Jinja source of each part that is filled."""
        yield literal_braces(self.patch_xml(self.get_xml()))
        for part in self._headers_and_footers():
            yield literal_braces(self.patch_xml(self.get_part_xml(part)))

    def refuse_tags_elsewhere(self) -> None:
        """Footnotes, comments or properties are not filled: a tag there would be printed."""
        filled = {self.docx.part.partname, *(part.partname for part in self._headers_and_footers())}
        for part in self.docx.part.package.iter_parts():
            if part.partname in filled or not part.partname.endswith(".xml"):
                continue
            if b"{{" in part.blob or b"{%" in part.blob:
                raise DocumentError(
                    "Le modèle Word porte une balise hors du texte, de l'en-tête et du pied de "
                    f"page, où elle ne serait pas remplie : {part.partname}."
                )

    def render_xml_part(
        self, src_xml: str, part: object, context: object, jinja_env: object
    ) -> str:
        """Without docxtpl's replacing of `{_{` in the output, that is in what people typed."""
        template = ENVIRONMENT.from_string(literal_braces(src_xml))
        return str(self.resolve_listing(template.render(context)))

    def fix_tables(self, xml: str) -> object:
        etree.fromstring(xml)  # docxtpl parses with recover=True, which drops what it cannot read
        return super().fix_tables(xml)

    def render_properties(self, context: object, jinja_env: object = None) -> None:
        """Properties are set, not rendered: docxtpl escapes them twice."""

    def render_footnotes(self, context: object, jinja_env: object = None) -> None:
        """Footnotes hold no tag: see `refuse_tags_elsewhere`."""

    def set_properties(self, title: str | None, subject: str | None) -> None:
        properties = self.docx.core_properties
        if title is not None:
            properties.title = _property(title)
        if subject is not None:
            properties.subject = _property(subject)

    def set_boxes(self) -> None:
        """The state of each Word check box follows the sign that was printed in it."""
        for state in self.docx.element.iter(f"{_W14}checked"):
            control = next(state.iterancestors(qn("w:sdt")))
            ticked = "☒" in "".join(control.itertext(qn("w:t")))
            state.set(f"{_W14}val", "1" if ticked else "0")

    def packed(self) -> bytes:
        saved, packed = io.BytesIO(), io.BytesIO()
        self.docx.save(saved)
        with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w") as target:
            for name in source.namelist():
                member = zipfile.ZipInfo(name, _EPOCH)
                target.writestr(member, source.read(name), zipfile.ZIP_DEFLATED)
        return packed.getvalue()

    def _headers_and_footers(self) -> Iterator[Part]:
        for uri in (self.HEADER_URI, self.FOOTER_URI):
            for _, part in self.get_headers_footers(uri):
                yield part


def _opened(model: bytes) -> _Model:
    """The model, its archive checked whole before anything in it is believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(model)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _UNPACKED_LIMIT:
                raise DocumentError("Le modèle Word est trop volumineux une fois décompressé.")
            if damaged := archive.testzip():
                raise zipfile.BadZipFile(damaged)
        return _Model(model)
    except _UNREADABLE as error:
        raise DocumentError("Le modèle n'est pas un document Word (.docx) lisible.") from error


def _property(text: str) -> str:
    return " ".join(clean(text).split())[:_TITLE_LIMIT]
