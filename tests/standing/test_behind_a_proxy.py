"""`grants serve` behind a proxy: whom the limits on signing in count."""

import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from grants.web.rates import SIGNING_IN
from tests.standing.test_cli import runner

COMMAND = "from grants.cli import main; main()"
PER_MINUTE = int(SIGNING_IN.limit.split()[0])


@pytest.fixture
def serve(tmp_path, free_port):
    """Start `grants serve` with so many proxies; gives its address."""
    started = []

    def start(proxies):
        assert runner(tmp_path)("db", "upgrade").code == 0
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", COMMAND, "serve", "--port", str(free_port)],
                env={
                    **{key: each for key, each in os.environ.items() if "GRANTS" not in key},
                    "GRANTS_INSTANCE": str(tmp_path),
                    "GRANTS_PROXIES": str(proxies),
                },
                stdout=subprocess.DEVNULL,
            )
        )
        return f"http://127.0.0.1:{free_port}/connexion"

    yield start
    for process in started:
        process.terminate()
        process.wait()


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def page(opener, address):
    """The page, once the server is up."""
    for _ in range(100):
        try:
            return opener.open(address).read().decode()
        except urllib.error.URLError:
            time.sleep(0.2)
    raise TimeoutError(address)


def answers_to_attempts(address):
    """The statuses of more attempts than two minutes allow, each said to come from elsewhere."""
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(opener, address))[1]
    body = urllib.parse.urlencode({"csrf_token": token, "email": "", "password": ""}).encode()
    statuses = []
    for number in range(2 * PER_MINUTE + 1):
        sent = urllib.request.Request(  # noqa: S310  # our own server
            address, body, {"X-Forwarded-For": f"192.0.2.{number}"}
        )
        try:
            statuses.append(opener.open(sent).status)
        except urllib.error.HTTPError as refused:
            statuses.append(refused.code)
    return statuses


def test_visitors_behind_a_named_proxy_are_counted_apart(serve):
    assert 429 not in answers_to_attempts(serve(proxies=1))


def test_a_visitor_cannot_choose_an_address_when_no_proxy_is_named(serve):
    assert 429 in answers_to_attempts(serve(proxies=0))
