"""By keyboard alone, and on paper."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import DESK, Visitor
from tests.factories import IN_STATE, SEMIS, a_draft
from tests.web.test_applicant_answers import answers
from tests.web.world import kept


@pytest.fixture
def draft(world):
    return kept(world, a_draft(world, SEMIS))


def focused(page) -> str:
    """The name that a screen reader tells of what has the focus."""
    return page.evaluate(
        "(document.activeElement.labels?.[0] ?? document.activeElement)"
        ".innerText.replace(/\\s+/g, ' ').trim()"
    )


def tabs_to(page, name: str, most: int = 80) -> None:
    """Press Tab until what is named so has the focus, and shows that it has."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page).startswith(name):
            shown = page.evaluate(
                "(() => { const style = getComputedStyle(document.activeElement);"
                " return style.outlineStyle !== 'none' || style.boxShadow !== 'none' })()"
            )
            assert shown, f"{name}: the focus is not seen"
            return
    raise AssertionError(f"no way to {name} by Tab")


def opened(browser_of, user, address):
    visitor = Visitor(browser_of(user, viewport=DESK), audited=False)
    visitor.opens(address)
    return visitor.page


def test_the_first_tab_leads_past_the_menu(browser_of, world, draft):
    page = opened(browser_of, world.editor, f"/dossiers/{draft.reference}")
    page.keyboard.press("Tab")
    assert focused(page) == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_from_the_hub_a_section_is_filled_and_saved_without_a_mouse(browser_of, world, draft):
    page = opened(browser_of, world.editor, f"/dossiers/{draft.reference}")
    tabs_to(page, "Inscription de la démarche dans la durée")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rubriques/duration")
    page.wait_for_load_state("networkidle")
    tabs_to(page, "Les engagements pris")
    page.keyboard.press("Control+A")
    page.keyboard.type("30 mois")
    tabs_to(page, "Non renseigné")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "Oui"
    tabs_to(page, "Enregistrer et vérifier")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verifier")
    found = answers(world, draft)
    assert (found["commitment"].number, found["started"]) == (30, True)


def test_a_row_is_added_by_keyboard_and_the_focus_stays_at_the_table(browser_of, world, draft):
    page = opened(browser_of, world.editor, f"/dossiers/{draft.reference}/rubriques/finance")
    tabs_to(page, "Ajouter une ligne")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#cofinancing-field tbody tr")).to_have_count(4)
    expect(page.locator("#cofinancing")).to_be_focused()


def test_an_act_is_done_by_keyboard_and_its_errors_take_the_focus(browser_of, world):
    dossier = kept(world, IN_STATE["submitted"](world))
    address = f"/dossiers/{dossier.reference}/actes/request_completion"
    page = opened(browser_of, world.ddcs17_officer, address)
    tabs_to(page, "Demander un complément")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#pieces")).to_be_focused()
    page.keyboard.type("La convention")
    tabs_to(page, "À compléter au plus tard le")
    page.keyboard.type("30/11/2026")
    tabs_to(page, "Demander un complément")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/instruction/{dossier.reference}*")


def test_what_is_printed_is_the_content_alone(browser_of, world):
    dossier = kept(world, IN_STATE["notified"](world))
    for user, address in (
        (world.signatory, f"/dossiers/{dossier.reference}/accuse-de-reception"),
        (world.signatory, f"/dossiers/{dossier.reference}/decision"),
        (world.dreal_head, f"/instruction/{dossier.reference}"),
    ):
        page = opened(browser_of, user, address)
        page.emulate_media(media="print")
        expect(page.locator("h1")).to_be_visible()
        for part in (".nav", ".menu", ".footer"):
            assert not any(each.is_visible() for each in page.locator(part).all()), part
