"""A folder of files, each under the digest of its content."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from grants.files.errors import FileRefused
from grants.wording import file_size

_CHUNK: Final = 1 << 20
_DIGEST: Final = re.compile("[0-9a-f]{64}")


class FileTooLarge(FileRefused):
    """`most`: bytes that were allowed."""

    def __init__(self, most: int) -> None:
        super().__init__(f"Ce fichier dépasse {file_size(most)}.")
        self.most = most


class FileMissing(Exception):
    """A file that was kept is no longer in the folder."""

    def __init__(self, sha256: str) -> None:
        super().__init__(sha256)
        self.sha256 = sha256


class FileDamaged(FileMissing):
    """A file of the folder no longer has the content that was kept."""


@dataclass(frozen=True, slots=True)
class Stored:
    sha256: str
    #: Bytes.
    size: int


@dataclass(frozen=True, slots=True)
class FileStore:
    """`ab/cd/abcd…` holds the content whose SHA-256 it is. No name that people gave is used.

    A file is there whole or not at all: it is written aside, then renamed. Two that write the same
    content write the same file.
    """

    folder: Path

    def put(self, stream: BinaryIO, *, most: int) -> Stored:
        """Keep the content of a stream, from where it stands.

        :raises FileTooLarge: beyond `most` bytes; nothing is kept then.
        """
        with self._aside() as aside:
            with aside.open("wb") as file:
                stored = _copied(stream, file, most)
                file.flush()
                os.fsync(file.fileno())
            place = self._place(stored.sha256)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            aside.replace(place)
            _settle(place.parent)
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """:raises FileMissing: when it is not in the folder."""
        try:
            handle = os.open(self._place(sha256), os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            raise FileMissing(sha256) from None
        return os.fdopen(handle, "rb")

    def open_checked(self, sha256: str) -> BinaryIO:
        """The same, once its content was held against its digest.

        :raises FileMissing: when it is not in the folder; `FileDamaged` when it has changed there.
        """
        file = self.open(sha256)
        digest = hashlib.sha256()
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        if digest.hexdigest() != sha256:
            file.close()
            raise FileDamaged(sha256)
        file.seek(0)
        return file

    def sweep(self, held: Collection[str], *, before: datetime) -> list[str]:
        """Remove what is not `held` and was written before that instant; the digests removed.

        A file written again meanwhile is young, and stays: whoever writes may not have said yet
        that it is held.
        """
        for each in self._files("incoming/*"):
            if _written(each, before):
                each.unlink(missing_ok=True)
        loose = [
            each
            for each in self._files("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")
            if _DIGEST.fullmatch(each.name) and each.name not in held and _written(each, before)
        ]
        return [each.name for each in loose if self._removed(each, before)]

    def _files(self, pattern: str) -> list[Path]:
        return sorted(each for each in self.folder.glob(pattern) if each.is_file())

    def _removed(self, place: Path, before: datetime) -> bool:
        """Take the file away first, then look: what was written since is put back."""
        with self._aside() as aside:
            try:
                place.replace(aside)
            except FileNotFoundError:
                return False
            if _written(aside, before):
                return True
            aside.replace(place)
            return False

    def missing(self, digests: Iterable[str]) -> list[str]:
        """Those of `digests` that are not in the folder, in their order."""
        return [each for each in digests if not self._place(each).is_file()]

    def _place(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise ValueError(f"not a digest: {sha256!r}")
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    @contextmanager
    def _aside(self) -> Iterator[Path]:
        """An empty file of mode 0600 beside the others, gone at the end unless it was renamed."""
        folder = self.folder / "incoming"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)


def _written(file: Path, before: datetime) -> bool:
    with suppress(FileNotFoundError):
        return file.stat().st_mtime < before.timestamp()
    return False


def _copied(stream: BinaryIO, file: BinaryIO, most: int) -> Stored:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise FileTooLarge(most)
        digest.update(chunk)
        file.write(chunk)
    return Stored(digest.hexdigest(), size)


def _settle(folder: Path) -> None:
    """Have the disk keep the name as well as the content."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
