"""`grants files`: sweep what nobody holds, tell what is missing."""

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from grants.cli import main
from grants.cli.instance import engine_of, settings_of
from grants.dossiers.operations.files import held_files
from grants.files import FileStore
from tests.operations.test_files import aged
from tests.shared import a_begun, a_pdf, a_shared_world, put


@pytest.fixture
def instance(tmp_path, monkeypatch):
    monkeypatch.setenv("GRANTS_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("GRANTS_DATABASE_URL", raising=False)
    assert CliRunner().invoke(main, ["db", "upgrade"]).exit_code == 0
    return settings_of()


@pytest.fixture
def store(instance) -> FileStore:
    """A draft holds one of its two files."""
    store = FileStore(instance.files)
    engine = engine_of(instance)
    with Session(engine) as session:
        world = a_shared_world(session)
        dossier = a_begun(world)
        session.commit()
        put(world, dossier, store, "accounts", a_pdf("perdu"))
        session.rollback()
        put(world, dossier, store)
        session.commit()
        assert len(held_files(session)) == 1
    engine.dispose()
    aged(store)
    return store


def test_sweep_tells_how_many_files_went(store):
    told = CliRunner().invoke(main, ["files", "sweep"])
    assert (told.exit_code, told.output) == (0, "1 fichier effacé.\n")

    again = CliRunner().invoke(main, ["files", "sweep"])
    assert (again.exit_code, again.output) == (0, "0 fichier effacé.\n")


def test_check_names_the_files_that_are_missing(store):
    assert CliRunner().invoke(main, ["files", "check"]).output == (
        "1 fichier présent, 0 manquant.\n"
    )
    for each in store.folder.rglob("*"):
        if each.is_file():
            each.unlink()

    told = CliRunner().invoke(main, ["files", "check"])

    assert told.exit_code == 1
    assert told.output.endswith("0 fichier présent, 1 manquant.\n")
