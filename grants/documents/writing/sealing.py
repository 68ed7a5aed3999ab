"""What a file says of itself, out of sight: its dossier, version and form, with a code.

The code tells that we wrote these words, not that the rest of the file is as we wrote it.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Final

from lxml import etree

from grants.documents.cleaning import clean
from grants.documents.framing import digests
from grants.documents.packing import LIGHT, Entries, archive, packed

CUSTOM_PART: Final = "docProps/custom.xml"

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_VALUES: Final = f"{_OFFICE}/docPropsVTypes"
_PROPERTIES: Final = f"{_OFFICE}/custom-properties"
_NO_PROPERTIES: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<Properties xmlns="{_PROPERTIES}" xmlns:vt="{_VALUES}"/>'
).encode()
_FORMAT: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_LOCAL_HEADER: Final = 30
_FACTS: Final = slice(4, _LOCAL_HEADER)

_NAMES: Final = (
    "grants-call",
    "grants-call-title",
    "grants-form",
    "grants-reference",
    "grants-version",
)
_CODE: Final = "grants-code"
#: The code that is printed on an issued document; it needs no other proof than the register.
_ISSUED: Final = "grants-issued"
#: Digests of what was printed around the answers: see `framing`.
PRINTED: Final = "grants-printed"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file comes from; a blank form has no reference, a draft no version."""

    call: str
    call_title: str
    #: Hash of the revision of the call.
    form: str
    reference: str = ""
    version: str = ""

    def code(self, key: bytes) -> str:
        """What only who holds the key can write."""
        words = json.dumps(["grants document", *astuple(self)], ensure_ascii=False)
        return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()


def sealed(
    document: bytes,
    origin: Origin,
    key: bytes,
    *,
    issued: str = "",
    printed: Iterable[str] = (),
) -> bytes:
    """The document with its origin among its custom properties; the model's own ones stay.

    `document` is one that we rendered from a model with a place for it (`with_custom_part`).

    :param issued: the code printed on the pages of an issued document.
    :param printed: what the slots around the answers say, and what is worked out from these.
    """
    with zipfile.ZipFile(io.BytesIO(document)) as written:
        root = etree.fromstring(written.read(CUSTOM_PART))
        members = sorted(written.infolist(), key=lambda each: each.header_offset)
        end = written.start_dir
    kept = _kept(document, members, end)
    more = {_ISSUED: issued, PRINTED: digests(printed)}
    return archive(kept, packed([(CUSTOM_PART, _custom_xml(root, origin, key, more))], LIGHT))


def _kept(document: bytes, members: list[zipfile.ZipInfo], end: int) -> Entries:
    """Every member but the custom properties, compressed as they are."""
    ends = [*(each.header_offset for each in members[1:]), end]
    chunks, directory, offset = [], [], 0
    for member, stop in zip(members, ends, strict=True):
        if member.filename != CUSTOM_PART:
            chunk = document[member.header_offset : stop]
            chunks.append(chunk)
            directory.append((offset, chunk[_FACTS], member.filename.encode()))
            offset += len(chunk)
    return Entries(b"".join(chunks), tuple(directory))


def _custom_xml(root: etree._Element, origin: Origin, key: bytes, more: Mapping[str, str]) -> bytes:
    """The part with our properties; those of the model stay as they are."""
    values = dict(zip(_NAMES, map(str, astuple(origin)), strict=True))
    own = {**values, _CODE: origin.code(key)}
    own |= {name: text for name, text in more.items() if text}
    for each in [each for each in root if each.get("name") in own]:
        root.remove(each)
    first = 1 + max((int(each.get("pid", "1")) for each in root), default=1)
    for number, (name, text) in enumerate(own.items(), start=first):
        listed = {"fmtid": _FORMAT, "pid": str(number), "name": name}
        item = etree.SubElement(root, f"{{{_PROPERTIES}}}property", listed)
        etree.SubElement(item, f"{{{_VALUES}}}lpwstr").text = clean(text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def properties_in(root: etree._Element) -> dict[str, str]:
    """The custom properties of a part, by name."""
    return {
        each.get("name", ""): "".join(str(text) for text in each.itertext())
        for each in root.iterchildren()
    }


def origin_in(properties: Mapping[str, str]) -> Origin | None:
    """What a file says of its origin; None when it says nothing."""
    if "grants-call" not in properties:
        return None
    return Origin(*(properties.get(name, "") for name in _NAMES))


def is_authentic(properties: Mapping[str, str], key: bytes) -> bool:
    """Whether it is we who wrote the origin."""
    origin = origin_in(properties)
    code = properties.get(_CODE, "").encode(errors="replace")
    return origin is not None and hmac.compare_digest(code, origin.code(key).encode())


def with_custom_part(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """The members of a .docx with a part for custom properties, empty unless there is one."""
    if CUSTOM_PART in members:
        return dict(members)
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    override = f'<Override PartName="/{CUSTOM_PART}" ContentType="{kind}"/>'
    relation = (
        f'<Relationship Id="grantsCustom" Type="{_OFFICE}/relationships/custom-properties" '
        f'Target="{CUSTOM_PART}"/>'
    )
    added = {
        "[Content_Types].xml": _with_child(members["[Content_Types].xml"], override),
        "_rels/.rels": _with_child(members["_rels/.rels"], relation),
        CUSTOM_PART: _NO_PROPERTIES,
    }
    return {**members, **added}


def _with_child(part: bytes, child: str) -> bytes:
    """A small list of a package, with one more item in its own namespace."""
    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False))
    item = etree.fromstring(child)
    item.tag = f"{{{etree.QName(root).namespace}}}{item.tag}"
    root.append(item)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
