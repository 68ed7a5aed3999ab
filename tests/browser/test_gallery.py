"""The look of every component: sound HTML, nothing inline, accessible, at two widths."""

import re
from collections import Counter
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import gallery

TEMPLATES = gallery.GRANTS / "templates"
PAGES = sorted(page.name for page in gallery.PAGES.glob("*.html"))
WIDTHS = (1280, 390)
VOID = {"input", "br", "hr", "img", "link", "meta", "path", "circle"}
POINTERS = ("for", "list", "aria-describedby", "aria-labelledby")


class Outline(HTMLParser):
    """What opens and never closes, the ids, and what points to an id."""

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.pointed: set[str] = set()
        self.feed(text)
        self.faults += self.open

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in known:
            self.ids[known["id"]] += 1
        for name in POINTERS:
            self.pointed.update((known.get(name) or "").split())
        if tag == "a" and re.fullmatch(r"#.+", known.get("href") or ""):
            self.pointed.add(known["href"][1:])

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    built = tmp_path_factory.mktemp("gallery")
    gallery.build(built)
    return built


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format, *args):  # noqa: A002  # the parent's name
        """Keeps the tests' output clean."""


@pytest.fixture(scope="module")
def address(folder):
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


@pytest.mark.parametrize("page", PAGES)
def test_every_tag_closes_and_every_id_is_unique_and_found(folder, page):
    outline = Outline((folder / page).read_text(encoding="utf-8"))

    assert outline.faults == []
    assert [name for name, count in outline.ids.items() if count > 1] == []
    assert outline.pointed - outline.ids.keys() == set()


def test_every_macro_is_seen_in_the_gallery():
    shown = "".join(
        path.read_text(encoding="utf-8")
        for path in (*gallery.PAGES.glob("*.html"), *TEMPLATES.glob("*/*.html"))
        if path.parent in {gallery.PAGES, TEMPLATES / "components", TEMPLATES / "layouts"}
    )
    macros = re.findall(r"{% macro (\w+)\(", shown)

    assert [name for name in macros if len(re.findall(rf"\b{name}\(", shown)) < 2] == []


@pytest.mark.parametrize(
    "forbidden",
    [r"<style", r"\sstyle=", r"<script(?![^>]*\ssrc=)", r"\son[a-z]+=[\"']", r"[\"'\s]fr-[a-z]"],
)
def test_no_template_holds_anything_inline_or_borrowed(forbidden):
    pattern = re.compile(forbidden)
    guilty = [
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if pattern.search(path.read_text(encoding="utf-8"))
    ]

    assert guilty == []


def test_the_style_sheet_stays_light():
    assert (gallery.GRANTS / "static" / "grants.css").stat().st_size < 30 * 1024


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_accessible_and_no_wider_than_the_screen(chromium, address, page, width):
    with chromium.new_context(viewport={"width": width, "height": 844}) as context:
        tab = context.new_page()
        tab.goto(f"{address}/{page}")
        found = Axe().run(tab).response["violations"]

        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert tab.evaluate("document.documentElement.scrollWidth") == width


def test_the_summary_of_errors_takes_the_focus_and_leads_to_the_field(chromium, address):
    with chromium.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{address}/form.html")
        assert tab.evaluate("document.activeElement.id") == "errors"

        tab.get_by_role("link", name="Coût global").click()

        assert tab.evaluate("document.activeElement.id") == "total_cost"


def test_characters_are_counted_while_typing(chromium, address):
    with chromium.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{address}/form.html")

        tab.locator("#project_name").fill("é" * 151)

        assert tab.locator("#project_name-counter").inner_text() == "1 caractère de trop"


def test_panes_scroll_on_their_own_beside_each_other(chromium, address):
    with chromium.new_context(viewport={"width": 1280, "height": 800}) as context:
        tab = context.new_page()
        tab.goto(f"{address}/review.html")
        form = tab.locator("#pane-form")
        top = form.bounding_box()["y"]

        tab.locator("#pane-dossier").evaluate("pane => { pane.scrollTop = 400 }")

        assert tab.locator("#pane-dossier").evaluate("pane => pane.scrollTop") == 400
        assert form.bounding_box()["y"] == top
        assert tab.evaluate("document.documentElement.scrollHeight") == 800
