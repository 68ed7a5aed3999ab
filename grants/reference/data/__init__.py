"""The tables, as files: see README.md for their sources and licences."""

import csv
import gzip
from collections.abc import Iterator
from importlib.resources import files


def rows(name: str) -> Iterator[dict[str, str]]:
    """The lines of a CSV table, by the names of its columns."""
    text = (files(__name__) / name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def compressed_rows(name: str) -> Iterator[list[str]]:
    """The lines of a long, compressed table, without that of its columns' names."""
    packed = (files(__name__) / name).read_bytes()
    lines = csv.reader(gzip.decompress(packed).decode().splitlines())
    next(lines)
    return lines
