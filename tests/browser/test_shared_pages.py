"""Criteria, files and two organisations: axe finds nothing, nothing is wider than the screen, and a
file leaves by itself as soon as it is chosen."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import DESK, NARROWEST, PICTURES, TELEPHONE, Visitor, violations
from tests.shared import a_begun, a_complete, a_deposited, a_pdf, put
from tests.unit.test_files import PNG
from tests.web.shared_world import store, world
from tests.web.world import fresh, kept

__all__ = ["store", "world"]


def looked_at(page, addresses) -> list[str]:
    """What is wrong with these pages: rules of axe, or too wide."""
    found = []
    for address in addresses:
        page.set_viewport_size(DESK)
        page.goto(address)
        found += [f"{address}: {each}" for each in violations(page)]
        if PICTURES:
            for size in (DESK, TELEPHONE):
                page.set_viewport_size(size)
                name = f"shared{address.replace('/', '-')}-{size['width']}.png"
                page.screenshot(path=f"{PICTURES}/{name}", full_page=True)
        page.set_viewport_size(NARROWEST)
        width = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{address}: {width} px wide"] if width > NARROWEST["width"] else []
    return found


def test_the_pages_of_criteria_files_and_organisations_are_accessible(
    world, store, browser_of, a_browser
):
    begun = a_begun(world)
    complete = a_complete(world, store)
    put(world, complete, store, "accounts", a_pdf("2013"), name="Comptes de l’année 2013.pdf")
    deposited = a_deposited(world, store)
    kept(world, deposited)
    draft, full, sent = (f"/dossiers/{each.reference}" for each in (begun, complete, deposited))

    visitor = a_browser().new_page()
    found = looked_at(visitor, ["/appels/recherches/preparer", "/appels/recherches/criteres"])
    visitor.get_by_label("Non", exact=True).check()
    visitor.get_by_role("button", name="Vérifier mes réponses").click()
    expect(visitor.locator("#errors")).to_be_visible()
    found += violations(visitor)
    if PICTURES:
        visitor.screenshot(path=f"{PICTURES}/shared-refused.png", full_page=True)
    author = browser_of(world.author).new_page()
    found += looked_at(
        author,
        [
            "/appels/recherches/criteres",
            draft,
            full,
            f"{full}/rubriques/project",
            f"{full}/rubriques/method",
            f"{full}/verifier",
            f"{draft}/organismes/evaluator",
            f"{full}/organismes/evaluator",
            f"{sent}/accuse-de-reception",
        ],
    )
    scientist = browser_of(world.scientist).new_page()
    found += looked_at(scientist, [full, f"{full}/verifier"])
    reader = browser_of(world.reader).new_page()
    found += looked_at(reader, [f"/instruction/{deposited.reference}"])
    assert found == []


@pytest.fixture
def section(world, browser_of):
    dossier = kept(world, a_begun(world))
    visitor = Visitor(browser_of(world.author))
    visitor.opens(f"/dossiers/{dossier.reference}/rubriques/project")
    return dossier, visitor.page


def pieces(world, dossier, key: str) -> list[str]:
    rows = [each for each in fresh(world, dossier).answers if each.field_key == key]
    return [each["name"] for row in rows for each in row.value or ()]


def a_file(name: str, content: bytes, kind: str = "application/pdf") -> dict:
    return {"name": name, "mimeType": kind, "buffer": content}


def test_a_file_leaves_as_soon_as_it_is_chosen(world, section):
    dossier, page = section
    expect(page.get_by_role("button", name="Déposer")).to_have_count(0)

    page.locator("#statutes-upload").set_input_files(a_file("Statuts.pdf", a_pdf()))

    expect(page.locator("#statutes-field .files a")).to_have_text("Statuts.pdf")
    expect(page.locator("#save-status")).to_have_text(re.compile("Enregistré"))
    assert pieces(world, dossier, "statutes") == ["Statuts.pdf"]
    assert violations(page) == []


def test_several_files_leave_one_after_the_other_and_a_refused_one_says_why(world, section):
    dossier, page = section

    page.locator("#accounts-upload").set_input_files(
        [
            a_file("a.pdf", a_pdf("a")),
            a_file("programme.pdf", b"MZ" + bytes(200)),
            a_file("b.png", PNG, "image/png"),
        ]
    )

    expect(page.locator("#accounts-field .files a")).to_have_text(["a.pdf", "b.png"])
    expect(page.locator("#accounts-field .error")).to_contain_text("programme.pdf")
    assert pieces(world, dossier, "accounts") == ["a.pdf", "b.png"]


def test_what_is_typed_while_a_file_leaves_is_saved(world, section):
    dossier, page = section
    page.locator("#name").fill("Nom écrit")

    page.locator("#statutes-upload").set_input_files(a_file("Statuts.pdf", a_pdf()))

    expect(page.locator("#statutes-field .files a")).to_have_text("Statuts.pdf")
    page.get_by_role("button", name="Retirer Statuts.pdf").click()
    expect(page.locator("#statutes-field .files a")).to_have_count(0)
    assert pieces(world, dossier, "statutes") == []
    assert fresh(world, dossier).title == "Nom écrit"


def test_a_connection_that_is_lost_says_so_and_the_file_may_be_chosen_again(world, section):
    dossier, page = section
    page.context.set_offline(True)
    page.locator("#statutes-upload").set_input_files(a_file("Statuts.pdf", a_pdf()))
    expect(page.locator(".uploading")).to_contain_text("la connexion est perdue")

    page.context.set_offline(False)
    page.locator("#statutes-upload").set_input_files(a_file("Statuts.pdf", a_pdf("bis")))

    expect(page.locator("#statutes-field .files a")).to_have_text("Statuts.pdf")
    assert pieces(world, dossier, "statutes") == ["Statuts.pdf"]


def test_files_leave_with_the_form_without_javascript(world, browser_of):
    dossier = kept(world, a_begun(world))
    page = browser_of(world.author, java_script_enabled=False).new_page()
    page.goto(f"/dossiers/{dossier.reference}/rubriques/project")
    page.locator("#name").fill("Nom écrit")
    page.locator("#statutes-upload").set_input_files(a_file("Statuts.pdf", a_pdf()))

    page.get_by_role("button", name="Déposer Statuts").click()

    expect(page.locator("#statutes-field .files a")).to_have_text("Statuts.pdf")
    assert pieces(world, dossier, "statutes") == ["Statuts.pdf"]
    assert fresh(world, dossier).title == "Nom écrit"
