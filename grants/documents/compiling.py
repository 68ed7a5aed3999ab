"""A model made ready: opened, checked and compiled once; a document then costs its values only.

The steps are docxtpl's own. Those that do not depend on the content are taken here, once a model;
those that mend a document are left out where the source proves that they would change nothing.
"""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from xml.sax.saxutils import escape

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docxtpl import DocxTemplate
from jinja2 import Template, TemplateError
from lxml import etree

from grants.documents.cleaning import clean
from grants.documents.errors import DocumentError
from grants.documents.language import ENVIRONMENT, Slots, check_tags, literal_braces, read_slots
from grants.documents.opening import opened
from grants.documents.packing import LIGHT, Entries, archive, packed
from grants.documents.proving import is_regular, is_well_formed

_DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_OUTPUT_LIMIT = 100_000_000  # characters of one part
_PROPERTY_LIMIT = 255  # characters of a core property
# What Jinja and docxtpl raise on values that do not suit the tags around them.
_UNFIT = (TemplateError, AttributeError, TypeError, ValueError)
_TITLE, _SUBJECT = "grants-title", "grants-subject"
_MODIFIED = "{http://purl.org/dc/terms/}modified"
_CHECKED = "{http://schemas.microsoft.com/office/word/2010/wordml}checked"
_STATE = _CHECKED.replace("checked", "val")
#: Stands for a check box's state until its sign is known; no clean text holds it.
_UNKNOWN = "\ufdd0"


@dataclass(frozen=True, slots=True)
class CompiledModel:
    slots: Slots
    parts: tuple["_FilledPart", ...]
    properties: "_Properties"
    rest: Entries

    def filled(
        self,
        values: Mapping[str, object],
        *,
        title: str | None = None,
        subject: str | None = None,
        level: int = LIGHT,
    ) -> bytes:
        """The .docx; `values` are prepared for this model's slots, `level` is zlib's.

        :raises DocumentError: when the values do not suit the tags, or swell beyond reason.
        """
        members = [(self.properties.name, self.properties.filled(title, subject))]
        members += [(part.name, part.filled(values)) for part in self.parts]
        return archive(self.rest, packed(members, level))


def compiled(model: bytes) -> CompiledModel:
    """:raises DocumentError: when it is no Word file, or holds what is broken or not admitted."""
    document = opened(model)
    try:
        return _compiled(document)
    except (RecursionError, SyntaxError, MemoryError) as error:  # Jinja's parser, Python's compiler
        raise DocumentError("Le modèle Word imbrique trop de conditions.") from error


def _compiled(document: Document) -> CompiledModel:
    sources = {part.partname: _source(part) for part in _filled_parts(document)}
    _refuse_tags_elsewhere(document, sources)
    slots = read_slots(sources.values())
    parts = [
        _FilledPart(name.lstrip("/"), *_template(source, body=name == document.part.partname))
        for name, source in sources.items()
    ]
    properties = _properties(document)
    rest = _rest(document, {properties.name, *(part.name for part in parts)})
    return CompiledModel(slots, tuple(parts), properties, rest)


# What is filled


@dataclass(frozen=True, slots=True)
class _FilledPart:
    name: str
    template: Template
    mended: Callable[[str], str] | None

    def filled(self, values: Mapping[str, object]) -> bytes:
        try:
            xml = _ticked(_with_breaks(_printed(self.template, values)))
            if self.mended is not None:
                xml = self.mended(xml)
        except (*_UNFIT, etree.XMLSyntaxError) as error:
            raise DocumentError(
                "Le modèle Word ne peut pas être rempli avec ces données."
            ) from error
        return (_DECLARATION + xml).encode()


def _filled_parts(document: Document) -> Iterator[Part]:
    yield document.part
    for kind in (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER):
        yield from (rel.target_part for rel in document.part.rels.values() if rel.reltype == kind)


def _source(part: Part) -> str:
    """The Jinja source of a part."""
    # python-docx's own parser gives its elements another `.text`; like it, blanks are left out.
    root = etree.fromstring(
        part.blob, etree.XMLParser(remove_blank_text=True, resolve_entities=False)
    )
    check_tags(root)
    for checked in root.iter(_CHECKED):
        checked.set(_STATE, _UNKNOWN)
    return literal_braces(_DOCXTPL.patch_xml(etree.tostring(root, encoding="unicode")))


def _template(source: str, *, body: bool) -> tuple[Template, Callable[[str], str] | None]:
    tree = ENVIRONMENT.parse(source)
    template = Template.from_code(ENVIRONMENT, ENVIRONMENT.compile(tree), {})
    if body:
        return template, None if is_regular(tree) else _mended
    return template, None if is_well_formed(tree) else _well_formed


def _refuse_tags_elsewhere(document: Document, filled: Mapping[str, str]) -> None:
    """Footnotes, comments or properties are not filled: a tag there would be printed."""
    for part in document.part.package.iter_parts():
        if part.partname in filled or not part.content_type.endswith("xml"):
            continue
        root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False))
        text = "".join(str(each) for each in root.itertext())
        if "{{" in text or "{%" in text:
            raise DocumentError(
                "Le modèle Word porte une balise hors du texte, de l'en-tête et du pied de "
                f"page, où elle ne serait pas remplie : {part.partname}."
            )


# A document


_DOCXTPL = DocxTemplate(io.BytesIO())


def _printed(template: Template, values: Mapping[str, object]) -> str:
    stream = template.root_render_func(template.new_context(dict(values)))
    chunks, size = [], 0
    while chunk := list(islice(stream, 256)):
        chunks.append("".join(chunk))
        size += len(chunks[-1])
        if size > _OUTPUT_LIMIT:
            raise DocumentError(
                "Le document serait trop volumineux : le modèle Word le répète trop."
            )
    return "".join(chunks)


def _with_breaks(xml: str) -> str:
    """Line breaks and tabulations, in the paragraphs that hold some, as Word writes them."""
    if "\n" not in xml and "\t" not in xml:
        return xml
    return "</w:p>".join(
        _DOCXTPL.resolve_listing(f"{each}</w:p>").removesuffix("</w:p>")
        if "\n" in each or "\t" in each
        else each
        for each in xml.split("</w:p>")
    )


def _ticked(xml: str) -> str:
    """The state of each Word check box follows the sign that was printed in it."""
    before, *boxes = xml.split(_UNKNOWN)
    states = ["1" if "☒" in box[: box.find("</w:sdt>")] else "0" for box in boxes]
    return before + "".join(state + box for state, box in zip(states, boxes, strict=True))


def _well_formed(xml: str) -> str:
    etree.fromstring(xml)
    return xml


def _mended(xml: str) -> str:
    """What docxtpl mends in a body; it would also drop what it cannot read, hence the check."""
    mender = DocxTemplate(io.BytesIO())
    mender.docx_ids_index = 1000
    tree = mender.fix_tables(_well_formed(xml))
    mender.fix_docpr_ids(tree)
    return etree.tostring(tree, encoding="unicode")


# Around it


@dataclass(frozen=True, slots=True)
class _Properties:
    """The core properties, written around a title and a subject; the model's own, escaped."""

    name: str
    source: str
    title: str
    subject: str

    def filled(self, title: str | None, subject: str | None) -> bytes:
        return self.source.format(
            title=self.title if title is None else _property(title),
            subject=self.subject if subject is None else _property(subject),
        ).encode()


def _properties(document: Document) -> _Properties:
    package = document.part.package
    own = any(rel.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES for rel in package.rels.values())
    properties = document.core_properties  # without any, python-docx writes some, of today
    title, subject = (properties.title, properties.subject) if own else ("", "")
    properties.title, properties.subject, properties.language = _TITLE, _SUBJECT, "fr-FR"
    part = package.part_related_by(RELATIONSHIP_TYPE.CORE_PROPERTIES)
    root = etree.fromstring(part.blob)
    for modified in [] if own else root.findall(_MODIFIED):
        root.remove(modified)
    source = etree.tostring(root, encoding="unicode").replace("{", "{{").replace("}", "}}")
    source = source.replace(_TITLE, "{title}").replace(_SUBJECT, "{subject}")
    name = part.partname.lstrip("/")
    return _Properties(name, _DECLARATION + source, _property(title), _property(subject))


def _property(text: str) -> str:
    return escape(" ".join(clean(text).split())[:_PROPERTY_LIMIT])


def _rest(document: Document, filled: set[str]) -> Entries:
    saved = io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as written:
        return packed(
            (name, written.read(name)) for name in written.namelist() if name not in filled
        )
