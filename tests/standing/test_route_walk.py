"""Every route × everybody × every state of a dossier, on both databases, against one table.

Those who resemble somebody else are asked in a sample of states, on one of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator

import pytest
from flask import Flask
from lxml import html as markup
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from grants.extensions import csrf, db
from grants.web.access import Gate, declared_gate
from tests.standing.access_table import ACT_ROUTES, LINES, STATES, Line
from tests.standing.access_world import undone
from tests.standing.walking import Walk, an_app, unwritten

#: Nothing is written when the answer is one of these.
REFUSALS = {"login", "400", "403", "404", "405", "409", "422"}


def states_of(line: Line) -> tuple[str, ...]:
    return STATES if line.on_dossiers else ("",)


def asked(walk: Walk, line: Line) -> Iterator[tuple[str, str]]:
    for state in states_of(line):
        for person in walk.people(state):
            yield state, person


def rules_of(app: Flask) -> list[tuple[str, Rule]]:
    return [
        (method, rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def gates_of(app: Flask) -> dict[str, Gate | None]:
    with app.app_context():
        return {
            f"{method} {rule.rule}": declared_gate(rule.endpoint) for method, rule in rules_of(app)
        }


@pytest.fixture
def app(sqlite_files, tmp_path) -> Iterator[Flask]:
    """Without anybody: for what can be read from the routes themselves."""
    made = an_app(sqlite_files.with_tables(), tmp_path)
    yield made
    with made.app_context():
        db.engine.dispose()


def test_every_route_stands_in_the_table(app):
    walked = {line.route for line in LINES} | set(ACT_ROUTES)
    assert {f"{method} {rule.rule}" for method, rule in rules_of(app)} == walked


def test_every_view_declares_who_may_open_it(app):
    gates = gates_of(app)
    assert [route for route, gate in gates.items() if gate is None] == []
    public = {route for route, gate in gates.items() if gate is Gate.PUBLIC}
    in_the_open = {line.route for line in LINES if line.answer("anonymous") != "login"}
    # The pages of codes send to sign in by themselves: only who is half signed in needs them.
    assert {route for route in public - in_the_open if "/connexion/code" not in route} == set()
    assert in_the_open - public == set()


def test_addresses_are_in_kebab_case_and_their_numbers_are_numbers(app):
    words = re.compile(r"[a-z]+(-[a-z]+)*")
    for _, rule in rules_of(app):
        if rule.endpoint == "static":
            continue
        plain = (
            re.sub(r"\.?<[^>]+>", "", rule.rule)
            .replace(".docx", "")
            .replace(".pdf", "")
            .replace(".yaml", "")
        )
        assert all(words.fullmatch(part) for part in plain.split("/") if part), rule.rule
        for name, converter in rule._converters.items():
            numbered = name.endswith("_id") or name == "number"
            assert isinstance(converter, IntegerConverter) == numbered, rule.rule


def test_every_page_answers_each_person_in_each_state_as_the_table_says(walk):
    surprises, without_token = [], set()
    with undone(walk.app):  # a document is issued when it is first asked for
        for line in LINES:
            if line.method != "GET":
                continue
            for state, person in asked(walk, line):
                found, response = walk.line(line, person, state)
                surprises += difference(line, person, state, found, walk)
                without_token |= forms_without_token(line.rule, response)
                response.close()
    assert not surprises, "\n".join(surprises)
    assert without_token == set()


def test_every_form_answers_as_the_table_says_and_a_refused_one_writes_nothing(walk):
    surprises = []
    for line in LINES:
        if line.method != "POST":
            continue
        for state in states_of(line):
            refused = [who for who in walk.people(state) if line.answer(who, state) in REFUSALS]
            with unwritten(walk, f"{line.route} {state}", surprises):
                for person in refused:
                    found, _ = walk.line(line, person, state)
                    surprises += difference(line, person, state, found, walk)
            for person in set(walk.people(state)).difference(refused):
                with undone(walk.app):
                    found, _ = walk.line(line, person, state)
                    surprises += difference(line, person, state, found, walk)
    assert not surprises, "\n".join(surprises)


def difference(line: Line, person: str, state: str, found: str, walk: Walk) -> list[str]:
    expected = line.answer(person, state).format_map(walk.walked.names_for(person, state))
    if found == expected:
        return []
    where = f"{line.route} {dict(line.at)} {line.asked}, {person}, {state}"
    return [f"{where}: {found} in place of {expected}"]


def forms_without_token(rule: str, response: TestResponse) -> set[str]:
    """The actions of the page's forms that post without a token against forgery."""
    if response.mimetype != "text/html" or response.status_code != 200:
        return set()
    return {
        f"{rule}: {form.action}"
        for form in markup.fromstring(response.get_data(as_text=True)).forms
        if (form.get("method") or "").lower() == "post" and "csrf_token" not in form.fields
    }


SECOND_FACTOR = "/compte/double-authentification"
#: What an agent may do before a second factor is set up, where one is required.
BEFORE_SECOND_FACTOR = {
    SECOND_FACTOR,
    "/compte/double-authentification/application",
    "/compte/verification",
    "/deconnexion",
}


@pytest.mark.parametrize("person", ["ddcs17_head", "ddcs17_stand_in", "call_manager"])
def test_an_agent_without_the_required_second_factor_sees_public_pages_only(walk, tmp_path, person):
    with walk.app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    app = an_app(url, tmp_path, GRANTS_SECOND_FACTOR="required")
    strict = Walk(walk.kind, app, walk.walked, walk.rows)
    gates = gates_of(strict.app)
    surprises = []
    try:
        for line in LINES:
            if gates[line.route] is Gate.PUBLIC or line.rule in BEFORE_SECOND_FACTOR:
                continue
            with undone(strict.app):
                found, _ = strict.line(line, person, "submitted" if line.on_dossiers else "")
            if found != f"→ {SECOND_FACTOR}":
                surprises.append(f"{line.route}: {found}")
    finally:
        with strict.app.app_context():
            db.engine.dispose()
    assert not surprises, "\n".join(surprises)


def test_every_form_without_its_token_is_refused_and_writes_nothing(walk):
    """A stranger's page cannot make a visitor's browser act."""
    assert (csrf._exempt_views, csrf._exempt_blueprints) == (set(), set())
    surprises = []
    act = Line(ACT_ROUTES[1], {"others": "400"}, {"trigger": "withdraw"}, {"step": "1"})
    for line in [*LINES, act]:
        if line.method != "POST":
            continue
        with unwritten(walk, line.route, surprises):
            for person in ("anonymous", "signatory", "ddcs17_head", "call_manager"):
                address, found = walk.line_without_token(line, person)
                # Refused, or led back to begin again with the page itself.
                if found not in {"400", "login", f"→ {address}"}:
                    surprises.append(f"{line.route}, {person}: {found}")
    assert not surprises, "\n".join(surprises)


def test_a_forged_token_is_worth_none(walk):
    surprises = []
    address = f"/dossiers/{walk.walked.dossiers['submitted'].reference}/actes/withdraw"
    with unwritten(walk, address, surprises):
        forged = {"X-CSRFToken": secrets.token_hex(20)}
        answer = walk.ask("POST", address, "signatory", {"step": "1"}, **forged)
        assert answer.status_code == 400
    assert not surprises, "\n".join(surprises)
