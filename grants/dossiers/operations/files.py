"""Put files into a dossier, and take them out again."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, BinaryIO, Final, NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.config import MAX_DOSSIER_BYTES
from grants.dossiers.errors import NotEditable
from grants.dossiers.models import Answer, Dossier, DossierVersion, IssuedFile, StoredFile
from grants.dossiers.operations.answers import check_writer, current_answers, write_answer
from grants.dossiers.operations.locking import lock
from grants.files import FileRefused, FileStore, FileTooLarge, Kind, recognise
from grants.forms.types.file import FileField, FileRef
from grants.wording import joined, plural

LONGEST_NAME: Final = 120
FULL: Final = (
    "Ce dossier a reçu trop de fichiers, ceux qui en ont été retirés compris : "
    "écrivez au contact de l’appel."
)
#: A file that nothing holds is left that long: its upload may not be over.
SWEPT_AFTER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Room:
    """What there is room for in a dossier, under one question."""

    #: The files of the answer.
    held: tuple[FileRef, ...]
    #: Bytes that the dossier may still receive.
    left: int


def add_file(
    session: Session,
    dossier: Dossier,
    key: str,
    stream: BinaryIO,
    name: str,
    *,
    actor: User,
    now: datetime,
    store: FileStore,
    most: int = MAX_DOSSIER_BYTES,
) -> FileRef:
    """Add a file to the answer `key`: `receive_file`, then `keep_file`.

    :raises NotEditable: when the dossier's state does not let `actor` write that answer.
    :raises FileRefused: by its content or its size, or beyond what the dossier may hold.
    """
    field = _field_of(session, dossier, key, actor, now)
    room = room_in(dossier, key, most=most)
    file = receive_file(field, room, stream, name, store=store)
    return keep_file(session, dossier, key, file, actor=actor, now=now, most=most)


def room_in(dossier: Dossier, key: str, *, most: int = MAX_DOSSIER_BYTES) -> Room:
    """:param most: bytes that a dossier may receive in all, what was taken out again included."""
    return Room(_files(dossier, key), most - _received(dossier))


def receive_file(
    field: FileField, room: Room, stream: BinaryIO, name: str, *, store: FileStore
) -> FileRef:
    """Recognise a content and put it into the folder. This takes as long as the file is large: it
    asks nothing of the database, so that nobody waits for it. `keep_file` makes it an answer.

    :param stream: may be read from its beginning again and again.
    :param name: as its owner calls it; only shown.
    :raises FileRefused: by its content or its size, or when there is no room; nothing is put then.
    """
    kind = _accepted(recognise(stream), field)
    stream.seek(0)
    if len(room.held) >= field.max_files:
        return _same(room.held, _sha256_of(stream)) or _no_more(field)
    try:
        stored = store.put(stream, most=min(field.most_bytes, room.left))
    except FileTooLarge:
        if room.left < field.most_bytes:
            raise FileRefused(FULL) from None
        raise
    return FileRef(stored.sha256, shown_name(name, kind), stored.size, kind.key)


def keep_file(
    session: Session,
    dossier: Dossier,
    key: str,
    file: FileRef,
    *,
    actor: User,
    now: datetime,
    most: int = MAX_DOSSIER_BYTES,
) -> FileRef:
    """Add a file that was received to the answer `key`. The same content twice is one file.

    :raises NotEditable: when the dossier's state does not let `actor` write that answer.
    :raises FileRefused: beyond the number of files, or what the dossier may receive.
    """
    dossier = lock(session, dossier)
    field = _field_of(session, dossier, key, actor, now)
    present = _files(dossier, key)
    if (same := _same(present, file.sha256)) is not None:
        return same
    if len(present) >= field.max_files:
        _no_more(field)
    if _received(dossier, file) > most:
        raise FileRefused(FULL)
    _record(session, dossier, key, file, actor=actor, now=now)
    write_answer(session, dossier, key, (*present, file), actor=actor, now=now)
    return file


def remove_file(
    session: Session, dossier: Dossier, key: str, sha256: str, *, actor: User, now: datetime
) -> None:
    """Take a file out of the answer `key`; one that is not there is out already. Its content stays
    as long as a version holds it.

    :raises NotEditable: when the dossier's state does not let `actor` write that answer.
    """
    dossier = lock(session, dossier)
    _field_of(session, dossier, key, actor, now)
    present = _files(dossier, key)
    left = tuple(each for each in present if each.sha256 != sha256)
    if left != present:
        write_answer(session, dossier, key, left or None, actor=actor, now=now)


def sweep_files(session: Session, store: FileStore, *, now: datetime) -> list[str]:
    """Remove from the folder what nothing holds (`held_files`); the digests removed."""
    return store.sweep(held_files(session), before=now - SWEPT_AFTER)


def held_files(session: Session) -> set[str]:
    """The digests of all files that an answer or a version holds, and of the issued documents."""
    held = set(session.scalars(select(IssuedFile.sha256)))
    for column in (Answer.value, DossierVersion.answers):
        for stored in session.scalars(select(column).execution_options(yield_per=100)):
            held.update(_digests(stored))
    return held


def shown_name(name: str, kind: Kind) -> str:
    """What remains of a name: no folder, no sign that does not show, the content's extension."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    shown = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    stem = shown.rpartition(".")[0] or shown
    return (stem.strip(" .")[:LONGEST_NAME].strip() or "fichier") + kind.extension


def _field_of(
    session: Session, dossier: Dossier, key: str, actor: User, now: datetime
) -> FileField:
    """:raises NotEditable: when it is no question for files, or not one that `actor` answers."""
    call = dossier.definition
    field = call.form.fields.get(key)
    if not isinstance(field, FileField):
        raise NotEditable
    check_writer(session, dossier, call, [key], actor=actor, now=now)
    return field


def _received(dossier: Dossier, *more: FileRef) -> int:
    """Bytes of all that was ever put into the dossier, each content once."""
    sizes = {each.sha256: each.size for each in dossier.files}
    return sum((sizes | {each.sha256: each.size for each in more}).values())


def _sha256_of(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def _same(files: Iterable[FileRef], sha256: str) -> FileRef | None:
    return next((each for each in files if each.sha256 == sha256), None)


def _no_more(field: FileField) -> NoReturn:
    most = plural(field.max_files, "fichier", "fichiers")
    raise FileRefused(f"{most} au plus : retirez-en un d’abord.")


def _files(dossier: Dossier, key: str) -> tuple[FileRef, ...]:
    value = current_answers(dossier, dossier.definition).get(key)
    return value if isinstance(value, tuple) else ()


def _accepted(kind: Kind, field: FileField) -> Kind:
    if kind not in field.kinds:
        wanted = joined([each.label for each in field.kinds])
        raise FileRefused(f"Ce fichier est au format {kind.label} ; formats acceptés : {wanted}.")
    return kind


def _record(
    session: Session, dossier: Dossier, key: str, file: FileRef, *, actor: User, now: datetime
) -> None:
    """Who put it there, once; it may have been taken out in between."""
    known = any(each.field_key == key and each.sha256 == file.sha256 for each in dossier.files)
    if known:
        return
    session.add(
        StoredFile(
            dossier=dossier,
            field_key=key,
            sha256=file.sha256,
            name=file.name,
            size=file.size,
            kind=file.kind,
            added_at=now,
            added_by=actor,
        )
    )


def _digests(stored: Any) -> Iterator[str]:
    """Whatever names a content in stored answers, however deep."""
    if isinstance(stored, dict):
        sha256 = stored.get("sha256")
        if isinstance(sha256, str):
            yield sha256
        stored = list(stored.values())
    if isinstance(stored, list):
        for each in stored:
            yield from _digests(each)
