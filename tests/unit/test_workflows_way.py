"""The main way of a circuit: straight on, without detours, to its end."""

from typing import Any

from grants.workflows.definition import Circuit
from grants.workflows.way import main_way

LABELS = {"applicant": "Ici", "service": "Là"}
PHASES = {
    "writing": "draft",
    "reading": "review",
    "lacking": "completion",
    "chosen": "decided",
    "told": "notified",
    "gone": "closed",
}


def act(source: str, target: str, **others: Any) -> dict[str, Any]:
    words = {"label": "Agir", "done": "Fait", "roles": ["author"]}
    return {**words, "from": [source], "to": target, **others}


CIRCUIT = Circuit.model_validate(
    {
        "initial": "writing",
        "roles": {"author": {"label": "Auteur", "capacity": "signatory"}},
        "states": {key: {"phase": phase, "labels": LABELS} for key, phase in PHASES.items()},
        "transitions": {
            "give_up": act("writing", "gone"),
            "send": act("writing", "reading", style="primary"),
            "ask": act("reading", "lacking"),
            "choose": act("reading", "chosen", style="primary"),
            "answer": act("lacking", "reading"),
            "tell": act("chosen", "told"),
            "reconsider": act("told", "chosen", style="primary"),
        },
    }
)


def way_from(start: str) -> list[str]:
    return [each.key for each in main_way(CIRCUIT, start)]


def test_the_main_acts_come_first_then_those_that_do_not_close():
    assert way_from("writing") == ["send", "choose", "tell"]
    assert main_way(CIRCUIT) == main_way(CIRCUIT, "writing")


def test_a_detour_joins_the_main_way_again():
    assert way_from("lacking") == ["answer", "choose", "tell"]


def test_the_way_ends_with_the_notification_even_if_an_act_leaves_it():
    assert way_from("told") == []
    assert way_from("gone") == []
