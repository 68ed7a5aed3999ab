"""The zip around a document: one date, one order, so that the same content is the same bytes."""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

#: zlib's level for what changes with each document.
LIGHT = 1
_HEAVY = 9  # for what is compressed once
_DATE = 0x0021  # 1 January 1980, the oldest a zip can hold
_DEFLATED, _VERSION, _UTF_8 = 8, 20, 0x800
#: What a member's header and its line of the directory both say.
_FACTS = struct.Struct("<5H3I2H")
_AFTER = struct.Struct("<3H2I")
_END = struct.Struct("<4s4H2IH")


@dataclass(frozen=True, slots=True)
class Entries:
    """Members as they stand in an archive; of each, its offset among them, facts and name."""

    data: bytes
    directory: tuple[tuple[int, bytes, bytes], ...]


def packed(members: Iterable[tuple[str, bytes]], level: int = _HEAVY) -> Entries:
    """Members, given as names and contents, compressed."""
    chunks: list[bytes] = []
    directory = []
    offset = 0
    for member, content in members:
        name = member.encode()
        facts, data = _compressed(name, content, level)
        directory.append((offset, facts, name))
        chunks += (b"PK\x03\x04", facts, name, data)
        offset += 4 + len(facts) + len(name) + len(data)
    return Entries(b"".join(chunks), tuple(directory))


def archive(*parts: Entries) -> bytes:
    """The zip that holds the members of all `parts`, in that order."""
    listed, start = [], 0
    for part in parts:
        for offset, facts, name in part.directory:
            after = _AFTER.pack(0, 0, 0, 0, start + offset)
            listed.append(b"PK\x01\x02" + _VERSION.to_bytes(2, "little") + facts + after + name)
        start += len(part.data)
    directory, count = b"".join(listed), len(listed)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    return b"".join((*(part.data for part in parts), directory, end))


def _compressed(name: bytes, content: bytes, level: int) -> tuple[bytes, bytes]:
    compressor = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = compressor.compress(content) + compressor.flush()
    flags = 0 if name.isascii() else _UTF_8
    sizes = (zlib.crc32(content), len(data), len(content))
    return _FACTS.pack(_VERSION, flags, _DEFLATED, 0, _DATE, *sizes, len(name), 0), data
