"""What is written in opinions and decisions is read by those it is for, and not before its time."""

from __future__ import annotations

import html
import re

import pytest

from tests.factories import DEPARTMENT_OPINION, opine
from tests.standing.access_table import GROUPS, STATES
from tests.standing.walking import Walk
from tests.word import lines

#: What a reader sees does not depend on the database.
pytestmark = pytest.mark.parametrize("walk", ["sqlite"], indirect=True)

APPLICANTS_PAGES = (
    "/mes-dossiers",
    "/dossiers/{0}",
    "/dossiers/{0}/historique",
    "/dossiers/{0}/decision",
    "/dossiers/{0}/verifier",
    "/dossiers/{0}/presentation.docx",
    "/dossiers/{0}/presentation.docx?version=1",
    "/dossiers/{0}/presentation.docx?version=brouillon",
    "/dossiers/{0}/accuse-de-reception",
    "/dossiers/{0}/accuse-de-reception.docx",
)
AGENTS_PAGES = (
    "/instruction/{0}",
    "/instruction/{0}/historique",
    "/dossiers/{0}/presentation.docx",
    "/dossiers/{0}/presentation.docx?version=1",
    "/dossiers/{0}/presentation.docx?version=brouillon",
)
#: What services wrote, as `tests.factories` has it, and the states in which applicants read it.
OPINIONS = {"Projet utile au territoire.", "Avis partagé avec la DRJSCS."}
DECIDED = {"Bilan annuel."}
NEVER_APPLICANTS = {"Préciser les conditions."}
DRAFT = "Ceci n’est encore qu’un projet d’avis."


def read(walk: Walk, page: str, person: str, state: str) -> str:
    """All the words of a page or of a Word file; nothing of one that is refused."""
    address = page.format(walk.walked.dossiers[state].reference)
    response = walk.ask("GET", address, person)
    if response.status_code != 200:
        return ""
    if response.mimetype == "text/html":
        return html.unescape(re.sub(r"<[^>]+>", " ", response.text))
    return "\n".join(lines(response.get_data()))


def found(walk: Walk, words: set[str], pages: tuple[str, ...], person: str, state: str) -> set[str]:
    text = "\n".join(read(walk, page, person, state) for page in pages)
    return {each for each in words if each in text}


def test_applicants_read_opinions_and_decisions_once_notified_and_no_word_between_services(walk):
    words = OPINIONS | DECIDED | NEVER_APPLICANTS
    seen = {state: found(walk, words, APPLICANTS_PAGES[1:], "editor", state) for state in STATES}

    assert {state: words for state, words in seen.items() if words} == {
        "notified": OPINIONS | DECIDED,
        "waiting_list": OPINIONS,
    }


def test_applicants_never_read_the_name_of_an_agent(walk):
    names = {walk.walked.people[each].name for each in GROUPS["agents"]}
    seen = {state: found(walk, names, APPLICANTS_PAGES, "signatory", state) for state in STATES}

    assert {state: names for state, names in seen.items() if names} == {}


def test_services_read_an_opinion_once_it_is_given(walk):
    readers = ("ddcs17_officer", "dreal_head", "drjscs_officer", "call_manager")
    given = {
        "department_given": {"Projet utile au territoire."},
        "returned": {"Projet utile au territoire.", "Préciser les conditions."},
        "region_given": OPINIONS,
        "decided": OPINIONS | DECIDED,
        "notified": OPINIONS | DECIDED,
        "waiting_list": OPINIONS,
    }
    words = OPINIONS | DECIDED | NEVER_APPLICANTS
    seen = {
        (person, state): found(walk, words, AGENTS_PAGES, person, state)
        for person in readers
        for state in STATES
    }

    assert seen == {
        (person, state): given.get(state, set()) for person in readers for state in STATES
    }


def test_a_draft_opinion_is_read_by_those_who_write_it_alone(walk):
    session, dossier = walk.walked.world.session, walk.walked.dossiers["submitted"]
    session.rollback()  # the pages that were read since have issued documents
    written = DEPARTMENT_OPINION | {"opinion": DRAFT}
    opine(walk.walked.world, dossier, "department", written, walk.walked.people["ddcs17_officer"])
    session.commit()

    everybody = GROUPS["everybody"]
    pages = APPLICANTS_PAGES + AGENTS_PAGES
    readers = {who for who in everybody if found(walk, {DRAFT}, pages, who, "submitted")}

    assert readers == set(GROUPS["ddcs17"])
