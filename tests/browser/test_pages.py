"""Pages beside the walk: axe finds nothing, and none is wider than the narrowest screen."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from grants.dossiers.queries import dossier_by_reference
from tests.browser.visitor import DESK, NARROWEST, Visitor, violations
from tests.factories import IN_STATE, NOW, SEMIS, a_draft, act
from tests.web.test_applicant_answers import meanwhile
from tests.web.world import kept

#: Pages of anybody.
PUBLIC = (
    "/appels",
    "/appels/hlm-accompagnes",
    "/appels/hlm-accompagnes/preparer",
    "/accessibilite",
    "/contact",
    "/verifier/0000-0000-0000-0000",
    "/connexion",
    "/inscription",
    "/inscription/courriel",
    "/mot-de-passe-oublie",
    "/demonstration/courriels",
    "/nulle-part",
    "/invitations/perdue",
)
SECTIONS = ("project", "public", "housing", "support", "finance", "duration")
APPLICANT = (
    "/mes-dossiers",
    "/dossiers/{draft}",
    *(f"/dossiers/{{draft}}/rubriques/{key}" for key in SECTIONS),
    "/dossiers/{draft}/verifier",
    "/dossiers/{notified}",
    "/dossiers/{notified}/rubriques/project",
    "/dossiers/{notified}/accuse-de-reception",
    "/dossiers/{notified}/historique",
    "/dossiers/{notified}/decision",
    "/compte",
    "/compte/organisme",
    "/compte/mot-de-passe",
    "/gestion/appels",
)
AGENT = (
    "/instruction",
    "/instruction/{returned}",
    "/instruction/{returned}/historique",
    "/instruction/{notified}",
    "/instruction/comparer?dossier={returned}&dossier={notified}",
    "/dossiers/{returned}/actes/give_department_opinion",
    "/dossiers/{notified}/actes/request_completion",
    "/compte/service",
    "/compte/double-authentification",
)
MANAGER = (
    "/gestion/appels",
    "/gestion/appels/deposer",
    "/gestion/appels/hlm-accompagnes",
    "/gestion/appels/hlm-accompagnes/calendrier",
    "/gestion/appels/hlm-accompagnes/clore",
    "/gestion/appels/hlm-accompagnes/dossiers",
    "/gestion/courriels",
)
#: What these pages answer, when it is not 200.
REFUSED = {
    "/verifier/0000-0000-0000-0000": 404,
    "/nulle-part": 404,
    "/invitations/perdue": 404,
    "/dossiers/{notified}/actes/request_completion": 409,
}


@pytest.fixture
def references(world):
    """References of dossiers by state."""
    made = {"draft": a_draft(world, SEMIS)}
    made |= {state: IN_STATE[state](world) for state in ("returned", "notified")}
    return {state: kept(world, each).reference for state, each in made.items()}


@pytest.mark.parametrize(
    ("person", "addresses"),
    [
        (None, PUBLIC),
        ("signatory", APPLICANT),
        ("ddcs17_head", AGENT),
        ("call_manager", MANAGER),
    ],
    ids=["anybody", "applicant", "agent", "manager"],
)
def test_every_page_is_accessible_and_fits_the_narrowest_screen(
    a_browser, session_of, world, references, person, addresses
):
    context = a_browser(viewport=DESK)
    if person:
        session_of(context, getattr(world, person))
    visitor = Visitor(context, audited=False)
    found = {}
    for address in addresses:
        page = visitor.page
        page.set_viewport_size(DESK)
        visitor.opens(address.format(**references))
        usual = 403 if (person, address) == ("signatory", "/gestion/appels") else 200
        assert visitor.status == REFUSED.get(address, usual), address
        faults = violations(page)
        page.set_viewport_size(NARROWEST)
        width = page.evaluate("document.documentElement.scrollWidth")
        if faults or width > NARROWEST["width"]:
            found[address] = (faults, width)
    assert found == {}


def test_the_page_of_a_conflict_is_accessible(browser_of, world, references):
    """The server's own page, as whoever has no script gets it."""
    editor = Visitor(browser_of(world.editor, viewport=DESK))
    editor.page.route("**/js/autosave.js", lambda route: route.abort())
    editor.opens(f"/dossiers/{references['draft']}/rubriques/duration")
    dossier = dossier_by_reference(world.session, references["draft"])
    meanwhile(world, dossier, "schedule", "Dès janvier.")
    editor.fills(schedule="Dès mars.")
    editor.presses("Enregistrer et vérifier")
    assert (editor.status, editor.reads("[data-theirs]")) == (409, "Dès janvier.")


def test_the_page_after_an_act_already_done_is_accessible(browser_of, world):
    dossier = kept(world, IN_STATE["submitted"](world))
    officer = Visitor(browser_of(world.ddcs17_officer, viewport=DESK))
    officer.opens(f"/dossiers/{dossier.reference}/actes/request_completion")
    due = (NOW + timedelta(days=5)).date()
    inputs = {"pieces": ("Le calendrier",), "due": due}
    act(world, dossier, "request_completion", world.ddcs17_head, inputs)
    world.session.commit()
    officer.fills(pieces="La convention", due="30/11/2026")
    officer.presses("Demander un complément")
    assert officer.status == 409
    assert "La convention" in officer.reads()


def test_the_page_of_an_expired_session_is_accessible(browser_of, world, references):
    context = browser_of(world.editor, viewport=DESK)
    editor = Visitor(context)
    editor.opens(f"/dossiers/{references['draft']}/rubriques/finance")
    context.clear_cookies()
    editor.page.fill("#total_cost", "1")
    expect(editor.page.locator("[data-connection]")).to_contain_text("Votre session a expiré")
    assert violations(editor.page) == []
    editor.presses("Enregistrer et continuer")
    assert editor.path == "/connexion"
