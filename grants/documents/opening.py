"""Opens a Word model after a look at all of it: what could run, reach out or swell is refused.

Readers open what we write from a model. A link that Word follows, a field that reads a file or a
macro would act on their machines, under our name.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import cast

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.parts.coreprops import CorePropertiesPart
from docx.parts.hdrftr import FooterPart, HeaderPart
from lxml import etree

from grants.documents.errors import DocumentError

_MEMBERS_LIMIT = 1_000
_UNPACKED_LIMIT = 50_000_000  # bytes, pictures included
_XML_LIMIT = 5_000_000  # bytes: once read, XML takes up to a hundred times as much memory
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = (
    "Le modèle Word est protégé par un mot de passe, ou d'un ancien format (.doc) : "
    "enregistrez-le au format .docx, sans mot de passe."
)
_TYPES = "[Content_Types].xml"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# What zipfile, lxml and python-docx raise on a damaged file, or one that is no Word document.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    PackageNotFoundError,
    etree.XMLSyntaxError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
_FILLED = {
    RELATIONSHIP_TYPE.HEADER: HeaderPart,
    RELATIONSHIP_TYPE.FOOTER: FooterPart,
    RELATIONSHIP_TYPE.CORE_PROPERTIES: CorePropertiesPart,
}
#: A word of a part's content type, or the last one of a relationship's type → what it brings.
_REFUSED_KINDS = {
    **dict.fromkeys(
        [
            "macroEnabled",
            "macroEnabledTemplate",
            "vbaProject",
            "wordVbaData",
            "vbaData",
            "keyMapCustomizations",
            "attachedToolbars",
        ],
        "des macros",
    ),
    **dict.fromkeys(["control", "activeX", "activeXControlBinary"], "un contrôle ActiveX"),
    **dict.fromkeys(["oleObject", "package"], "un objet incorporé"),
    **dict.fromkeys(["aFChunk", "subDocument"], "un document incorporé"),
    **dict.fromkeys(
        ["extensibility", "userCustomization", "webextension", "webextensiontaskpanes"],
        "une extension de Word",
    ),
}
_REFUSED_ELEMENTS = {"mailMerge": "un publipostage", "webVideoPr": "une vidéo en ligne"}
#: Fields that print what the document itself holds; the others read a file, ask or run.
_FIELDS = re.compile(
    r"(PAGE|NUMPAGES|SECTION|SECTIONPAGES|PAGEREF|REF|NOTEREF|STYLEREF|SEQ|TOC|TC|XE|INDEX|LISTNUM"
    r"|TITLE|SUBJECT|AUTHOR|KEYWORDS|COMMENTS|DOCPROPERTY|FILENAME|NUMWORDS|NUMCHARS|DATE|TIME"
    r"|CREATEDATE|SAVEDATE|PRINTDATE|EDITTIME|LASTSAVEDBY|REVNUM|SYMBOL|ADVANCE"
    r"|FORMTEXT|FORMCHECKBOX|FORMDROPDOWN)( .*)?"
    r'|HYPERLINK \\l ("[^"]*"|\S+)( \\[ho])*'
    r"|=.*",
    re.IGNORECASE,
)
#: Addresses written in place, as VML and SVG do, and not as a relationship.
_ADDRESSES = etree.XPath("//@*[local-name() = 'src' or local-name() = 'href']")


def opened(model: bytes) -> Document:
    """The model, its archive checked whole before anything in it is believed.

    :raises DocumentError: it is no Word file, or holds what a model may not.
    """
    if model.startswith(_OLE):
        raise DocumentError(_PROTECTED)
    try:
        with zipfile.ZipFile(io.BytesIO(model)) as archive:
            _check(archive)
        return _read(model)
    except _UNREADABLE as error:
        raise DocumentError("Le modèle n'est pas un document Word (.docx) lisible.") from error


def _check(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > _MEMBERS_LIMIT or sum(each.file_size for each in members) > _UNPACKED_LIMIT:
        raise DocumentError("Le modèle Word est trop volumineux une fois décompressé.")
    if any(each.flag_bits & 1 for each in members):
        raise DocumentError(_PROTECTED)
    if len({each.filename.casefold() for each in members}) < len(members):
        raise zipfile.BadZipFile("two members of one name")  # each reader takes another one
    if not {each.compress_type for each in members} <= {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise zipfile.BadZipFile("not deflated")
    if damaged := archive.testzip():
        raise zipfile.BadZipFile(damaged)
    kind_of = _kinds(_parsed(archive.read(_TYPES)))
    kinds = {each.filename: kind_of(each.filename) for each in members}
    for kind in kinds.values():
        _refuse(re.split(r"[./+]", kind))
    written = [each for each in members if _is_xml(each.filename, kinds[each.filename])]
    if sum(each.file_size for each in written) > _XML_LIMIT:
        raise DocumentError("Le modèle Word est trop volumineux une fois décompressé.")
    for each in written:
        _check_part(_parsed(archive.read(each)))


def _read(model: bytes) -> Document:
    """The document, once the parts that are filled are seen to be what they are said to be."""
    document = docx.Document(io.BytesIO(model))
    package = document.part.package
    related = [*package.rels.values(), *document.part.rels.values()]
    for relationship in related:
        kind = _FILLED.get(relationship.reltype)
        if kind is not None and not isinstance(relationship.target_part, kind):
            raise TypeError(relationship.reltype)
    if sum(each.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES for each in related) > 1:
        raise ValueError("two sets of properties")
    return document


def _is_xml(name: str, kind: str) -> bool:
    return kind.endswith("xml") or name.endswith((".xml", ".rels"))


def _kinds(types: etree._Element) -> Callable[[str], str]:
    """Content type of a member by its name; empty when none is given."""
    overrides = {each.get("PartName", "").casefold(): each for each in types}
    defaults = {each.get("Extension", "").casefold(): each for each in types}

    def kind_of(name: str) -> str:
        _, _, extension = name.casefold().rpartition(".")
        each = overrides.get(f"/{name}".casefold(), defaults.get(extension))
        return "" if each is None else each.get("ContentType", "")

    return kind_of


def _parsed(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentError(
            "Le modèle Word contient une déclaration DOCTYPE, qui n'est pas admise."
        )
    return root


def _check_part(root: etree._Element) -> None:
    for node in root.iter(_RELATIONSHIP):
        if node.get("TargetMode", "Internal") != "Internal":
            raise _outside(node.get("Target", ""))
        _refuse([node.get("Type", "").rpartition("/")[2]])
    for name, refused in _REFUSED_ELEMENTS.items():
        if next(root.iter(f"{{*}}{name}"), None) is not None:
            raise _held(refused)
    for address in map(str, cast(list[object], _ADDRESSES(root))):
        if not address.startswith(("#", "data:")):
            raise _outside(address)
    for code in _field_codes(root):
        _check_field(" ".join(code.split()))


def _refuse(words: Iterable[str]) -> None:
    for word in words:
        if word in _REFUSED_KINDS:
            raise _held(_REFUSED_KINDS[word])


def _held(what: str) -> DocumentError:
    return DocumentError(f"Le modèle Word contient {what}, ce qui n'est pas admis.")


def _outside(address: str) -> DocumentError:
    return DocumentError(
        f"Le modèle Word renvoie hors de lui-même, vers « {address[:200]} » : "
        "retirez ce lien, cette image liée ou ce modèle attaché."
    )


@dataclass
class _Field:
    code: str = ""
    printing: bool = False  # past its code, in what it printed last


def _field_codes(root: etree._Element) -> Iterator[str]:
    """What each field of the part asks Word to do, in whatever number of runs it is written.

    A tag among them is part of the code: it could take away the words that were checked.
    """
    fields: list[_Field] = []  # those open, the innermost last
    names = ("fldSimple", "fldChar", "instrText", "t")
    for node in root.iter(*(f"{_WORD}{name}" for name in names)):
        match etree.QName(node).localname, node.get(f"{_WORD}fldCharType"):
            case "fldSimple", _:
                yield node.get(f"{_WORD}instr", "")
            case "fldChar", "begin":
                fields.append(_Field())
            case "fldChar", "separate":
                fields[-1].printing = True
            case "fldChar", "end":
                yield fields.pop().code
            case "instrText", _:
                fields[-1].code += node.text or ""
            case "t", _ if fields and not fields[-1].printing:
                fields[-1].code += node.text or ""
    yield from (field.code for field in fields)


def _check_field(code: str) -> None:
    if "{" in code or not _FIELDS.fullmatch(code):
        raise DocumentError(
            f"Le modèle Word contient un champ qui n'est pas admis : « {code[:120]} »."
        )
