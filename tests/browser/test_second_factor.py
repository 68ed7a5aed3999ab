"""The pages of the second factor, as an agent's browser shows them: axe looks at each."""

import re

import pyotp
import pytest

from tests.browser.visitor import DESK, NARROWEST, PASSWORD, Visitor


@pytest.fixture
def app(make_app):
    return make_app(GRANTS_SECOND_FACTOR="required")


def wide(visitor: Visitor) -> int:
    """How wide the page is on the narrowest screen."""
    visitor.page.set_viewport_size(NARROWEST)
    width = visitor.page.evaluate("document.documentElement.scrollWidth")
    visitor.page.set_viewport_size(DESK)
    return width


def test_an_agent_sets_the_second_factor_up_and_signs_in_with_it(a_browser, with_passwords, clock):
    world = with_passwords
    agent = Visitor(a_browser(viewport=DESK))
    agent.signs_in(world.ddcs17_officer.email)
    assert agent.path == "/compte/double-authentification"

    agent.presses("Commencer", within="main")
    key = re.search(r"\b([A-Z2-7]{4}(?:-[A-Z2-7]{1,4})+)\b", agent.reads())
    totp = pyotp.TOTP(key[1].replace("-", ""))
    assert wide(agent) <= NARROWEST["width"]
    agent.fills(code=totp.at(clock.now))
    agent.presses("Vérifier et terminer", within="main")
    assert agent.path == "/compte/double-authentification"

    agent.opens("/compte/codes-de-secours")
    agent.presses("Créer huit codes", within="main")
    agent.opens("/instruction")
    assert (agent.status, agent.path) == (200, "/instruction")

    again = Visitor(a_browser(viewport=DESK))
    again.signs_in(world.ddcs17_officer.email)
    assert again.path == "/connexion/code"
    again.opens("/connexion/code-de-secours")
    again.opens("/connexion/telephone-perdu")
    assert PASSWORD not in again.reads("body")
