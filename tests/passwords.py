"""Passwords are kept at a light cost: the real one is paid by the test that asks for it."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from grants.accounts import passwords

LIGHT = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(scope="session", autouse=True)
def light_passwords() -> Iterator[PasswordHasher]:
    """The hasher in whose place the light one stands."""
    real = passwords.hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", LIGHT)
        yield real
