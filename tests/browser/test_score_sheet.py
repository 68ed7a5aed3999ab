"""A score sheet in the browser: the total follows what is typed, and the draft saves itself."""

import pytest
from playwright.sync_api import expect

from tests.rich import a_jury
from tests.web.rich_world import rich

__all__ = ["rich"]


@pytest.fixture
def address_of_sheet(rich):
    dossier = a_jury(rich)
    rich.session.commit()
    return f"/instruction/{dossier.reference}"


def test_the_total_follows_what_is_typed_and_the_draft_saves_itself(
    rich, browser_of, address_of_sheet
):
    page = browser_of(rich.juror).new_page()
    page.goto(address_of_sheet)
    total = page.locator(".sheet-total")

    page.fill("#originality", "4")
    expect(total).to_contain_text("8 sur 20")
    expect(total).to_contain_text("1 critère reste à noter")
    page.fill("#feasibility", "11")
    expect(total).to_contain_text("8 sur 20")
    page.fill("#feasibility", "7")
    expect(total).to_contain_text("15 sur 20")
    expect(total).not_to_contain_text("reste")
    expect(page.locator("#save-status")).to_contain_text("Enregistré le")
    page.reload()

    assert page.input_value("#feasibility") == "7"
    page.click("text=Relire et remettre la grille")
    expect(page.locator(".sheet-total")).to_contain_text("15 sur 20")
    page.click("button:has-text('Remettre ma grille')")
    expect(page.locator(".alert").first).to_contain_text("Grille remise.")
    expect(page.locator("table.scores")).to_contain_text("15")


def test_without_a_script_the_total_is_told_at_each_save(rich, browser_of, address_of_sheet):
    page = browser_of(rich.juror, java_script_enabled=False).new_page()
    page.goto(address_of_sheet)

    page.fill("#originality", "4")
    page.click("text=Enregistrer la grille")

    expect(page.locator(".sheet-total")).to_contain_text("8 sur 20")
