"""The pages of `docs` speak of screens, commands and settings that exist."""

import re
from pathlib import Path

import click
import pytest

import grants
from grants.cli import main

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
#: What screens say: their templates and scripts, the words that Python gives them, the call.
SCREENS = ("templates/**/*.html", "static/js/**/*.js", "web/**/*.py", "accounts/**/*.py")
LABELS_FROM_CALLS = "calls/library/*.yaml"


def words(text: str) -> str:
    """On one line, with plain blanks."""
    return " ".join(text.split())


def said_on_screens() -> str:
    package = Path(grants.__file__).parent
    return words(
        "\n".join(
            path.read_text()
            for pattern in (*SCREENS, LABELS_FROM_CALLS)
            for path in sorted(package.glob(pattern))
        )
    )


def commands(group: click.Group = main, before: str = "grants") -> list[str]:
    found = []
    for name, command in group.commands.items():
        full = f"{before} {name}"
        found += commands(command, full) if isinstance(command, click.Group) else [full]
    return found


@pytest.mark.parametrize("page", ["deposer.md", "instruire.md", "gerer.md"])
def test_each_label_in_bold_is_on_a_screen(page):
    bold = re.findall(r"\*\*(.+?)\*\*", words((ROOT / "docs" / page).read_text()))
    screens = said_on_screens()

    assert len(bold) > 20
    assert [label for label in bold if label != "gras" and label not in screens] == []


def test_operators_are_told_every_setting_and_no_other():
    settings = set(re.findall(r"GRANTS_[A-Z_]+", (ROOT / "grants" / "config.py").read_text()))
    # Named by their files: see SECRETS.
    settings |= {"GRANTS_SECRET_KEY", "GRANTS_PASSWORD_SALT", "GRANTS_TOTP_SECRET"}
    told = set(re.findall(r"GRANTS_[A-Z_]+", (ROOT / "docs" / "exploiter.md").read_text()))

    assert told == {each for each in settings if not each.endswith("_")}


def test_operators_are_told_every_command():
    page = (ROOT / "docs" / "exploiter.md").read_text()

    assert [command for command in commands() if command not in page] == []


def test_the_readme_names_every_command():
    [told] = re.findall(
        r"lists all commands.*?(?=\. `GRANTS)", words((ROOT / "README.md").read_text())
    )
    listed = {
        " ".join(["grants", *group.split(), name])
        for group, names in re.findall(r"`((?:[a-z]+ )?)([a-z|-]+)`", told)
        for name in names.split("|")
    }

    assert listed == set(commands())


def test_no_page_leads_to_a_file_that_is_not_there():
    lost = [
        f"{page.name}: {target}"
        for page in [*PAGES, ROOT / "README.md"]
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text())
        if not (page.parent / target).is_file()
    ]

    assert lost == []


def test_the_readme_leads_to_every_page():
    readme = (ROOT / "README.md").read_text()

    assert [page.name for page in PAGES if f"(docs/{page.name})" not in readme] == []
