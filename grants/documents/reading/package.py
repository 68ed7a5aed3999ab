"""The parts of a .docx, each parsed after a look at what it is: nothing in it is believed."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from lxml import etree

from grants.documents.reading.errors import FileNotRead

#: Bytes of XML read of one file: thirty texts at their limit take a tenth of it.
_MOST: Final = 40_000_000
_RELATIONS: Final = "_rels/.rels"


class Package:
    """:raises ValueError: when two members have one name, or there is no main part."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = _MOST
        self.names = frozenset(archive.namelist())
        if len({each.casefold() for each in self.names}) < len(archive.namelist()):
            raise ValueError("two members of one name")
        self.main = self._main()

    def part(self, name: str) -> etree._Element:
        """:raises FileNotRead: when it is too large, or would define entities."""
        self._left -= self._archive.getinfo(name).file_size
        if self._left < 0:
            raise FileNotRead("Ce fichier Word est trop volumineux une fois décompressé.")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(self._archive.read(name), parser)
        if root.getroottree().docinfo.internalDTD is not None:
            raise FileNotRead(
                "Ce fichier Word contient une déclaration DOCTYPE, qui n’est pas admise."
            )
        return root

    def tied(self, *kinds: str) -> Iterator[etree._Element]:
        """The parts that the main one is tied to, by the last word of the tie's type."""
        yield from map(self.part, dict.fromkeys(name for name, kind in self._ties if kind in kinds))

    @cached_property
    def _ties(self) -> list[tuple[str, str]]:
        """The name and the kind of each part that the main one is tied to."""
        folder, file = posixpath.split(self.main)
        relations = posixpath.join(folder, "_rels", f"{file}.rels")
        if relations not in self.names:
            return []
        ties = [
            (
                posixpath.normpath(posixpath.join("/", folder, each.get("Target", "")))[1:],
                each.get("Type", "").rpartition("/")[2],
            )
            for each in self.part(relations)
            if each.get("TargetMode") != "External"
        ]
        return [each for each in ties if each[0] in self.names]

    def _main(self) -> str:
        for each in self.part(_RELATIONS):
            if each.get("Type", "").endswith("/officeDocument"):
                return each.get("Target", "").lstrip("/")
        raise ValueError("no main part")
