"""The .docx around a body: the same styles and settings for every model of the house."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from grants.documents.writing.wordml import NAMESPACES

_PARTS = Path(__file__).parent / "parts"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EPOCH = (1980, 1, 1, 0, 0, 0)  # one date for ever: the same source gives the same file
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE_TYPE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Model:
    """A model to pack: its title property, and the XML inside its body, headers and footer."""

    title: str
    body: str
    first_header: str
    header: str
    footer: str


def pack(model: Model) -> bytes:
    """The .docx file."""
    words = {
        "document": ("wordprocessingml.document.main", _document(model)),
        "styles": ("wordprocessingml.styles", _part("styles")),
        "numbering": ("wordprocessingml.numbering", _part("numbering")),
        "settings": ("wordprocessingml.settings", _part("settings")),
        "fontTable": ("wordprocessingml.fontTable", _part("fontTable")),
        "theme1": ("theme", _part("theme1")),
        "header1": ("wordprocessingml.header", _story("hdr", model.first_header)),
        "header2": ("wordprocessingml.header", _story("hdr", model.header)),
        "footer1": ("wordprocessingml.footer", _story("ftr", model.footer)),
    }
    members = {
        "[Content_Types].xml": _content_types({name: kind for name, (kind, _) in words.items()}),
        "_rels/.rels": _package_relations(),
        "docProps/core.xml": _core_properties(model.title),
        "word/_rels/document.xml.rels": _document_relations([*words][1:]),
        **{f"word/{name}.xml": xml for name, (_, xml) in words.items()},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, xml in members.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), xml, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _part(name: str) -> str:
    return (_PARTS / f"{name}.xml").read_text(encoding="utf-8")


def _document(model: Model) -> str:
    section = (
        '<w:sectPr><w:headerReference w:type="first" r:id="header1"/>'
        '<w:headerReference w:type="default" r:id="header2"/>'
        '<w:footerReference w:type="first" r:id="footer1"/>'
        '<w:footerReference w:type="default" r:id="footer1"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1247" w:right="1134" w:bottom="1134" '
        'w:left="1134" w:header="567" w:footer="567" w:gutter="0"/><w:titlePg/></w:sectPr>'
    )
    return _story("document", f"<w:body>{model.body}{section}</w:body>")


def _story(root: str, content: str) -> str:
    return f"{_DECLARATION}<w:{root} {NAMESPACES}>{content}</w:{root}>"


def _content_types(kinds: dict[str, str]) -> str:
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_OFFICE_TYPE}.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    return (
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{overrides}</Types>"
    )


def _package_relations() -> str:
    core = f"{_PACKAGE}/relationships/metadata/core-properties"
    return _relations(
        ("document", f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
        ("properties", core, "docProps/core.xml"),
    )


def _document_relations(names: list[str]) -> str:
    return _relations(
        *(
            (name, f"{_OFFICE}/relationships/{name.rstrip('0123456789')}", f"{name}.xml")
            for name in names
        )
    )


def _relations(*targets: tuple[str, str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for name, kind, target in targets
    )
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _core_properties(title: str) -> str:
    return (
        f'{_DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>fr-FR</dc:language></cp:coreProperties>"
    )
