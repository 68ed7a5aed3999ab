"""The page that saves as one types, in a real browser: what is typed is never lost."""

import time
from threading import Thread

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from tests.factories import SEMIS, a_draft
from tests.web.casework_room import kept, world
from tests.web.test_applicant_answers import answers, meanwhile, section

__all__ = ["world"]

COST = "#total_cost"
SAID = "#total_cost-field [data-saved]"


@pytest.fixture
def address(app):
    """The application on a port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser_of(app, chromium, sign_in, address):
    """Browsers of people who are signed in; each its own."""
    contexts = []

    def enter(user):
        context = chromium.new_context(base_url=address)
        context.set_default_timeout(8_000)
        contexts.append(context)
        give_session(context, user)
        return context

    def give_session(context, user):
        client = app.test_client()
        sign_in(client, user)
        cookie = client.get_cookie("session").value
        context.add_cookies([{"name": "session", "value": cookie, "url": address}])

    enter.again = give_session
    yield enter
    for context in contexts:
        context.close()


@pytest.fixture
def dossier(world):
    return kept(world, a_draft(world, SEMIS))


def open_section(context, dossier):
    page = context.new_page()
    page.goto(section(dossier))
    page.wait_for_load_state("networkidle")
    return page


def eventually(world, dossier, key, value):
    """The answer becomes that one, within seconds."""
    end = time.monotonic() + 8
    while (found := answers(world, dossier).get(key)) != value and time.monotonic() < end:
        time.sleep(0.1)
    assert found == value


def test_an_answer_is_saved_while_typing_and_the_budget_follows(browser_of, world, dossier):
    page = open_section(browser_of(world.editor), dossier)
    page.fill(COST, "38000")
    expect(page.locator(SAID)).to_have_text("Enregistré à 12 h 00 : 38\u202f000\u00a0€")
    expect(page.locator("[data-figure=gap] [data-figure-text]")).to_have_text("-9\u202f000\u00a0€")
    expect(page.locator("[data-findings]")).to_contain_text("Bloquant")
    expect(page.locator("[data-save-status]")).to_have_text("Tout est enregistré, à 12 h 00")
    eventually(world, dossier, "total_cost", 3_800_000)


def test_slow_answers_of_the_server_never_put_an_older_text_last(browser_of, world, dossier):
    page = open_section(browser_of(world.editor), dossier)
    under_way = []

    def slowly(route):
        under_way.append(route.request.post_data)
        time.sleep(0.5)
        route.continue_()

    page.route("**/reponses/*", slowly)
    for text in ("41 000", "42 000", "43 000"):
        page.fill(COST, text)
        page.wait_for_timeout(800)
    expect(page.locator(SAID)).to_have_text("Enregistré à 12 h 00 : 43\u202f000\u00a0€")
    eventually(world, dossier, "total_cost", 4_300_000)
    expect(page.locator("[data-conflict]")).to_have_count(0)


def test_what_cannot_be_read_is_marked_once_the_question_is_left(browser_of, world, dossier):
    page = open_section(browser_of(world.editor), dossier)
    page.fill(COST, "environ 12")
    expect(page.locator(SAID)).to_have_text("Enregistré à 12 h 00")
    expect(page.locator("#total_cost-error")).to_have_count(0)
    page.press(COST, "Tab")
    expect(page.locator("#total_cost-error")).to_contain_text("Écrivez un montant en euros")
    page.fill(COST, "12 000")
    expect(page.locator("#total_cost-error")).to_have_count(0)


def test_two_tabs_of_one_person_do_not_fight(browser_of, world, dossier):
    context = browser_of(world.editor)
    first, second = open_section(context, dossier), open_section(context, dossier)
    second.fill(COST, "50 000")
    expect(first.locator(COST)).to_have_value("50 000")
    first.fill(COST, "51 000")
    expect(second.locator(COST)).to_have_value("51 000")
    eventually(world, dossier, "total_cost", 5_100_000)
    expect(first.locator("[data-conflict]")).to_have_count(0)


@pytest.mark.parametrize(("choice", "stays"), [("mine", 7_000_000), ("theirs", 6_000_000)])
def test_two_people_s_texts_are_shown_and_one_is_chosen(browser_of, world, dossier, choice, stays):
    page = open_section(browser_of(world.editor), dossier)
    meanwhile(world, dossier, "total_cost", 6_000_000)
    page.fill(COST, "70 000")
    conflict = page.locator("[data-conflict]")
    expect(conflict).to_contain_text("Cette réponse a aussi été modifiée par Semis Signatory")
    expect(conflict).to_contain_text("70\u202f000\u00a0€")
    expect(conflict).to_contain_text("60\u202f000\u00a0€")
    page.click(f"[data-conflict] button[value='{choice}:total_cost']")
    expect(conflict).to_have_count(0)
    eventually(world, dossier, "total_cost", stays)


def test_a_lost_network_is_said_and_what_was_typed_follows_later(browser_of, world, dossier):
    context = browser_of(world.editor)
    page = open_section(context, dossier)
    context.set_offline(True)
    page.fill(COST, "80 000")
    expect(page.locator("[data-connection]")).to_contain_text("La connexion est perdue")
    expect(page.locator(SAID)).to_have_text("Pas encore enregistré")
    context.set_offline(False)
    eventually(world, dossier, "total_cost", 8_000_000)
    expect(page.locator("[data-connection]")).to_be_empty()


def test_after_a_session_ended_the_text_waits_for_the_new_one(browser_of, world, dossier):
    context = browser_of(world.editor)
    page = open_section(context, dossier)
    context.clear_cookies()
    page.fill(COST, "90 000")
    expect(page.locator("[data-connection]")).to_contain_text("Votre session a expiré")
    expect(page.locator("[data-connection] a")).to_have_attribute("href", "/connexion")
    browser_of.again(context, world.editor)
    page.click("[data-retry]")
    eventually(world, dossier, "total_cost", 9_000_000)
    expect(page.locator("[data-connection]")).to_be_empty()


def test_nothing_is_saved_under_the_name_of_whoever_signed_in_instead(browser_of, world, dossier):
    context = browser_of(world.editor)
    page = open_section(context, dossier)
    browser_of.again(context, world.signatory)
    page.fill(COST, "91 000")
    expect(page.locator("[data-connection]")).to_contain_text("Une autre personne est connectée")
    assert answers(world, dossier)["total_cost"] == SEMIS["total_cost"]


def test_a_text_that_never_left_the_browser_is_offered_back(browser_of, world, dossier):
    context = browser_of(world.editor)
    page = open_section(context, dossier)
    context.set_offline(True)
    page.fill(COST, "95 000")
    expect(page.locator(SAID)).to_have_text("Pas encore enregistré")
    page.close()
    context.set_offline(False)
    assert answers(world, dossier)["total_cost"] == SEMIS["total_cost"]
    page = open_section(context, dossier)
    page.click("[data-choice=restore]")
    expect(page.locator(COST)).to_have_value("95 000")
    eventually(world, dossier, "total_cost", 9_500_000)
    page.reload()
    page.wait_for_timeout(600)
    expect(page.locator("[data-choice]")).to_have_count(0)


def test_leaving_the_page_at_once_loses_nothing(browser_of, world, dossier):
    page = open_section(browser_of(world.editor), dossier)
    page.fill(COST, "99 000")
    page.goto("/mes-dossiers")
    eventually(world, dossier, "total_cost", 9_900_000)


def test_a_button_pressed_at_once_waits_for_what_is_on_its_way(browser_of, world, dossier):
    page = open_section(browser_of(world.editor), dossier)
    page.fill(COST, "48 000")
    page.wait_for_timeout(700)
    page.fill(COST, "48 500")
    page.click("button[name=stay]")
    page.wait_for_url("**/rubriques/finance*")
    expect(page.locator("[data-conflict]")).to_have_count(0)
    eventually(world, dossier, "total_cost", 4_850_000)


def test_enter_saves_and_goes_on_rather_than_taking_a_row_away(browser_of, world, dossier):
    page = open_section(browser_of(world.editor), dossier)
    page.press("#cofinancing-1-financer", "Enter")
    page.wait_for_url("**/rubriques/duration")
    assert answers(world, dossier)["cofinancing"] == SEMIS["cofinancing"]
