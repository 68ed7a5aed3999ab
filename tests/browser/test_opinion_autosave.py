"""An opinion being written is never lost: saved while typing, kept, both texts shown."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import violations
from tests.factories import a_submitted, opine
from tests.web.world import fresh, kept

TEXT = "#opinion"
STATUS = "[data-save-status]"
SAVED_BY_OFFICER = "Enregistré le 16 novembre 2026 à 12 h 00 par Ddcs17 Officer"


@pytest.fixture
def dossier(world):
    return kept(world, a_submitted(world))


def open_review(context, dossier):
    page = context.new_page()
    page.goto(f"/instruction/{dossier.reference}")
    page.wait_for_load_state("networkidle")
    return page


def drafts(world, dossier):
    return [(each.answers, each.revision) for each in fresh(world, dossier).opinions]


def eventually(world, dossier, expected):
    """The draft becomes that one, within seconds."""
    end = time.monotonic() + 8
    while (found := drafts(world, dossier)) != expected and time.monotonic() < end:
        time.sleep(0.1)
    assert found == expected


def colleague_writes(world, dossier, text):
    opine(world, fresh(world, dossier), "department", {"opinion": text}, world.ddcs17_head)
    world.session.commit()


def test_an_opinion_is_saved_while_typing_and_an_untouched_one_is_not(browser_of, world, dossier):
    page = open_review(browser_of(world.ddcs17_officer), dossier)
    expect(page.locator(STATUS)).to_be_empty()
    page.fill(TEXT, "x")
    page.fill(TEXT, "")
    page.wait_for_timeout(2000)
    assert drafts(world, dossier) == []

    page.fill(TEXT, "Utile au territoire.")
    expect(page.locator(STATUS)).to_have_text("Pas encore enregistré")
    expect(page.locator(STATUS)).to_have_text(SAVED_BY_OFFICER)
    assert drafts(world, dossier) == [({"opinion": "Utile au territoire."}, 1)]

    page.fill(TEXT, "Utile au territoire, et sobre.")
    page.click("text=Enregistrer le projet")
    expect(page.locator(".flash, .alert").first).to_contain_text("Projet d’avis enregistré")
    assert drafts(world, dossier) == [({"opinion": "Utile au territoire, et sobre."}, 2)]


def test_one_request_at_a_time_with_the_latest_text_last(browser_of, world, dossier):
    page = open_review(browser_of(world.ddcs17_officer), dossier)
    under_way, most = [], []

    def slowly(route):
        under_way.append(1)
        most.append(len(under_way))
        time.sleep(0.8)
        route.continue_()

    page.on("requestfinished", lambda sent: sent.method == "POST" and under_way.pop())
    page.route("**/avis/*", slowly)
    for text in ("Un", "Un deux", "Un deux trois"):
        with page.expect_request("**/avis/*"):
            page.fill(TEXT, text)
    page.wait_for_timeout(2000)
    eventually(world, dossier, [({"opinion": "Un deux trois"}, 3)])
    assert set(most) == {1}
    expect(page.locator("[data-conflict]")).to_have_count(0)


def test_leaving_with_a_text_not_yet_saved_asks_first_and_loses_nothing(browser_of, world, dossier):
    page = open_review(browser_of(world.ddcs17_officer), dossier)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/instruction")
    assert asked == []
    page.goto(f"/instruction/{dossier.reference}")
    page.locator(TEXT).press_sequentially("Parti trop vite")
    page.goto("/instruction")
    assert asked == ["beforeunload"]
    eventually(world, dossier, [({"opinion": "Parti trop vite"}, 1)])


def test_a_lost_network_is_said_and_the_opinion_follows_later(browser_of, world, dossier):
    context = browser_of(world.ddcs17_officer)
    page = open_review(context, dossier)
    context.set_offline(True)
    page.fill(TEXT, "Écrit dans le train")
    expect(page.locator("[data-connection]")).to_contain_text("La connexion est perdue")
    expect(page.locator(STATUS)).to_have_text("Pas encore enregistré")
    context.set_offline(False)
    eventually(world, dossier, [({"opinion": "Écrit dans le train"}, 1)])
    expect(page.locator("[data-connection]")).to_be_empty()


def test_after_a_session_ended_the_opinion_waits_for_the_new_one(
    browser_of, session_of, world, dossier
):
    context = browser_of(world.ddcs17_officer)
    page = open_review(context, dossier)
    context.clear_cookies()
    page.fill(TEXT, "Après la pause")
    banner = page.locator("[data-connection]")
    expect(banner).to_contain_text("Votre session a expiré")
    expect(banner.locator("a")).to_have_attribute("href", "/connexion")
    expect(banner.locator("a")).to_have_attribute("target", "_blank")
    session_of(context, world.ddcs17_head)
    page.click("[data-retry]")
    expect(banner).to_contain_text("Une autre personne est connectée")
    assert drafts(world, dossier) == []


@pytest.mark.parametrize(
    ("choice", "stays"), [("mine", "Le mien"), ("theirs", "Celui de la collègue")]
)
def test_two_writers_see_both_texts_and_one_is_chosen(browser_of, world, dossier, choice, stays):
    page = open_review(browser_of(world.ddcs17_officer), dossier)
    colleague_writes(world, dossier, "Celui de la collègue")
    page.fill(TEXT, "Le mien")
    conflict = page.locator("[data-conflict]")
    expect(conflict).to_contain_text("Cette réponse a aussi été modifiée par Ddcs17 Head")
    expect(conflict).to_contain_text("Le mien")
    expect(conflict).to_contain_text("Celui de la collègue")
    assert violations(page) == []
    page.click(f"button[value='{choice}:opinion']")
    expect(page.locator(TEXT)).to_have_value(stays)
    writer = {"mine": "Officer", "theirs": "Head"}[choice]
    expect(page.locator(STATUS)).to_contain_text(f"par Ddcs17 {writer}")
    expect(conflict).to_have_count(0)
    assert [answers["opinion"] for answers, _ in drafts(world, dossier)] == [stays]


def test_two_tabs_of_one_person_do_not_fight_over_an_opinion(browser_of, world, dossier):
    context = browser_of(world.ddcs17_officer)
    first, second = open_review(context, dossier), open_review(context, dossier)
    second.fill(TEXT, "Du second")
    expect(first.locator(TEXT)).to_have_value("Du second")
    expect(first.locator(STATUS)).to_have_text(SAVED_BY_OFFICER)
    first.fill(TEXT, "Puis du premier")
    eventually(world, dossier, [({"opinion": "Puis du premier"}, 2)])


def test_an_opinion_that_never_left_the_browser_is_offered_back(browser_of, world, dossier):
    context = browser_of(world.ddcs17_officer)
    page = open_review(context, dossier)
    # For good, the last request of the page included.
    page.evaluate("() => { window.fetch = () => Promise.reject(new Error()) }")
    page.fill(TEXT, "Onglet fermé")
    expect(page.locator("[data-connection]")).to_contain_text("La connexion est perdue")
    page.close()
    page = open_review(context, dossier)
    page.click("[data-choice=restore]")
    eventually(world, dossier, [({"opinion": "Onglet fermé"}, 1)])
