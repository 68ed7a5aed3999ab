import gc

from hypothesis import settings

from tests.chromium import chromium, pytest_collection_modifyitems, pytest_terminal_summary
from tests.databases import (
    database_url,
    databases,
    empty_database_url,
    engine,
    postgres_server,
    pytest_generate_tests,
    session,
    session_factory,
    sqlite_files,
)
from tests.network import network
from tests.passwords import light_passwords
from tests.routes import routes_compiled_once
from tests.statements import statements_compiled_once
from tests.templates import templates_compiled_once

__all__ = [
    "chromium",
    "database_url",
    "databases",
    "empty_database_url",
    "engine",
    "light_passwords",
    "network",
    "postgres_server",
    "pytest_collection_modifyitems",
    "pytest_generate_tests",
    "pytest_terminal_summary",
    "routes_compiled_once",
    "session",
    "session_factory",
    "sqlite_files",
    "statements_compiled_once",
    "templates_compiled_once",
]

# A slow machine is no fault of the code: what is timed is timed by the benchmark.
settings.register_profile("grants", deadline=None)
settings.load_profile("grants")


def pytest_collection_finish() -> None:
    """What is loaded by now stays for the whole run: nothing of it is garbage."""
    gc.freeze()
