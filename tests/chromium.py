"""The browser of the tests: Debian's Chromium, driven by Playwright.

The one built without windows comes first: the same engine takes half the processor time.
"""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
#: What Playwright turns off, for the last list wins; then what draws pages of its own in each new
#: window, for an address bar that no test has: four fifths of a window's processor time.
FEATURES = (
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
ARGUMENTS = (
    "--no-sandbox",  # root has no sandbox
    "--disable-gpu",
    f"--disable-features={','.join(FEATURES)}",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--proxy-server=http://127.0.0.1:9",  # nobody listens: only this machine is reached, directly
)
ABSENT = "aucun navigateur Chromium sur cette machine"
REQUIRED = "GRANTS_REQUIRE_BROWSER"


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """One browser for the whole run; take a `new_context()` per test.

    Without a browser what asks for it is skipped, aloud; with GRANTS_REQUIRE_BROWSER=1 it fails.
    """
    path = find()
    if path is None:
        absent = pytest.fail if required() else pytest.skip
        absent(ABSENT)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


def find() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def required() -> bool:
    return os.environ.get(REQUIRED) == "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The walks over the whole first: processes that share the files out then end together."""
    items.sort(key=lambda item: "standing" not in item.path.parts)
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", ())
        if ABSENT in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("NON TESTÉ", sep="!", red=True, bold=True)
        terminalreporter.line(f"{ABSENT} : {len(skipped)} tests d’écran n’ont pas tourné.")
        for report in skipped:
            terminalreporter.line(f"  - {report.nodeid}")
