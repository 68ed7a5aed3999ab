"""Every act × everybody × every state of a dossier, on both databases, against one table."""

from __future__ import annotations

from itertools import product
from typing import Any

from grants.dossiers.operations import fire
from grants.workflows.machine import TransitionRefused
from tests.factories import DEPARTMENT_OPINION, NOW, REGION_OPINION, opine
from tests.standing.access_table import (
    ACTS,
    GUARDED,
    STATES,
    TRIGGERS,
    act_answer,
    may_act,
)
from tests.standing.access_world import WAITING, Walked, digest, undone
from tests.standing.walking import Walk, told, unwritten

#: What each act's own form holds, as sent by its page.
SENT = {
    "submit": {"certified": "yes"},
    "resubmit": {"certified": "yes"},
    "request_completion": {"pieces": "La convention", "due": "30/11/2026"},
    "extend_completion": {"due": "12/12/2026"},
    "declare_inadmissible": {"reason": "Hors sujet"},
    "give_department_opinion": {
        "opinion": "Utile.",
        "relevance": "Bonne.",
        "reproducibility": "medium",
    },
    "return_to_department": {"comment": "À préciser."},
    "give_region_opinion": {"verdict": "favourable"},
    "decide": {"outcome": "waiting_list", "rank": "1"},
    "correct_decision": {"outcome": "waiting_list", "rank": "2"},
    "notify": {},
    "promote": {"outcome": "waiting_list", "rank": "3"},
    "withdraw": {"reason": ""},
}
#: The same as typed answers.
TYPED: dict[str, dict[str, Any]] = {
    "request_completion": {"pieces": ("La convention",), "due": NOW.date().replace(day=30)},
    "extend_completion": {"due": NOW.date().replace(month=12)},
    "declare_inadmissible": {"reason": "Hors sujet"},
    "return_to_department": {"comment": "À préciser."},
    "decide": WAITING,
    "correct_decision": WAITING,
    "promote": WAITING,
}


def visitors(walk: Walk, state: str, trigger: str) -> tuple[str, ...]:
    """As on the walk over all routes; on PostgreSQL only where somebody may act.

    Elsewhere nothing is written: what is left out there is asked of the operation itself, below.
    """
    possible = any(may_act(who, state, trigger) for who in ACTS)
    return walk.people(state) if walk.kind == "sqlite" or possible else ()


def _asked(may: bool, possible: bool) -> list[str]:
    """Everywhere the form of the act; its page too in the states where somebody may act.

    The form of who may is sent apart, for it writes.
    """
    if may:
        return ["GET"]
    return ["GET", "POST"] if possible else ["POST"]


def test_the_page_of_each_act_opens_and_acts_for_those_of_the_table(walk):
    surprises = []
    for trigger, state in product(TRIGGERS, STATES):
        people = visitors(walk, state, trigger)
        done = [who for who in people if may_act(who, state, trigger)]
        with unwritten(walk, f"{trigger} in {state}", surprises):
            for person in people:
                asked = _asked(person in done, bool(done))
                surprises += knocks(walk, asked, trigger, person, state)
        for person in done:
            with undone(walk.app):
                surprises += knocks(walk, ["POST"], trigger, person, state)
    assert not surprises, "\n".join(surprises)


def knocks(walk: Walk, methods: list[str], trigger: str, person: str, state: str) -> list[str]:
    """Open the page of an act, send its form: what was not answered as the table says."""
    surprises = []
    for method in methods:
        found = knock(walk, method, trigger, person, state)
        expected = act_answer(person, state, trigger)
        if method == "POST" and expected == "409" and (state, trigger) in GUARDED:
            expected = "422"
        if found != expected:
            where = f"{method} {trigger}, {person}, {state}"
            surprises.append(f"{where}: {found} in place of {expected}")
    return surprises


def knock(walk: Walk, method: str, trigger: str, person: str, state: str) -> str:
    """Open the page of an act, or send its form; « done » when it opens, or is carried out."""
    names, dossier = walk.walked.names_for(person, state), walk.walked.dossiers[state]
    read = {"step": str(dossier.step), "reading": names["reading"]}
    sent = SENT[trigger] | read | {"revision": names["revision"]}
    address = f"/dossiers/{dossier.reference}/actes/{trigger}"
    answer = told(walk.ask(method, address, person, sent if method == "POST" else None))
    opened = answer in {"200", f"→ /dossiers/{dossier.reference}/verifier"}
    carried_out = method == "POST" and answer.startswith("→ ")
    return "done" if (method == "GET" and opened) or carried_out else answer


def test_every_act_is_done_by_its_roles_in_its_states_and_by_nobody_else_anywhere(walk):
    session, surprises = walk.walked.world.session, []
    done: dict[str, dict[str, set[str]]] = {}
    for state in STATES:
        for person in walk.walked.people:
            for trigger in TRIGGERS:
                if fired(walk.walked, state, trigger, person):
                    done.setdefault(person, {}).setdefault(state, set()).add(trigger)
                    session.rollback()
                elif session.new or session.dirty or session.deleted:
                    surprises.append(f"{trigger} began to write for {person} in {state}")
    assert digest(session) == walk.rows
    session.rollback()
    assert done == {
        person: {state: set(triggers.split()) for state, triggers in states.items()}
        for person, states in ACTS.items()
    }
    assert not surprises, "\n".join(surprises)


def fired(walked: Walked, state: str, trigger: str, person: str) -> bool:
    dossier, user = walked.dossiers[state], walked.people[person]
    if may_act(person, state, trigger):
        if trigger == "give_department_opinion":
            opine(walked.world, dossier, "department", DEPARTMENT_OPINION, user)
        if trigger == "give_region_opinion":
            opine(walked.world, dossier, "region", REGION_OPINION, user)
    try:
        fire(
            walked.world.session,
            dossier,
            trigger,
            actor=user,
            now=NOW,
            step=dossier.step,
            inputs=TYPED.get(trigger),
            certified=True,
        )
    except TransitionRefused:
        return False
    return True
