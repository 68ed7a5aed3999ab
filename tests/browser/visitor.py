"""Somebody at a browser: opens, reads, fills and presses, and finds every page accessible."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from grants.forms import FieldDefinition
from grants.forms.types.file import FileField
from grants.forms.types.table import TableField

PASSWORD = "bleuet cartable ponton"
#: A folder that keeps a picture of each page of the walk, on a desk and on a telephone.
PICTURES = os.environ.get("GRANTS_PICTURES")
DESK = {"width": 1280, "height": 900}
TELEPHONE = {"width": 390, "height": 844}
#: The narrowest screen that WCAG 2.2 asks for (1.4.10, reflow).
NARROWEST = {"width": 320, "height": 640}


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds, by rule, with the elements; empty is right."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


def plain(text: str) -> str:
    """On one line, every space plain."""
    return " ".join(text.split())


class Visitor:
    """One person's browser. Axe looks at each page that opens; it needs JavaScript (`audited`)."""

    pictures = 0

    def __init__(self, context: BrowserContext, *, audited: bool = True) -> None:
        self.context = context
        self.page = context.new_page()
        self.audited = audited
        self.status = 0
        self.page.on("response", self._note_status)

    def _note_status(self, response: Any) -> None:
        if response.request.is_navigation_request():
            self.status = response.status

    # Going about

    def opens(self, address: str) -> None:
        self.page.goto(address)
        self._looks()

    def follows(self, link: str, *, within: str = "body") -> None:
        self._goes_by(self.page.locator(within).get_by_role("link", name=link).first)

    def presses(self, button: str, *, within: str = "body") -> None:
        self._goes_by(self.page.locator(within).get_by_role("button", name=button).first)

    def _goes_by(self, way: Locator) -> None:
        with self.page.expect_navigation():
            way.click()
        self._looks()

    def downloads(self, link: str) -> bytes:
        with self.page.expect_download() as started:
            self.page.get_by_role("link", name=link).first.click()
        return Path(started.value.path()).read_bytes()

    def signs_in(self, email: str) -> None:
        self.opens("/connexion")
        self.fills(email=email, password=PASSWORD)
        self.presses("Se connecter", within="main")

    # Reading

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def reads(self, part: str = "main") -> str:
        return plain(self.page.locator(part).first.inner_text())

    def reads_list(self, part: str) -> list[str]:
        return [plain(text) for text in self.page.locator(part).all_inner_texts()]

    # Writing

    def fills(self, within: str = "main", /, **inputs: str) -> None:
        """Inputs by name: texts are typed, lists chosen, boxes ticked."""
        for name, value in inputs.items():
            self._fill(name, value, within)

    def answers(self, field: FieldDefinition, value: Any) -> None:
        """One question of a call's form, whatever its type; what is blank stays as it is.

        :param value: for files, what Playwright uploads.
        """
        if isinstance(field, FileField):
            self._uploads(field, value)
            return
        if isinstance(field, TableField) and not field.rows:
            self._has_rows(field, len(value))
        for name, text in field.inputs(field.key, value).items():
            for each in text if isinstance(text, list) else [text]:
                if each:
                    self._fill(name, each)

    def _uploads(self, field: FileField, files: list[FilePayload]) -> None:
        """As a script does: a file leaves as soon as it is chosen."""
        self.page.locator(f"#{field.key}-upload").set_input_files(files)
        expect(self.page.locator(f"#{field.key}-field .files li")).to_have_count(len(files))

    def _has_rows(self, field: TableField, count: int) -> None:
        table = f"#{field.key}-field"
        rows = self.page.locator(f"{table} tbody tr")
        while rows.count() < count:
            self.presses("Ajouter une ligne", within=table)

    def _fill(self, name: str, text: str, within: str = "main") -> None:
        inputs = self.page.locator(f'{within} [name="{name}"]')
        kind = inputs.first.get_attribute("type") or ""
        if kind in ("radio", "checkbox"):
            self.page.locator(f'{within} [name="{name}"][value="{text}"]').check()
        elif inputs.first.locator("option").count():
            inputs.first.select_option(text)
        else:
            inputs.first.fill(text)

    # Judging

    def _looks(self) -> None:
        if PICTURES:
            self._takes_pictures(Path(PICTURES))
        if self.audited:
            found = violations(self.page)
            assert found == [], f"{self.path}: {found}"

    def _takes_pictures(self, folder: Path) -> None:
        Visitor.pictures += 1
        name = self.path.strip("/").replace("/", "-") or "accueil"
        for width, size in (("1280", DESK), ("390", TELEPHONE)):
            self.page.set_viewport_size(size)
            self.page.screenshot(
                path=folder / f"{Visitor.pictures:03}-{name}-{width}.png", full_page=True
            )
        self.page.set_viewport_size(DESK)
