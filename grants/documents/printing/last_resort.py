"""Writes the font of one sign, an empty box, for whatever character the other fonts have none for.

PDF/UA and PDF/A refuse a character without a sign; the text under the box stays what was typed. The
box is there many times: a reader that knows characters by their signs alone then tells them apart.
`python -m grants.documents.printing.last_resort` writes it again, the same bytes.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

NAME: Final = "Grants Last Resort"
FILE: Final = Path(__file__).parent / "fonts" / "LastResort.ttf"

_EM, _ASCENT, _DESCENT = 2048, 1854, -434
_ADVANCE, _LEFT = 1000, 100
#: Outside, then inside: the corners of the box.
_CORNERS: Final = (
    ((100, 0), (100, 1400), (900, 1400), (900, 0)),
    ((180, 80), (820, 80), (820, 1320), (180, 1320)),
)
_BOX: Final = 1  # after the sign of what has none, as all fonts begin
_SIGNS: Final = 4096
_GLYPHS: Final = 2 + _SIGNS
_FIRST, _LAST, _SURROGATES = 0x20, 0x10FFFF, range(0xD800, 0xE000)
_CHECKSUM_OF_A_FONT: Final = 0xB1B0AFBA
_WINDOWS, _UNICODE_BMP, _UNICODE_FULL, _ENGLISH = 3, 1, 10, 0x409


def last_resort() -> bytes:
    """The .ttf file."""
    outline, same = _outline(), _same()
    tables = {
        b"OS/2": _metrics(),
        b"cmap": _characters(),
        b"glyf": outline * 2 + same * _SIGNS,
        b"head": _head(),
        b"hhea": _horizontal(),
        b"hmtx": struct.pack(">Hh", _ADVANCE, _LEFT) + struct.pack(">h", _LEFT) * (_GLYPHS - 1),
        b"loca": _places(len(outline), len(same)),
        b"maxp": struct.pack(">L14H", 0x00010000, _GLYPHS, 8, 2, 8, 2, 2, *[0] * 6, 1, 1),
        b"name": _names(),
        b"post": struct.pack(">LLhhLLLLL", 0x00030000, 0, -200, 100, 0, 0, 0, 0, 0),
    }
    return _font(tables)


def _outline() -> bytes:
    points = [point for contour in _CORNERS for point in contour]
    steps = [(0, 0), *points]
    across = [after[0] - before[0] for before, after in zip(steps, points, strict=False)]
    up = [after[1] - before[1] for before, after in zip(steps, points, strict=False)]
    ends = [4 * (number + 1) - 1 for number in range(len(_CORNERS))]
    outline = struct.pack(">hhhhh", len(_CORNERS), 100, 0, 900, 1400)
    outline += struct.pack(">HHH", *ends, 0) + bytes([1] * len(points))
    outline += struct.pack(f">{len(points)}h", *across) + struct.pack(f">{len(points)}h", *up)
    return outline + bytes(-len(outline) % 4)


def _same() -> bytes:
    """A sign that is the box again."""
    by_offset = 0x0002
    return struct.pack(">hhhhhHHbb", -1, 100, 0, 900, 1400, by_offset, _BOX, 0, 0)


def _places(outline: int, same: int) -> bytes:
    """Where each sign begins, and the last one ends."""
    places = [0, outline, *range(2 * outline, 2 * outline + same * _SIGNS + 1, same)]
    return struct.pack(f">{len(places)}L", *places)


def _characters() -> bytes:
    """Format 12: ranges of characters, whose signs follow one another."""
    groups = []
    for start in (_FIRST, *range(_SIGNS, _LAST, _SIGNS)):
        last = start // _SIGNS * _SIGNS + _SIGNS - 1
        if last in _SURROGATES:
            last = _SURROGATES.start - 1
        groups.append(struct.pack(">LLL", start, last, 2 + start % _SIGNS))
    length = 16 + 12 * len(groups)
    ranges = struct.pack(">HHLLL", 12, 0, length, 0, len(groups)) + b"".join(groups)
    return struct.pack(">HHHHL", 0, 1, _WINDOWS, _UNICODE_FULL, 12) + ranges


def _head() -> bytes:
    box = (100, 0, 900, 1400)
    dates = (0, 0)
    return struct.pack(
        ">LLLLHHqq4hHHhhh",
        0x00010000,
        0x00010000,
        0,
        0x5F0F3CF5,
        3,
        _EM,
        *dates,
        *box,
        0,
        8,
        2,
        1,
        0,
    )


def _horizontal() -> bytes:
    around = (_ADVANCE, _LEFT, 100, 900)
    return struct.pack(">LhhhHhhh8hH", 0x00010000, _ASCENT, _DESCENT, 0, *around, 1, *[0] * 7, 1)


def _metrics() -> bytes:
    sizes = (1000, 400, 5, 0, 1331, 1433, 0, 287, 1331, 1433, 0, 983, 102, 512, 0)
    return (
        struct.pack(">HhHHH", 4, *sizes[:4])
        + struct.pack(">10h", *sizes[4:14])
        + struct.pack(">h", 0)
        + bytes(10)
        + struct.pack(">4L4s", 1, 0, 0, 0, b"NONE")
        + struct.pack(">HHH", 0x40, 0x20, 0xFFFF)
        + struct.pack(">hhhHH", _ASCENT, _DESCENT, 0, _ASCENT, -_DESCENT)
        + struct.pack(">LLhhHHH", 1, 0, 1000, 1400, 0, 0x20, 0)
    )


def _names() -> bytes:
    texts = {1: NAME, 2: "Regular", 3: f"{NAME} 1.0", 4: NAME, 5: "Version 1.0"}
    texts[6] = NAME.replace(" ", "") + "-Regular"
    records, kept = b"", b""
    for number, text in texts.items():
        written = text.encode("utf-16-be")
        place = (_WINDOWS, _UNICODE_BMP, _ENGLISH, number, len(written), len(kept))
        records += struct.pack(">6H", *place)
        kept += written
    return struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + kept


def _font(tables: dict[bytes, bytes]) -> bytes:
    directory, body, start = b"", b"", 12 + 16 * len(tables)
    for tag, table in tables.items():
        directory += tag + struct.pack(">LLL", _checksum(table), start + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    # Searched by halves: the greatest power of two, its exponent, what is left.
    font = struct.pack(">LHHHH", 0x00010000, len(tables), 128, 3, 16 * len(tables) - 128)
    font += directory + body
    adjustment = (_CHECKSUM_OF_A_FONT - _checksum(font)) % 2**32
    place = font.index(_head()) + 8
    return font[:place] + struct.pack(">L", adjustment) + font[place + 4 :]


def _checksum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}L", padded)
    return sum(words) % 2**32


if __name__ == "__main__":
    FILE.write_bytes(last_resort())
