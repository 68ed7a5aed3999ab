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

__all__ = [
    "chromium",
    "database_url",
    "databases",
    "empty_database_url",
    "engine",
    "network",
    "postgres_server",
    "pytest_collection_modifyitems",
    "pytest_generate_tests",
    "pytest_terminal_summary",
    "session",
    "session_factory",
    "sqlite_files",
]

# A slow machine is no fault of the code: what is timed is timed by the benchmark.
settings.register_profile("grants", deadline=None)
settings.load_profile("grants")
