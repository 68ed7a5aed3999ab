"""What was typed is never lost: saved while typing, kept, offered back, never done twice."""

import re
import time

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from grants.dossiers.models import DossierVersion, Receipt
from grants.forms import Count, Unreadable
from tests.browser.visitor import PASSWORD, Visitor, plain, violations
from tests.factories import SEMIS, a_draft
from tests.web.test_applicant_answers import answers, meanwhile, section
from tests.web.world import kept

COST = "#total_cost"
SAID = "#total_cost-field [data-saved]"


@pytest.fixture
def dossier(with_passwords):
    return kept(with_passwords, a_draft(with_passwords, SEMIS))


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


def test_after_a_session_ended_the_text_waits_for_the_new_one(
    browser_of, session_of, world, dossier
):
    context = browser_of(world.editor)
    page = open_section(context, dossier)
    context.clear_cookies()
    page.fill(COST, "90 000")
    expect(page.locator("[data-connection]")).to_contain_text("Votre session a expiré")
    expect(page.locator("[data-connection] a")).to_have_attribute("href", "/connexion")
    session_of(context, world.editor)
    page.click("[data-retry]")
    eventually(world, dossier, "total_cost", 9_000_000)
    expect(page.locator("[data-connection]")).to_be_empty()


def test_nothing_is_saved_under_the_name_of_whoever_signed_in_instead(
    browser_of, session_of, world, dossier
):
    context = browser_of(world.editor)
    page = open_section(context, dossier)
    session_of(context, world.signatory)
    page.fill(COST, "91 000")
    expect(page.locator("[data-connection]")).to_contain_text("Une autre personne est connectée")
    assert answers(world, dossier)["total_cost"] == SEMIS["total_cost"]


def test_a_text_that_never_left_the_browser_is_offered_back(browser_of, world, dossier):
    context = browser_of(world.editor)
    page = open_section(context, dossier)
    # For good, the last request of the page included.
    page.evaluate("() => { window.fetch = () => Promise.reject(new Error()) }")
    page.fill(COST, "95 000")
    expect(page.locator(SAID)).to_have_text("Pas encore enregistré")
    page.close()
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


#: An amount as people write it, and the gap that the budget then tells.
SPELLINGS = {
    "47 000 €": "0",
    "47500,00": "500",
    "46\N{NO-BREAK SPACE}000": "-1\N{NARROW NO-BREAK SPACE}000",
    "47\N{NARROW NO-BREAK SPACE}000\N{NO-BREAK SPACE}€": "0",
    "47.000,50 euros": "0,50",
    "48k€": "1\N{NARROW NO-BREAK SPACE}000",
}


def test_the_budget_follows_an_amount_however_it_is_written(browser_of, world, dossier):
    page = open_section(browser_of(world.editor), dossier)
    gap = page.locator("[data-figure=gap] [data-figure-text]")
    for typed, told in SPELLINGS.items():
        page.fill(COST, typed)
        expect(gap).to_have_text(f"{told}\N{NO-BREAK SPACE}€")
    eventually(world, dossier, "total_cost", 4_800_000)


def test_an_amount_that_cannot_be_read_is_there_when_one_comes_back(browser_of, world, dossier):
    context = browser_of(world.editor)
    page = open_section(context, dossier)
    page.fill(COST, "quarante-sept mille")
    eventually(world, dossier, "total_cost", Unreadable("quarante-sept mille"))
    page.close()
    page = open_section(context, dossier)
    expect(page.locator(COST)).to_have_value("quarante-sept mille")
    expect(page.locator("#total_cost-error")).to_be_visible()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request):
    return request.param


@pytest.fixture
def written_after_the_session(javascript, browser_of, world, dossier):
    """An editor whose session ended in mid-form wrote on and pressed the button."""
    context = browser_of(world.editor, java_script_enabled=javascript)
    editor = Visitor(context, audited=False)
    editor.opens(section(dossier))
    if javascript:
        editor.page.wait_for_load_state("networkidle")
    context.clear_cookies()
    editor.fills(total_cost="46 500 €")
    editor.presses("Enregistrer et continuer")
    assert editor.path == "/connexion"
    assert "Ce que vous aviez saisi est gardé" in editor.reads()
    return editor


def signs_in_as(visitor, user):
    visitor.fills(email=user.email, password=PASSWORD)
    visitor.presses("Se connecter", within="main")


def test_a_text_sent_after_the_session_ended_is_there_after_signing_in(
    written_after_the_session, world, dossier, javascript
):
    editor = written_after_the_session
    signs_in_as(editor, world.editor)
    assert editor.path == section(dossier)
    assert "Votre saisie a été gardée" in editor.reads()
    expect(editor.page.locator(COST)).to_have_value(re.compile("46\\s500"))
    editor.presses("Enregistrer et continuer")
    assert answers(world, dossier)["total_cost"] == 4_650_000
    editor.opens(section(dossier))
    editor.page.wait_for_load_state("networkidle")
    expect(editor.page.locator("[data-choice]")).to_have_count(0)


def comes_back_with(browser_of, session_of, world, dossier, **texts):
    """An editor's page whose session ended, sent by its button, open again after signing in."""
    context = browser_of(world.editor)
    editor = Visitor(context, audited=False)
    editor.opens(section(dossier, "support"))
    editor.page.wait_for_load_state("networkidle")
    context.clear_cookies()
    editor.fills(**texts)
    editor.presses("Enregistrer et continuer")
    meanwhile(world, dossier, "needs_fit", "Leur texte.")
    session_of(context, world.editor)
    editor.opens(section(dossier, "support"))
    return editor


def test_a_page_put_back_after_a_session_saves_itself_and_goes_on_like_any_other(
    browser_of, session_of, world, dossier
):
    texts = {"adhesion": "Le mien.", "needs_fit": "Le mien aussi."}
    editor = comes_back_with(browser_of, session_of, world, dossier, **texts)
    page = editor.page
    eventually(world, dossier, "adhesion", "Le mien.")
    both = page.locator("[data-conflict]")
    expect(both).to_contain_text("Leur texte.")
    expect(both).to_contain_text("Le mien aussi.")
    page.click("[data-conflict] button[value='theirs:needs_fit']")
    expect(both).to_have_count(0)
    editor.context.set_offline(True)
    editor.fills(adhesion="Le mien, revu.")
    expect(page.locator("[data-connection]")).to_contain_text("La connexion est perdue")
    editor.context.set_offline(False)
    eventually(world, dossier, "adhesion", "Le mien, revu.")
    editor.opens(section(dossier, "support"))
    assert "Votre saisie a été gardée" not in editor.reads()
    expect(page.locator("#adhesion")).to_have_value("Le mien, revu.")
    expect(page.locator("#needs_fit")).to_have_value("Leur texte.")


def test_a_colleague_who_signs_in_instead_does_not_get_that_text(
    written_after_the_session, world, dossier
):
    colleague = written_after_the_session
    signs_in_as(colleague, world.signatory)
    colleague.opens(section(dossier))
    assert "Votre saisie a été gardée" not in colleague.reads()
    assert plain(colleague.page.locator(COST).input_value()) == "47 000"


def deposits_of(world, dossier):
    world.session.rollback()
    count = select(func.count()).where(DossierVersion.dossier_id == dossier.id)
    receipts = select(func.count()).where(Receipt.dossier_id == dossier.id)
    return world.session.scalar(count), world.session.scalar(receipts)


def ready_to_deposit(browser_of, world, dossier, **options):
    signatory = Visitor(browser_of(world.signatory, **options), audited=False)
    signatory.opens(f"/dossiers/{dossier.reference}/verifier")
    signatory.page.get_by_label("Je certifie").check()
    return signatory


def test_a_double_click_on_deposit_deposits_once(browser_of, world, dossier, javascript):
    signatory = ready_to_deposit(browser_of, world, dossier, java_script_enabled=javascript)
    signatory.page.get_by_role("button", name="Déposer le dossier").dblclick()
    expect(signatory.page.locator("h1")).to_have_text(re.compile("^(Accusé|Le dossier a changé)"))
    assert deposits_of(world, dossier) == (1, 1)


def test_the_deposit_s_page_found_by_the_back_button_deposits_nothing_more(
    browser_of, world, dossier
):
    signatory = ready_to_deposit(browser_of, world, dossier)
    other_tab = signatory.context.new_page()
    other_tab.goto(f"/dossiers/{dossier.reference}/verifier")
    other_tab.get_by_label("Je certifie").check()
    signatory.presses("Déposer le dossier")
    assert signatory.path.endswith("/accuse-de-reception")
    signatory.page.go_back()
    assert "Ces réponses ne sont pas modifiables" in signatory.reads()
    with other_tab.expect_navigation():
        other_tab.get_by_role("button", name="Déposer le dossier").click()
    expect(other_tab.get_by_role("heading", level=1)).to_have_text(
        "Le dossier a changé entre-temps"
    )
    assert deposits_of(world, dossier) == (1, 1)


def test_a_draft_left_is_found_again_where_one_was(browser_of, world, dossier):
    editor = Visitor(browser_of(world.editor), audited=False)
    editor.opens(section(dossier, "public"))
    editor.fills(households="31")
    eventually(world, dossier, "households", Count(31, approximate=True))
    editor.context.clear_cookies()
    editor.signs_in(world.editor.email)
    editor.follows("Projet d’Insertion sociale")
    assert editor.path == f"/dossiers/{dossier.reference}"
    editor.follows("Publics cibles du projet")
    expect(editor.page.locator("#households")).to_have_value("31")


def test_two_people_s_texts_stand_side_by_side_after_a_button(
    browser_of, world, dossier, javascript
):
    editor = Visitor(browser_of(world.editor, java_script_enabled=javascript), audited=javascript)
    editor.opens(section(dossier))
    meanwhile(world, dossier, "total_cost", 6_000_000)
    editor.fills(total_cost="70 000")
    if javascript:
        editor.page.locator("[data-conflict]").wait_for()
        assert violations(editor.page) == []
    else:
        editor.presses("Enregistrer et continuer")
        assert editor.status == 409
    both = editor.reads("[data-conflict]")
    assert "70 000" in both
    assert "60 000 €" in both
    assert "Semis Signatory" in both
