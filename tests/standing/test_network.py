"""The guard that keeps the tests on this machine does keep them."""

import socket

import pytest

from tests.network import OutsideNetworkError


@pytest.fixture
def forgiven(network):
    """The refusals are what these tests look for: they must not fail at their end."""
    yield network
    network.refused.clear()


def test_a_call_to_another_machine_is_refused_and_remembered(forgiven):
    with socket.socket() as caller, pytest.raises(OutsideNetworkError, match=r"192\.0\.2\.1"):
        caller.connect(("192.0.2.1", 80))

    assert forgiven.refused == ["192.0.2.1"]


def test_a_datagram_to_another_machine_is_refused(forgiven):
    with socket.socket(type=socket.SOCK_DGRAM) as caller, pytest.raises(OutsideNetworkError):
        caller.sendto(b"?", ("192.0.2.1", 53))


def test_a_name_outside_is_not_even_looked_up(forgiven):
    with pytest.raises(OutsideNetworkError, match=r"example\.fr"):
        socket.create_connection(("example.fr", 80))


def test_this_machine_can_be_called():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as caller:
        caller.connect(("localhost", server.getsockname()[1]))
        answering, _ = server.accept()
        with answering:
            answering.sendall(b"ici")

        assert caller.recv(3) == b"ici"
