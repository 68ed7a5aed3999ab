"""The smallest file of each kind that a call may ask for; each is a real one."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from typing import Final
from zipfile import ZipFile, ZipInfo

from grants.files import KINDS


@cache
def tiny_file(kind: str) -> bytes:
    """A whole file of that kind of `grants.files`, the same each time."""
    return _MAKERS[kind]()


def _pdf() -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    out, places = BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 4\n0000000000 65535 f \n")
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff")
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _jpeg() -> bytes:
    """A frame without pixels: what opens and closes an image, and its header."""
    header = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return b"\xff\xd8" + header + b"\xff\xd9"


def _open_xml(kind: str, part: str) -> bytes:
    main = f"{KINDS[kind].media_type}.main+xml"
    types = (
        '<?xml version="1.0"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{part}" ContentType="{main}"/></Types>'
    )
    return _archive({"[Content_Types].xml": types, part: "<document/>"})


def _open_document(kind: str) -> bytes:
    parts = {"META-INF/manifest.xml": "<manifest/>", "content.xml": "<content/>"}
    return _archive({"mimetype": KINDS[kind].media_type, **parts})


def _archive(parts: Mapping[str, str]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(ZipInfo(name), text)
    return out.getvalue()


_MAKERS: Final[Mapping[str, Callable[[], bytes]]] = {
    "pdf": _pdf,
    "png": _png,
    "jpeg": _jpeg,
    "docx": lambda: _open_xml("docx", "word/document.xml"),
    "xlsx": lambda: _open_xml("xlsx", "xl/workbook.xml"),
    "odt": lambda: _open_document("odt"),
    "ods": lambda: _open_document("ods"),
}
