"""The browser shows this machine's pages, and reaches no other machine."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, Error


class Greeting(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<p>Bonjour</p>")

    def log_message(self, format, *args):  # noqa: A002  # the parent's name
        """Keeps the tests' output clean."""


@pytest.fixture
def address():
    with HTTPServer(("127.0.0.1", 0), Greeting) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        serving.join()


def test_a_page_of_this_machine_is_shown(chromium: Browser, address):
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(address)

        assert page.locator("p").inner_text() == "Bonjour"


@pytest.mark.parametrize("outside", ["http://example.fr/", "http://192.0.2.1/"])
def test_another_machine_is_out_of_reach(chromium: Browser, outside):
    with (
        chromium.new_context() as context,
        pytest.raises(Error, match="ERR_PROXY_CONNECTION_FAILED"),
    ):
        context.new_page().goto(outside, timeout=5_000)
