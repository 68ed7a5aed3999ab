"""What the form of an opinion works out while one writes it."""

import pytest
from playwright.sync_api import expect

from grants.calls.operations import import_call
from tests.browser.test_opinion_autosave import open_review
from tests.definitions.broken import broken
from tests.factories import NOW, a_submitted
from tests.web.world import kept

FIRST = "        opinion:\n          type: long_text\n"
#: `resources` is a figure of the call as well, shown beside the form.
ADDED = """\
        visits: {type: integer, label: Visites}
        cost_of_visit: {type: money, label: Coût d’une visite}
        resources: {type: computed, label: Coût des visites, value: visits * cost_of_visit}
        stays:
          type: table
          label: Séjours
          rows_label: Année
          rows: {y2014: "2014"}
          columns:
            days: {type: integer, label: Jours}
            price: {type: money, label: Prix d’un jour}
            cost: {type: computed, label: Coût, value: days * price}
"""


@pytest.fixture
def dossier(world):
    import_call(world.session, broken((FIRST, ADDED + FIRST)), actor=world.call_manager, now=NOW)
    return kept(world, a_submitted(world))


def shown(page, key):
    return page.locator(f"form[data-opinion] [data-figure='{key}'] [data-figure-text]")


def test_calculations_of_an_opinion_follow_what_is_typed(browser_of, world, dossier):
    page = open_review(browser_of(world.ddcs17_officer), dossier)
    other = open_review(page.context, dossier)
    of_the_call = page.locator(".budget [data-figure='resources'] [data-figure-text]")
    before = of_the_call.inner_text()
    expect(shown(page, "resources")).to_have_text("à venir")

    page.fill("[name='visits']", "3")
    page.fill("[name='cost_of_visit']", "150 €")
    page.fill("[name='stays-0-days']", "2")
    page.fill("[name='stays-0-price']", "80 €")

    for tab in (page, other):
        expect(shown(tab, "resources")).to_have_text("450\u00a0€")
        expect(shown(tab, "stays-0-cost")).to_have_text("160\u00a0€")
    expect(of_the_call).to_have_text(before)
