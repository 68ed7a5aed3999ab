"""Nothing that can be put in an address or a form brings a page down, on either database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from tests.standing.access_table import ACT_ROUTES, LINES, Line
from tests.standing.access_world import undone
from tests.standing.walking import Walk, address_of

ODD_TEXTS = ("\0", "..", "é\U0001f3e0'\"<b>{{7*7}}%s" * 20)
ODD_NUMBERS = (str(2**31), str(10**30), "9" * 5000)
#: Parameters that pages read from their address.
ASKED = ("page", "version", "depuis", "lignes", "corriger", "ref", "appel", "etat", "tour", "q",
         "departement", "retard", "a", "next")  # fmt: skip
ODD_QUERIES = ("\0", "-1", str(10**30), "9" * 5000, "²")
#: Of the forms that the table sends empty.
TYPED_NOWHERE_ELSE = (
    "email", "password", "name", "siret", "organisation_name", "code", "new_password",
    "new_password_confirm", "password_confirm", "setup", "help_setup", "text", "known",
    "opens_on", "opens_at", "closes_on", "closes_at", "next", "author_token",
)  # fmt: skip
ROUTES = [
    *LINES,
    *(
        Line(route, {}, {"trigger": "withdraw"}, {"reason": "", "step": "1"})
        for route in ACT_ROUTES
    ),
]


def quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def test_no_odd_word_in_an_address_brings_a_page_down(walk):
    falls = []
    for line in ROUTES:
        names = walk.walked.names_for("", "submitted")
        for parameter in re.findall(r"<(?:\w+:)?(\w+)>", line.rule):
            odd = ODD_NUMBERS if f"<int:{parameter}>" in line.rule else map(quoted, ODD_TEXTS)
            for text in odd:
                at = {**line.at, parameter: text.replace("{", "{{").replace("}", "}}")}
                address = address_of(Line(line.route, {}, at), names)
                falls += fall(walk, line, address, people_of(line)[:1])
    assert not falls, "\n".join(falls)


def test_no_odd_question_in_an_address_brings_a_page_down(walk):
    falls = []
    for line in {each.route: each for each in ROUTES if each.method == "GET"}.values():
        address = address_of(line, walk.walked.names_for("", "submitted"))
        for odd in ODD_QUERIES:
            query = "&".join(f"{name}={quoted(odd)}" for name in ASKED)
            falls += fall(walk, line, f"{address}?{query}", people_of(line)[:1])
    assert not falls, "\n".join(falls)


def test_no_odd_word_in_a_form_brings_a_page_down(walk):
    falls = []
    for line in ROUTES:
        if line.method != "POST":
            continue
        for person in people_of(line):
            names = walk.walked.names_for(person, state_of(line))
            address = address_of(line, names)
            sent = {key: text.format_map(names) for key, text in line.sent.items()}
            for odd in (*ODD_TEXTS, *ODD_NUMBERS):
                together = sent | dict.fromkeys(TYPED_NOWHERE_ELSE, odd)
                falls += fall(walk, line, address, [person], together)
                for name in line.sent:
                    falls += fall(walk, line, address, [person], sent | {name: odd})
    assert not falls, "\n".join(falls)


def state_of(line: Line) -> str:
    """Where the form may be sent."""
    if "region" in line.at.values():
        return "department_given"
    written = line.method == "POST" and ("rubriques" in line.rule or "reponses" in line.rule)
    return "draft" if written else "submitted"


def people_of(line: Line) -> tuple[str, ...]:
    """Those whose form is read, not refused at the door."""
    everybody = ("anonymous", "signatory", "ddcs17_head", "dreal_head", "call_manager")
    if "actes" in line.rule:
        return ("signatory",)
    refused = {"login", "403", "404"}
    state = state_of(line) if line.on_dossiers else ""
    return tuple(each for each in everybody if line.answer(each, state) not in refused)


def fall(
    walk: Walk,
    line: Line,
    address: str,
    people: Iterable[str],
    sent: dict[str, str] | None = None,
) -> list[str]:
    """What a request raised, or that it was answered by a fault of ours."""
    falls = []
    for person in people:
        try:
            with undone(walk.app):
                response = walk.ask(line.method, address, person, sent)
                response.close()
                fault = response.status if response.status_code >= 500 else ""
        except Exception as raised:  # noqa: BLE001  # a visitor would see « Erreur » for any
            fault = f"{type(raised).__name__}: {str(raised).splitlines()[0][:120]}"
        if fault:
            falls.append(f"{line.route} as {person}, {address[:80]!r}, {short(sent)}: {fault}")
    return falls


def short(sent: dict[str, str] | None) -> str:
    return str({key: text[:20] for key, text in (sent or {}).items()})
