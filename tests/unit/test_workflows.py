"""Circuits: what the machine lets happen, and every fault that a circuit can have."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from grants.workflows.definition import Audience, Circuit, StateLabels
from grants.workflows.machine import (
    NotYourTurn,
    TransitionRefused,
    check_guard,
    check_role,
    compile_circuit,
    offered,
)
from grants.workflows.soundness import ENDS, circuit_errors

LABELS = {"applicant": "Ici", "service": "Là"}
#: The smallest sound circuit with every phase: write, read, complete, decide, tell, or give up.
SOUND: dict[str, Any] = {
    "initial": "writing",
    "roles": {
        "author": {"label": "Auteur", "capacity": "signatory"},
        "reader": {"label": "Lecteur", "service": "office", "capacity": "head"},
    },
    "states": {
        "writing": {
            "phase": "draft",
            "labels": LABELS,
            "turn": ["author"],
            "editors": ["author"],
            "todo": {"author": "Écrivez.", "service": "Attendez."},
        },
        "reading": {"phase": "review", "labels": LABELS, "turn": ["reader"]},
        "lacking": {
            "phase": "completion",
            "labels": LABELS,
            "turn": ["author"],
            "editors": ["author"],
        },
        "chosen": {"phase": "decided", "labels": LABELS, "turn": ["reader"]},
        "told": {"phase": "notified", "labels": LABELS},
        "gone": {"phase": "closed", "labels": LABELS},
    },
    "transitions": {
        "send": {
            "label": "Envoyer",
            "done": "Envoyé",
            "from": ["writing"],
            "to": "reading",
            "roles": ["author"],
            "requires": ["complete", "certified"],
            "freezes": True,
            "receipt": True,
        },
        "ask": {
            "label": "Demander",
            "done": "Demandé",
            "from": ["reading"],
            "to": "lacking",
            "roles": ["reader"],
            "form": "asked",
            "due_field": "due",
        },
        "answer": {
            "label": "Répondre",
            "done": "Répondu",
            "from": ["lacking"],
            "to": "reading",
            "roles": ["author"],
            "requires": ["complete"],
            "freezes": True,
        },
        "choose": {
            "label": "Choisir",
            "done": "Choisi",
            "from": ["reading", "told"],
            "to": "chosen",
            "roles": ["reader"],
            "decides": True,
        },
        "tell": {
            "label": "Dire",
            "done": "Dit",
            "from": ["chosen"],
            "to": "told",
            "roles": ["reader"],
            "notifies": True,
        },
        "leave": {
            "label": "Partir",
            "done": "Parti",
            "from": ["lacking", "reading"],
            "to": "gone",
            "roles": ["author", "reader"],
        },
    },
    "clocks": {
        "answering": {
            "label": "Réponse",
            "states": ["lacking"],
            "given_by_act": True,
            "reminders": [7, -1],
            "remind": ["author"],
            "fires": "leave",
        },
        "choosing": {"label": "Choix", "states": ["reading", "chosen"], "days": 30},
    },
}


def circuit(*edits: tuple[str, object]) -> Circuit:
    """The sound circuit after each (« path/to/key », value); a value of None takes the key away."""
    tree = _copy(SOUND)
    for path, value in edits:
        *parents, last = path.split("/")
        node = tree
        for name in parents:
            node = node[name]
        if value is None:
            del node[last]
        else:
            node[last] = value
    return Circuit.model_validate(tree)


def _copy(tree: Any) -> Any:
    return {key: _copy(value) for key, value in tree.items()} if isinstance(tree, dict) else tree


def told(*edits: tuple[str, object]) -> list[tuple[str, str]]:
    """(path, message) of each fault."""
    return [("/".join(each.path), each.message) for each in circuit_errors(circuit(*edits))]


def test_a_sound_circuit_has_no_fault():
    assert told() == []


NEW_STATE = {"phase": "review", "labels": LABELS, "turn": ["reader"]}
NEW_ACT = {"label": "Y", "done": "Y", "roles": ["reader"]}

UNDATED = (
    "l’état « lacking » attend le porteur : il lui faut une échéance « given_by_act » et une "
    "action avec « due_field »"
)

FAULTS = {
    "the first state is unknown": (
        [("initial", "lost")],
        [("initial", "état inconnu : « lost »")],
    ),
    "the first state is not of phase draft": (
        [("initial", "reading")],
        [
            ("initial", "l’état initial doit être de phase « draft »"),
            ("states/writing", "aucune action ne mène à l’état « writing » depuis le départ"),
        ],
    ),
    "a role of a service does not say which": (
        [("roles/reader/service", None)],
        [("roles/reader", "le rôle « reader » ne nomme pas son service (« service »)")],
    ),
    "a role of the applicant is given to a service": (
        [("roles/author/service", "office")],
        [
            (
                "roles/author/capacity",
                "le rôle « author » est d’un service : « officer » ou « head » seulement",
            ),
            (
                "states/writing",
                (
                    "état « writing » : aucun rôle ne peut y agir (un service ne voit pas un "
                    "brouillon). Chemin le plus court : Là"
                ),
            ),
        ],
    ),
    "an unknown role has its turn": (
        [("states/reading/turn", ["reader", "lost"])],
        [("states/reading/turn", "rôle inconnu : « lost »")],
    ),
    "an unknown role writes": (
        [("states/writing/editors", ["author", "lost"])],
        [("states/writing/editors", "rôle inconnu : « lost »")],
    ),
    "a sentence is for nobody": (
        [("states/writing/todo/lost", "Rien.")],
        [("states/writing/todo/lost", "rôle ou public inconnu : « lost »")],
    ),
    "a completion has no date": (
        [("clocks/answering", None)],
        [
            (
                "states/lacking",
                (
                    "l’état « lacking » attend le porteur : il lui faut une échéance "
                    "« given_by_act » et une action avec « due_field »"
                ),
            )
        ],
    ),
    "an act that asks to complete gives no date": (
        [("transitions/ask/due_field", None)],
        [
            (
                "states/lacking",
                (
                    "l’état « lacking » attend le porteur : il lui faut une échéance "
                    "« given_by_act » et une action avec « due_field »"
                ),
            )
        ],
    ),
    "an act asks to complete anew, from elsewhere too, and gives no date": (
        [
            (
                "transitions/recall",
                NEW_ACT | {"from": ["lacking", "reading"], "to": "lacking"},
            )
        ],
        [("states/lacking", UNDATED)],
    ),
    "a date given by an act runs in a state that no act dates": (
        [
            ("clocks/choosing", {"label": "Choix", "states": ["chosen"], "given_by_act": True}),
        ],
        [
            (
                "clocks/choosing",
                (
                    "l’échéance « choosing » : l’action « choose » y mène sans donner de date "
                    "(« due_field »)"
                ),
            )
        ],
    ),
    "an act asks for a date that nothing uses": (
        [("transitions/choose/due_field", "due")],
        [
            (
                "transitions/choose/due_field",
                (
                    "l’état « chosen » n’a pas d’échéance « given_by_act » : la date ne servirait "
                    "à rien"
                ),
            )
        ],
    ),
    "an act leaves an unknown state": (
        [("transitions/send/from", ["writing", "lost"])],
        [("transitions/send/from", "état inconnu : « lost »")],
    ),
    "an act leads to an unknown state": (
        [("transitions/leave/to", "lost")],
        [("transitions/leave/to", "état inconnu : « lost »")],
    ),
    "an act is given to an unknown role": (
        [("transitions/send/roles", ["author", "lost"])],
        [("transitions/send/roles", "rôle inconnu : « lost »")],
    ),
    "an act leaves no state": (
        [("transitions/leave/from", None), ("clocks/answering/fires", None)],
        [
            ("transitions/leave", "l’action « leave » ne part d’aucun état (« from »)"),
            ("states/gone", "aucune action ne mène à l’état « gone » depuis le départ"),
        ],
    ),
    "an act is nobody's": (
        [("transitions/tell/roles", None)],
        [
            ("transitions/tell", "l’action « tell » n’est donnée à aucun rôle (« roles »)"),
            (
                "states/chosen/turn",
                "état « chosen » : « reader » a la main mais aucune action",
            ),
        ],
    ),
    "an act has an unknown requirement": (
        [("transitions/send/requires", ["complete", "lost"])],
        [("transitions/send/requires", "exigence inconnue : « lost »")],
    ),
    "a condition has no sentence": (
        [("transitions/choose/guard", "rank == 1")],
        [
            (
                "transitions/choose/guard",
                "l’action « choose » a une condition : écrire « refusal »",
            )
        ],
    ),
    "a draft is left without a version": (
        [("transitions/send/freezes", None), ("transitions/send/receipt", None)],
        [("transitions/send", "l’action « send » sort du brouillon : « freezes: true »")],
    ),
    "an incomplete dossier may be deposited": (
        [("transitions/answer/requires", ["certified"])],
        [
            (
                "transitions/answer",
                "l’action « answer » dépose : « complete » doit être dans « requires »",
            )
        ],
    ),
    "a deposited dossier becomes a draft again": (
        [("transitions/answer/to", "writing")],
        [("transitions/answer/to", "un dossier déposé ne redevient pas brouillon")],
    ),
    "a receipt is given for nothing": (
        [("transitions/ask/receipt", True)],
        [("transitions/ask/receipt", "un accusé de réception veut « freezes: true »")],
    ),
    "minutes are of no sitting": (
        [("transitions/leave/minutes", True)],
        [
            (
                "transitions/leave/minutes",
                (
                    "l’action « leave » émet un relevé de séance sans rien y dire : « form », "
                    "« gives » ou « decides » manque"
                ),
            ),
            (
                "transitions/leave/minutes",
                (
                    "l’action « leave » émet un relevé de séance : un service l’enregistre, aucun "
                    "autre rôle"
                ),
            ),
        ],
    ),
    "minutes are of what is not deposited": (
        [("transitions/ask/minutes", True), ("transitions/ask/from", ["writing", "reading"])],
        [
            ("transitions/ask", "l’action « ask » sort du brouillon : « freezes: true »"),
            (
                "transitions/ask/minutes",
                "l’action « ask » émet un relevé de séance : le dossier doit être déjà déposé",
            ),
        ],
    ),
    "a notified state is entered without notifying": (
        [("transitions/tell/notifies", None)],
        [
            (
                "transitions/tell",
                "l’action « tell » : « notifies » et la phase « notified » vont ensemble",
            )
        ],
    ),
    "an act notifies elsewhere": (
        [("transitions/leave/notifies", True)],
        [
            (
                "transitions/leave",
                "l’action « leave » : « notifies » et la phase « notified » vont ensemble",
            )
        ],
    ),
    "a decided state is entered without deciding": (
        [("transitions/choose/decides", None)],
        [
            (
                "transitions/choose",
                "l’action « choose » mène à une décision sans « decides: true »",
            )
        ],
    ),
    "an act decides and leads elsewhere": (
        [("transitions/answer/decides", True)],
        [
            (
                "transitions/answer",
                "l’action « answer » décide : son état d’arrivée est « decided »",
            )
        ],
    ),
    "a due date runs in an unknown state": (
        [("clocks/choosing/states", ["reading", "lost"])],
        [("clocks/choosing/states", "état inconnu : « lost »")],
    ),
    "an unknown role is reminded": (
        [("clocks/answering/remind", ["lost"])],
        [("clocks/answering/remind", "rôle inconnu : « lost »")],
    ),
    "a due date has neither days nor an act": (
        [("clocks/choosing/days", None)],
        [
            (
                "clocks/choosing",
                "l’échéance « choosing » : soit « days », soit « given_by_act: true »",
            )
        ],
    ),
    "a due date has both": (
        [("clocks/answering/days", 3)],
        [
            (
                "clocks/answering",
                "l’échéance « answering » : soit « days », soit « given_by_act: true »",
            )
        ],
    ),
    "a due date fires an unknown act": (
        [("clocks/answering/fires", "lost")],
        [("clocks/answering/fires", "action inconnue : « lost »")],
    ),
    "a due date fires an act that starts elsewhere": (
        [("transitions/leave/from", ["reading"])],
        [("clocks/answering/fires", "« leave » ne part pas de l’état « lacking »")],
    ),
    "a due date fires an act that a person certifies": (
        [("transitions/leave/requires", ["certified"])],
        [("clocks/answering/fires", "« leave » demande une personne : elle écrit ou certifie")],
    ),
    "two due dates run in one state": (
        [("clocks/choosing/states", ["reading", "chosen", "lacking"])],
        [("clocks", "deux échéances courent dans l’état « lacking »")],
    ),
    "nobody can reach a state": (
        [
            ("states/apart", NEW_STATE),
            ("transitions/return", NEW_ACT | {"from": ["apart"], "to": "reading"}),
        ],
        [("states/apart", "aucune action ne mène à l’état « apart » depuis le départ")],
    ),
    "nobody can leave a state": (
        [
            ("states/trap", NEW_STATE | {"editors": ["reader"]}),
            ("transitions/fall", NEW_ACT | {"from": ["reading"], "to": "trap"}),
        ],
        [
            (
                "states/trap",
                (
                    "état « trap » : aucune action n’en sort. "
                    "Chemin le plus court : Là → (Envoyer) → Là → (Y) → Là"
                ),
            )
        ],
    ),
    "two states lead to each other for ever": (
        [
            ("states/here", NEW_STATE),
            ("states/there", NEW_STATE),
            ("transitions/fall", NEW_ACT | {"from": ["reading", "there"], "to": "here"}),
            ("transitions/back", NEW_ACT | {"from": ["here"], "to": "there"}),
        ],
        [
            (
                "states/here",
                (
                    "état « here » : aucune action ne mène de là à une fin. "
                    "Chemin le plus court : Là → (Envoyer) → Là → (Y) → Là"
                ),
            ),
            (
                "states/there",
                (
                    "état « there » : aucune action ne mène de là à une fin. "
                    "Chemin le plus court : Là → (Envoyer) → Là → (Y) → Là → (Y) → Là"
                ),
            ),
        ],
    ),
    "somebody has the turn and nothing to do": (
        [("states/reading/turn", ["reader"]), ("states/chosen/turn", ["author"])],
        [("states/chosen/turn", "état « chosen » : « author » a la main mais aucune action")],
    ),
    "nobody has the turn": (
        [("states/reading/turn", None)],
        [("states/reading", "état « reading » : dire à qui est le tour (« turn »)")],
    ),
}


@pytest.mark.parametrize(("edits", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_circuit_is_faulty_when(edits, expected):
    assert told(*edits) == expected


@pytest.mark.parametrize(
    "write",
    [
        ("form", "asked"),
        ("freezes", True),
        ("gives", "view"),
        ("reopens", ["view"]),
        ("decides", True),
    ],
)
def test_a_date_cannot_do_what_a_person_writes(write):
    key, value = write
    faults = told((f"transitions/leave/{key}", value))

    assert (
        "clocks/answering/fires",
        "« leave » demande une personne : elle écrit ou certifie",
    ) in (faults)


def test_all_faults_are_told_at_once():
    faults = told(
        ("transitions/send/roles", ["lost"]),
        ("clocks/choosing/days", None),
        ("states/reading/turn", None),
    )

    assert sorted(path for path, _ in faults) == [
        "clocks/choosing",
        "states/reading",
        "transitions/send/roles",
    ]


def test_a_misspelt_state_does_not_make_those_behind_it_look_out_of_reach():
    assert told(("transitions/send/to", "raeding")) == [
        ("transitions/send/to", "état inconnu : « raeding »")
    ]


@pytest.mark.parametrize(
    ("edits", "key"),
    [
        ([("states/reading/phase", "lost")], "phase"),
        ([("roles/reader/capacity", "lost")], "capacity"),
        ([("transitions/send/colour", "red")], "colour"),
        ([("transitions/send/style", "red")], "style"),
        ([("clocks/choosing/days", 0)], "days"),
        ([("clocks/choosing/states", [])], "states"),
        ([("states/Reading", NEW_STATE)], "Reading"),
    ],
)
def test_what_no_circuit_may_say_is_refused_at_its_key(edits, key):
    with pytest.raises(ValidationError) as refusal:
        circuit(*edits)

    assert key in refusal.value.errors()[0]["loc"]


MACHINE = compile_circuit(circuit())


@pytest.mark.parametrize(
    ("state", "trigger", "target"),
    [
        ("writing", "send", "reading"),
        ("reading", "ask", "lacking"),
        ("lacking", "answer", "reading"),
        ("reading", "choose", "chosen"),
        ("told", "choose", "chosen"),
        ("lacking", "leave", "gone"),
    ],
)
def test_an_act_leads_where_the_file_says(state, trigger, target):
    assert MACHINE.target(state, trigger) == target


def test_an_act_is_refused_out_of_its_states():
    with pytest.raises(TransitionRefused) as refusal:
        MACHINE.target("reading", "send")

    assert refusal.value.reasons == [
        "Cette action n’est plus possible : le dossier a changé d’étape."
    ]


@pytest.mark.parametrize("trigger", ["lost", "to_told", "", "__init__", "trigger"])
def test_an_act_that_the_file_does_not_name_does_not_exist(trigger):
    with pytest.raises(TransitionRefused, match="n’existe pas"):
        MACHINE.target("reading", trigger)


STATES = st.sampled_from(list(SOUND["states"]))
TRIGGERS = st.sampled_from(list(SOUND["transitions"]))


@given(state=STATES, trigger=TRIGGERS)
def test_the_machine_says_what_the_file_says(state, trigger):
    act = MACHINE.circuit.transitions[trigger]
    if state in act.sources:
        assert MACHINE.target(state, trigger) == act.to
    else:
        with pytest.raises(TransitionRefused):
            MACHINE.target(state, trigger)


@given(triggers=st.lists(TRIGGERS, max_size=30))
def test_one_machine_serves_all_dossiers_and_remembers_none(triggers):
    state = "writing"
    for trigger in triggers:
        with contextlib.suppress(TransitionRefused):
            state = MACHINE.target(state, trigger)
        assert state in MACHINE.circuit.states
        assert MACHINE.target("writing", "send") == "reading"


@given(triggers=st.lists(TRIGGERS, max_size=30))
def test_from_wherever_a_dossier_got_an_end_can_be_reached(triggers):
    sound = MACHINE.circuit
    state = sound.initial
    for trigger in triggers:
        act = sound.transitions[trigger]
        state = act.to if state in act.sources else state

    reached, frontier = {state}, [state]
    while frontier:
        fresh = {act.to for act in sound.leaving(frontier.pop())} - reached
        reached |= fresh
        frontier += fresh
    assert any(sound.states[name].phase in ENDS for name in reached)


def test_an_act_is_carried_out_under_the_first_role_that_may():
    leave = MACHINE.circuit.transitions["leave"]

    assert check_role(leave, {"reader", "author"}) == "author"
    assert check_role(leave, {"reader"}) == "reader"


@pytest.mark.parametrize("roles", [set(), {"reader"}, {"lost"}])
def test_an_act_is_refused_to_other_roles(roles):
    with pytest.raises(NotYourTurn, match="Votre rôle ne permet pas"):
        check_role(MACHINE.circuit.transitions["send"], roles)


def test_only_the_acts_of_ones_roles_are_offered_in_the_order_of_the_file():
    def keys(state, *roles):
        return [each.key for each in offered(MACHINE.circuit, state, roles)]

    assert keys("reading", "reader") == ["ask", "choose", "leave"]
    assert keys("reading", "author") == ["leave"]
    assert keys("gone", "author", "reader") == []


@pytest.mark.parametrize(("facts", "refused"), [({"rank": 1}, False), ({"rank": 2}, True)])
def test_a_condition_that_does_not_hold_is_refused_with_its_sentence(facts, refused):
    guarded = circuit(
        ("transitions/choose/guard", "rank == 1"), ("transitions/choose/refusal", "Pas le premier.")
    ).transitions["choose"]

    if refused:
        with pytest.raises(TransitionRefused, match="Pas le premier"):
            check_guard(guarded, facts)
    else:
        check_guard(guarded, facts)


def test_an_unknown_condition_does_not_hold():
    guarded = circuit(
        ("transitions/choose/guard", "rank == 1"), ("transitions/choose/refusal", "Inconnu.")
    ).transitions["choose"]

    with pytest.raises(TransitionRefused, match="Inconnu"):
        check_guard(guarded, {"rank": None})


@pytest.mark.parametrize(
    ("manager", "audience", "expected"),
    [
        (None, Audience.APPLICANT, "Ici"),
        (None, Audience.SERVICE, "Là"),
        (None, Audience.MANAGER, "Là"),
        ("Ailleurs", Audience.MANAGER, "Ailleurs"),
        ("Ailleurs", Audience.SERVICE, "Là"),
    ],
)
def test_a_state_is_worded_for_its_audience(manager, audience, expected):
    assert StateLabels(**LABELS, manager=manager).of(audience) == expected
