"""Files of a dossier: put in, taken out, counted, kept for the versions, swept once nobody's."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.database import WRITING
from grants.dossiers.errors import NotEditable
from grants.dossiers.models import Answer, Dossier, StoredFile
from grants.dossiers.operations import add_file, discard, remove_file
from grants.dossiers.operations.files import held_files, shown_name, sweep_files
from grants.dossiers.operations.locking import lock
from grants.dossiers.operations.parties import lacking_signatures
from grants.files import KINDS, FileRefused, FileStore
from grants.forms.types.file import FileRef
from tests.factories import NOW
from tests.shared import (
    a_begun,
    a_complete,
    a_deposited,
    a_joined,
    a_pdf,
    a_shared_world,
    act,
    put,
)
from tests.unit.test_files import PNG


@pytest.fixture
def world(session: Session):
    return a_shared_world(session)


@pytest.fixture
def store(tmp_path) -> FileStore:
    return FileStore(tmp_path / "files")


def answer(dossier: Dossier, key: str) -> Answer:
    return next(each for each in dossier.answers if each.field_key == key)


def aged(store: FileStore) -> None:
    """As if all the files were of two days ago."""
    at = (NOW - timedelta(days=2)).timestamp()
    for each in store.folder.rglob("*"):
        if each.is_file():
            os.utime(each, (at, at))


def test_a_file_is_an_answer_with_its_counter_and_its_owner(session, world, store):
    dossier = a_begun(world)

    added = put(world, dossier, store, name="C:\\Users\\moi\\Statuts signés.PDF")

    assert added == FileRef(added.sha256, "Statuts signés.pdf", len(a_pdf()), "pdf")
    row = answer(dossier, "statutes")
    assert (row.revision, row.updated_by, row.updated_at) == (1, world.author, NOW)
    assert row.value == [
        {"sha256": added.sha256, "name": added.name, "size": added.size, "kind": "pdf"}
    ]
    (kept,) = session.scalars(select(StoredFile))
    assert (kept.name, kept.size, kept.added_by_id) == (added.name, added.size, world.author.id)
    with store.open_checked(added.sha256) as file:
        assert file.read() == a_pdf()


def test_the_same_content_twice_is_one_file(session, world, store):
    dossier = a_begun(world)
    first = put(world, dossier, store, "accounts")

    assert put(world, dossier, store, "accounts", name="autre-nom.pdf") == first

    assert answer(dossier, "accounts").revision == 1
    assert len(session.scalars(select(StoredFile)).all()) == 1


def test_nobody_waits_while_a_file_is_received(session, session_factory, world, store):
    dossier = a_begun(world)
    session.commit()

    class Slow(BytesIO):
        def seek(self, *where: int) -> int:
            with session_factory() as other:
                other.connection(execution_options=WRITING)
                if other.get_bind().dialect.name == "postgresql":
                    other.execute(text("SET LOCAL lock_timeout = '2s'"))
                lock(other, other.get_one(Dossier, dossier.id))
            return super().seek(*where)

    added = add_file(
        session,
        dossier,
        "statutes",
        Slow(a_pdf()),
        "statuts.pdf",
        actor=world.author,
        now=NOW,
        store=store,
    )

    assert answer(dossier, "statutes").value[0]["sha256"] == added.sha256


def test_a_dossier_receives_so_much_and_no_more_even_when_files_are_taken_out(
    session, world, store
):
    dossier = a_begun(world)
    first = put(world, dossier, store, content=a_pdf("premier"), most=300)
    remove_file(session, dossier, "statutes", first.sha256, actor=world.author, now=NOW)

    with pytest.raises(FileRefused) as refused:
        put(world, dossier, store, content=a_pdf("x" * 200), most=300)

    assert refused.value.reason == (
        "Ce dossier a reçu trop de fichiers, ceux qui en ont été retirés compris : "
        "écrivez au contact de l’appel."
    )
    aged(store)
    assert sweep_files(session, store, now=NOW) == [first.sha256]
    assert put(world, dossier, store, content=a_pdf("premier"), most=300) == first


def test_a_file_too_many_is_not_even_put_into_the_folder(session, world, store):
    dossier = a_begun(world)
    kept = put(world, dossier, store)

    with pytest.raises(FileRefused, match="retirez-en un d’abord"):
        put(world, dossier, store, content=a_pdf("un autre"))

    assert put(world, dossier, store) == kept
    assert [each.name for each in store.folder.rglob("*") if each.is_file()] == [kept.sha256]


def test_a_file_taken_out_may_come_back(session, world, store):
    dossier = a_begun(world)
    added = put(world, dossier, store)
    remove_file(session, dossier, "statutes", added.sha256, actor=world.writer, now=NOW)

    assert (answer(dossier, "statutes").value, answer(dossier, "statutes").revision) == (None, 2)

    assert put(world, dossier, store) == added
    assert answer(dossier, "statutes").revision == 3


@pytest.mark.parametrize(
    ("key", "content", "reason"),
    [
        ("statutes", b"", "Ce fichier est vide."),
        ("statutes", PNG, "Ce fichier est au format image PNG ; formats acceptés : PDF."),
        ("statutes", a_pdf("x" * 1_000_000), "Ce fichier dépasse 1\N{NO-BREAK SPACE}Mo."),
    ],
    ids=["empty", "of another format", "too large"],
)
def test_a_file_is_refused_by_its_content_and_nothing_is_written(
    session, world, store, key, content, reason
):
    dossier = a_begun(world)

    with pytest.raises(FileRefused) as refused:
        put(world, dossier, store, key, content)

    assert refused.value.reason == reason
    assert session.scalars(select(StoredFile)).all() == []
    assert {each.field_key for each in dossier.answers} == {"non_profit", "begun"}


def test_one_file_more_than_the_call_takes_is_refused(world, store):
    dossier = a_begun(world)
    put(world, dossier, store, "accounts", a_pdf("2013"))
    put(world, dossier, store, "accounts", a_pdf("2014"))

    with pytest.raises(FileRefused) as refused:
        put(world, dossier, store, "accounts", a_pdf("2015"))

    assert refused.value.reason == "2 fichiers au plus : retirez-en un d’abord."


def test_each_organisation_hands_in_its_own_files(session, world, store):
    dossier = a_joined(world)
    put(world, dossier, store, "protocol", actor=world.assistant)

    with pytest.raises(NotEditable):
        put(world, dossier, store, "statutes", actor=world.assistant)
    with pytest.raises(NotEditable):
        put(world, dossier, store, "protocol", actor=world.author)
    with pytest.raises(NotEditable):
        put(world, dossier, store, "name", actor=world.author)
    with pytest.raises(NotEditable):
        remove_file(session, dossier, "protocol", "0" * 64, actor=world.author, now=NOW)


def test_no_file_moves_once_the_dossier_is_deposited(session, world, store):
    dossier = a_deposited(world, store)
    sha256 = answer(dossier, "statutes").value[0]["sha256"]

    with pytest.raises(NotEditable):
        remove_file(session, dossier, "statutes", sha256, actor=world.author, now=NOW)
    with pytest.raises(NotEditable):
        put(world, dossier, store, "accounts")


def test_two_colleagues_who_add_a_file_at_once_both_see_theirs_kept(
    session, session_factory, world, store
):
    dossier = a_begun(world)
    session.commit()
    number, author = dossier.id, world.author.id

    def add(text: str) -> None:
        with session_factory() as other:
            other.connection(execution_options=WRITING)
            mine = a_world_of(world, other, author)
            put(mine, other.get_one(Dossier, number), store, "accounts", a_pdf(text))
            other.commit()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(add, ["2013", "2014"]))

    session.rollback()
    assert len(answer(dossier, "accounts").value) == 2
    assert answer(dossier, "accounts").revision == 2


def a_world_of(world, session, author):
    """The same world as another session reads it: its author alone."""
    return replace(world, session=session, author=session.get_one(User, author))


def test_the_sweep_leaves_what_a_draft_or_a_version_holds(session, world, store):
    deposited = a_deposited(world, store)
    draft = a_begun(world)
    put(world, draft, store, "accounts", a_pdf("comptes"))
    held = held_files(session)
    loose = put(world, draft, store, "statutes", a_pdf("brouillon"))
    remove_file(session, draft, "statutes", loose.sha256, actor=world.author, now=NOW)
    # The version alone holds it from now on.
    answer(deposited, "statutes").value = None
    session.commit()
    aged(store)

    assert sweep_files(session, store, now=NOW) == [loose.sha256]

    assert held_files(session) == held
    assert store.missing(held) == []
    assert store.missing([loose.sha256]) == [loose.sha256]


def test_the_sweep_leaves_what_is_being_written(world, store):
    dossier = a_begun(world)
    world.session.commit()
    put(world, dossier, store)
    world.session.rollback()
    (store.folder / "incoming" / "half").write_bytes(b"%PDF")

    assert sweep_files(world.session, store, now=NOW - timedelta(days=3650)) == []
    assert (store.folder / "incoming" / "half").exists()

    aged(store)
    assert len(sweep_files(world.session, store, now=NOW)) == 1
    assert [each for each in store.folder.rglob("*") if each.is_file()] == []


def test_a_deleted_draft_leaves_its_files_to_the_sweep(session, world, store):
    dossier = a_begun(world)
    added = put(world, dossier, store)
    discard(session, dossier, actor=world.author, now=NOW)
    aged(store)

    assert sweep_files(session, store, now=NOW) == [added.sha256]


def test_a_signature_is_undone_by_another_file(session, world, store):
    dossier = a_complete(world, store)
    act(world, dossier, "sign", world.scientist)
    assert lacking_signatures(dossier, dossier.definition, None) == []

    put(world, dossier, store, "accounts", a_pdf("comptes"))

    assert lacking_signatures(dossier, dossier.definition, None) == [
        "Évaluateur : une réponse a changé depuis sa signature, à refaire."
    ]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Statuts.PDF", "Statuts.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\a.exe", "a.pdf"),
        ("", "fichier.pdf"),
        ("...", "fichier.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ("bilan\0\n2014.pdf", "bilan2014.pdf"),
        ("é" * 300 + ".pdf", "é" * 120 + ".pdf"),
    ],
)
def test_a_name_is_only_shown(given, shown):
    assert shown_name(given, KINDS["pdf"]) == shown
