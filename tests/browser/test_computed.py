"""What a page works out while one types: calculations, beside files that stay."""

import pytest
from playwright.sync_api import expect

from grants.calls.operations import import_call
from grants.forms import FileRef
from tests.browser.test_nothing_is_lost import open_section
from tests.browser.visitor import violations
from tests.definitions.extended import EXTENDED
from tests.factories import NOW, SEMIS, a_draft
from tests.web.test_applicant_answers import answers
from tests.web.world import kept

STATUTES = (FileRef("a" * 64, "SEMIS STATUTS.pdf", 340_000, "pdf"),)


@pytest.fixture
def dossier(world):
    import_call(world.session, EXTENDED, actor=world.call_manager, now=NOW)
    return kept(world, a_draft(world, SEMIS | {"statutes": STATUTES}))


def test_calculations_follow_what_is_typed(browser_of, world, dossier):
    page = open_section(browser_of(world.editor), dossier)
    first = page.locator("[data-figure='years-0-cost'] [data-figure-text]")
    second = page.locator("[data-figure='years-1-cost'] [data-figure-text]")
    expect(first).to_have_text("à venir")

    page.fill("[name='years-1-dwellings']", "20")
    page.fill("[name='years-1-price']", "1 175 €")

    expect(second).to_have_text("23\u202f500\u00a0€")
    expect(first).to_have_text("à venir")
    expect(page.locator("output#years_cost")).to_have_text("23\u202f500\u00a0€")
    expect(page.locator("output#years_share")).to_have_text("50\u00a0%")
    assert violations(page) == []


def test_saving_without_a_script_shows_the_same_and_keeps_the_files(browser_of, world, dossier):
    page = open_section(browser_of(world.editor, java_script_enabled=False), dossier)
    page.fill("[name='years-0-dwellings']", "10")
    page.fill("[name='years-0-price']", "2 350")
    page.get_by_role("button", name="Enregistrer", exact=True).click()

    expect(page.locator("output#years_share")).to_have_text("50\u00a0%")
    expect(page.get_by_role("link", name="SEMIS STATUTS.pdf")).to_be_visible()
    assert answers(world, dossier)["statutes"] == STATUTES
