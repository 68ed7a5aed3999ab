"""In the tests, the network ends at this machine: whoever calls beyond it fails the test."""

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

LOCAL_NAMES = frozenset({"", "localhost", "ip6-localhost", socket.gethostname()})


class OutsideNetworkError(RuntimeError):
    def __init__(self, host: str) -> None:
        super().__init__(f"a test may not reach {host}: only this machine")


class Guard:
    """Refuses calls beyond this machine and keeps their hosts, as the caller may hide the error."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def check(self, host: object) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if isinstance(name, str) and not is_local(name):
            self.refused.append(name)
            raise OutsideNetworkError(name)


def is_local(host: str) -> bool:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host.lower() in LOCAL_NAMES
    return address.is_loopback or address.is_unspecified


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Guard]:
    """Ends at this machine. Unix sockets pass."""
    guard = Guard()

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(guard, getattr(socket.socket, name)))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, guarded_lookup(guard, getattr(socket, name)))
    yield guard
    if guard.refused:
        pytest.fail(f"this test called beyond this machine: {', '.join(guard.refused)}")


def guarded(guard: Guard, method: Any) -> Any:
    def call(self: socket.socket, *arguments: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            guard.check(arguments[-1][0])
        return method(self, *arguments)

    return call


def guarded_lookup(guard: Guard, function: Any) -> Any:
    def look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        guard.check(host)
        return function(host, *arguments, **options)

    return look_up
