"""What is proved of a circuit, and the shortest path that shows each failure."""

import time
from typing import Any

import pytest

from grants.workflows.definition import Circuit
from grants.workflows.soundness import Kind, Need, Share, prove
from grants.workflows.soundness.situations import MOST_SITUATIONS


def state(phase: str, name: str, *turn: str, **more: object) -> dict[str, Any]:
    return {
        "phase": phase,
        "labels": {"applicant": name, "service": name},
        "turn": list(turn),
    } | more


def act(label: str, start: str, end: str, *roles: str, **more: object) -> dict[str, Any]:
    return {
        "label": label,
        "done": label,
        "from": start.split(),
        "to": end,
        "roles": list(roles),
    } | more


#: Two partners sign; two opinions are given in parallel, a jury scores, hears and decides.
BASE: dict[str, Any] = {
    "initial": "draft",
    "roles": {
        "author": {"label": "Auteur", "capacity": "signatory"},
        "partner": {"label": "Partenaire", "capacity": "signatory", "party": "partner"},
        "social": {"label": "Social", "service": "social", "capacity": "officer"},
        "works": {"label": "Travaux", "service": "works", "capacity": "officer"},
        "head": {"label": "Chef", "service": "works", "capacity": "head"},
    },
    "states": {
        "draft": state("draft", "Brouillon", "author", editors=["author", "partner"]),
        "panel": state("review", "Avis", "social", "works"),
        "jury": state("review", "Jury", "head", "author"),
        "decided": state("decided", "Décidé", "head"),
        "told": state("notified", "Notifié"),
        "gone": state("closed", "Retiré"),
    },
    "transitions": {
        "sign": act("Signer", "draft", "draft", "partner", signs=True),
        "send": act(
            "Déposer",
            "draft",
            "panel",
            "author",
            requires=["complete", "signed"],
            freezes=True,
        ),
        "give_social": act("Avis social", "panel", "panel", "social", gives="social"),
        "give_works": act("Avis technique", "panel", "panel", "works", gives="works"),
        "gather": act("Réunir", "panel", "jury", awaits={"opinions": ["social", "works"]}),
        "score": act("Noter", "jury", "jury", "head", scores="grid"),
        "book": act("Réserver", "jury", "jury", "author", books="hearing"),
        "decide": act(
            "Décider",
            "jury",
            "decided",
            "head",
            decides=True,
            awaits={"grids": ["grid"], "hearings": ["hearing"]},
        ),
        "tell": act("Notifier", "decided", "told", "head", notifies=True),
        "leave": act("Retirer", "panel jury", "gone", "author"),
    },
    "clocks": {
        "opinions": {"label": "Avis", "states": ["panel"], "days": 30, "fires": "leave"},
    },
}
NEEDS = (
    Need(frozenset({Share(Kind.OPINION, "social")})),
    Need(frozenset({Share(Kind.OPINION, "works")})),
    Need(frozenset({Share(Kind.GRID, "grid")}), since=frozenset({"jury"})),
    Need(frozenset({Share(Kind.HEARING, "hearing")}), since=frozenset({"jury"})),
)


def changed(tree: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """`tree` with another value at « path/to/key »; None takes the key away."""
    name, _, rest = path.partition("/")
    if rest:
        return tree | {name: changed(tree[name], rest, value)}
    kept = {key: each for key, each in tree.items() if key != name}
    return kept if value is None else kept | {name: value}


def failures(*edits: tuple[str, object], needs: tuple[Need, ...] = NEEDS) -> list[tuple[str, str]]:
    """(path, message) of all that is not proved of the circuit after each edit."""
    tree = BASE
    for path, value in edits:
        tree = changed(tree, path, value)
    proofs = prove(Circuit.model_validate(tree), needs)
    return [("/".join(each.path), each.message) for proof in proofs for each in proof.failures]


def test_a_sound_circuit_is_proved_property_by_property():
    proofs = prove(Circuit.model_validate(BASE), NEEDS)

    assert {proof.said: proof.failures for proof in proofs} == {
        "chaque état peut être atteint": (),
        "chaque action peut avoir lieu": (),
        "de chaque état, une fin peut être atteinte": (),
        "dans chaque état qui attend, un rôle peut agir": (),
        "aucun bouton n’a deux sens": (),
        "rien ne se refait de soi-même sans fin": (),
        "chaque échéance prend fin": (),
        "rien n’est déposé à nouveau une fois noté": (),
        "aucun avis obligatoire, aucune grille, aucune audition ne peut être sauté": (),
    }


TO_PANEL = "Brouillon → (Signer) → Brouillon → (Déposer) → Avis"
TO_JURY = f"{TO_PANEL} → (Avis social) → Avis → (Avis technique) → Avis → (Réunir) → Jury"

FAILURES = {
    "an opinion may be skipped": (
        [("transitions/hurry", act("Passer", "panel", "jury", "head"))],
        [
            (
                "transitions/decide",
                (
                    f"l’action « decide » décide alors que l’avis « {missing} » peut manquer. "
                    f"Chemin "
                    f"le plus court : {TO_PANEL} → (Passer) → Jury → (Noter) → Jury → (Réserver) → "
                    "Jury → (Décider) → Décidé"
                ),
            )
            for missing in ("social", "works")
        ],
    ),
    "an opinion reopened may be skipped": (
        [
            ("transitions/again", act("Revoir", "jury", "panel", "head", reopens=["social"])),
            ("transitions/gather/awaits", {"opinions": ["works"]}),
        ],
        [
            (
                "transitions/decide",
                (
                    "l’action « decide » décide alors que l’avis « social » peut manquer. Chemin "
                    "le "
                    f"plus court : {TO_PANEL} → (Avis technique) → Avis → (Réunir) → Jury → "
                    f"(Noter) → "
                    "Jury → (Réserver) → Jury → (Décider) → Décidé"
                ),
            ),
        ],
    ),
    "a grid may be skipped": (
        [("transitions/decide/awaits", {"hearings": ["hearing"]})],
        [
            (
                "transitions/decide",
                (
                    "l’action « decide » décide alors que la grille « grid » peut manquer. "
                    "Chemin le "
                    f"plus court : {TO_JURY} → (Réserver) → Jury → (Décider) → Décidé"
                ),
            )
        ],
    ),
    "a hearing may be skipped": (
        [("transitions/decide/awaits", {"grids": ["grid"]})],
        [
            (
                "transitions/decide",
                (
                    "l’action « decide » décide alors que l’audition « hearing » peut manquer. "
                    "Chemin "
                    f"le plus court : {TO_JURY} → (Noter) → Jury → (Décider) → Décidé"
                ),
            )
        ],
    ),
    "nobody can give what is awaited": (
        [
            ("transitions/give_works/from", ["jury"]),
            ("transitions/give_works/to", "jury"),
            ("transitions/leave/from", ["panel"]),
        ],
        [
            (
                "transitions/gather",
                (
                    "l’action « gather » n’est jamais possible : l’avis « works » ne peut pas être "
                    f"venu avant. Chemin le plus court : {TO_PANEL}"
                ),
            )
        ],
    ),
    "an act gives an opinion that is given already": (
        [("transitions/give_again", act("Redire", "jury", "jury", "works", gives="works"))],
        [
            (
                "transitions/give_again",
                (
                    "l’action « give_again » n’est jamais possible : l’avis « works » y est "
                    "toujours "
                    f"déjà rendu (« reopens »). Chemin le plus court : {TO_JURY}"
                ),
            )
        ],
    ),
    "a partner cannot sign": (
        [("transitions/sign/signs", False)],
        [
            (
                "transitions/send",
                (
                    "l’action « send » n’est jamais possible : un des organismes ne peut pas avoir "
                    "signé avant (« signs »). Chemin le plus court : Brouillon"
                ),
            ),
            (
                "states/draft",
                (
                    "état « draft » : aucune action ne mène de là à une fin. "
                    "Chemin le plus court : Brouillon"
                ),
            ),
        ],
    ),
    "what was returned in parallel leads nowhere": (
        [
            ("transitions/gather", None),
            ("transitions/leave/from", ["jury"]),
            (
                "transitions/open",
                act("Ouvrir", "panel", "jury", "head", awaits={"opinions": ["lost"]}),
            ),
            ("clocks", None),
        ],
        [
            (
                "transitions/open",
                (
                    "l’action « open » n’est jamais possible : l’avis « lost » ne peut pas être "
                    "venu "
                    f"avant. Chemin le plus court : {TO_PANEL}"
                ),
            ),
            (
                "states/panel",
                (
                    "état « panel » : plus aucune action n’y est possible, une fois venu : la "
                    "signature de « partner », l’avis « social » et l’avis « works ». Chemin le "
                    f"plus court : {TO_PANEL} → (Avis social) → Avis → (Avis technique) → Avis"
                ),
            ),
        ],
    ),
    "a dossier comes back where it has nothing left to do": (
        [
            (
                "transitions/gather",
                act("Réunir", "panel", "jury", "head", awaits={"opinions": ["social", "works"]}),
            ),
            ("states/waiting", state("review", "Attente", "works")),
            ("transitions/wait", act("Attendre", "jury", "waiting", "head")),
            ("transitions/resume", act("Reprendre", "waiting", "jury", "works", gives="works")),
        ],
        [
            (
                "transitions/resume",
                (
                    "l’action « resume » n’est jamais possible : l’avis « works » y est toujours "
                    "déjà "
                    f"rendu (« reopens »). Chemin le plus court : {TO_JURY} → (Attendre) → Attente"
                ),
            ),
            (
                "states/waiting",
                (
                    "état « waiting » : plus aucune action n’y est possible, une fois venu : la "
                    "signature de « partner », l’avis « social » et l’avis « works ». Chemin le "
                    "plus "
                    f"court : {TO_JURY} → (Attendre) → Attente"
                ),
            ),
        ],
    ),
    "only a date can act": (
        [
            ("states/still", state("review", "Attente", "head", editors=["head"])),
            ("transitions/rest", act("Attendre", "jury", "still", "head")),
            ("transitions/wake", act("Reprendre", "still", "jury")),
            ("clocks/rest", {"label": "Attente", "states": ["still"], "days": 9, "fires": "wake"}),
        ],
        [
            (
                "states/still",
                (
                    "état « still » : aucun rôle ne peut y agir. "
                    f"Chemin le plus court : {TO_JURY} → (Attendre) → Attente"
                ),
            )
        ],
    ),
    "one button does two things": (
        [("transitions/give_works/label", "Avis social")],
        [
            (
                "transitions/give_works/label",
                (
                    "« Avis social » a deux sens dans l’état « panel » : « give_social » et "
                    "« give_works » ne font pas la même chose. "
                    f"Chemin le plus court : {TO_PANEL}"
                ),
            )
        ],
    ),
    "the circuit goes round by itself": (
        [
            ("states/other", state("review", "Ailleurs", "head")),
            ("transitions/gather/to", "other"),
            (
                "transitions/back",
                act(
                    "Revenir", "other", "panel", awaits={"opinions": ["social"]}, guard="rank == 1"
                ),
            ),
            ("transitions/go", act("Aller", "other", "jury", "head")),
        ],
        [
            (
                "transitions/gather",
                (
                    "l’action « gather » se referait d’elle-même sans fin. Chemin le plus court : "
                    f"{TO_PANEL} → (Avis social) → Avis → (Avis technique) → Avis → (Réunir) → "
                    "Ailleurs → (Revenir) → Avis"
                ),
            )
        ],
    ),
    "a due date runs for ever": (
        [("clocks/late", {"label": "Suite", "states": ["told"], "days": 30})],
        [
            (
                "clocks/late",
                (
                    "l’échéance « late » court sans fin : rien ne fait sortir de ses états. "
                    "Chemin le "
                    f"plus court : {TO_JURY} → (Noter) → Jury → (Réserver) → Jury → (Décider) → "
                    "Décidé → (Notifier) → Notifié"
                ),
            )
        ],
    ),
    "a due date fires what is not always possible": (
        [("transitions/leave/awaits", {"opinions": ["social"]})],
        [
            (
                "clocks/opinions/fires",
                (
                    "« leave » n’est pas toujours possible quand l’échéance passe. "
                    f"Chemin le plus court : {TO_PANEL}"
                ),
            )
        ],
    ),
    "a due date fires an act that stays in its states": (
        [
            ("transitions/remain", act("Attendre", "panel", "panel", "head")),
            ("clocks/opinions/fires", "remain"),
        ],
        [
            (
                "clocks/opinions/fires",
                "« remain » ne sort pas des états de l’échéance : elle recommencerait sans fin",
            )
        ],
    ),
}


@pytest.mark.parametrize(("edits", "expected"), FAILURES.values(), ids=FAILURES)
def test_it_is_told_with_the_shortest_path_that(edits, expected):
    assert failures(*edits) == expected


def test_one_of_two_opinions_is_enough_where_the_file_says_so():
    one_of_two = ("transitions/gather/awaits", {"opinions": ["social", "works"], "at_least": 1})
    either = Need(frozenset({Share(Kind.OPINION, "social"), Share(Kind.OPINION, "works")}))

    assert failures(one_of_two, needs=(either,)) == []
    assert failures(
        one_of_two, ("transitions/hurry", act("Passer", "panel", "jury", "head")), needs=(either,)
    ) == [
        (
            "transitions/decide",
            (
                "l’action « decide » décide alors que 1 parmi l’avis « social » et l’avis « "
                "works » "
                f"peut manquer. Chemin le plus court : {TO_PANEL} → (Passer) → Jury → (Noter) → "
                f"Jury → "
                "(Réserver) → Jury → (Décider) → Décidé"
            ),
        )
    ]


def test_a_dossier_may_be_decided_before_it_ever_comes_to_the_jury():
    before = ("transitions/refuse", act("Écarter", "panel", "decided", "head", decides=True))

    assert failures(before, needs=NEEDS[2:]) == []


def test_the_same_act_under_two_roles_is_one_meaning():
    twice = act("Retirer", "panel", "gone", "head")

    assert failures(("transitions/leave_too", twice)) == []


def many_opinions(number: int) -> dict[str, Any]:
    given = {
        f"give_{i}": act(f"Avis {i}", "panel", "panel", "head", gives=f"view_{i}")
        for i in range(number)
    }
    return BASE | {"transitions": BASE["transitions"] | given}


def test_ten_more_opinions_in_parallel_are_proved_in_no_time():
    started = time.perf_counter()
    proofs = prove(Circuit.model_validate(many_opinions(6)), NEEDS)

    assert [proof.said for proof in proofs if proof.failures] == []
    assert time.perf_counter() - started < 5


def test_a_circuit_too_large_to_be_proved_is_refused():
    (proof,) = prove(Circuit.model_validate(many_opinions(14)), NEEDS)

    assert [each.message for each in proof.failures] == [
        (
            f"plus de {MOST_SITUATIONS} situations possibles : trop d’avis, de grilles ou "
            "d’auditions en parallèle pour les prouver"
        )
    ]
