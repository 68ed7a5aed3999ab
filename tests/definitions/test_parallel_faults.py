"""What a call file says of parties, grids, hearings, places, and is wrong, is told at its line."""

import pytest

from tests.definitions.broken import broken, faults
from tests.definitions.rich import RICH

PAIR = [
    ("certification:", "parties:\n  evaluator: {label: Évaluateur}\ncertification:"),
    (
        "    social_officer: {label: Agent",
        (
            "    evaluator: {label: Évaluateur, capacity: signatory, party: evaluator}\n"
            "    social_officer: {label: Agent"
        ),
    ),
    (
        "    give_social:\n",
        (
            "    sign:\n      {label: Signer, done: Signé, from: [writing], to: writing,\n"
            "       roles: [evaluator], signs: true}\n    give_social:\n"
        ),
    ),
    ("requires: [complete]", "requires: [complete, signed]"),
]
TO_JURY = (
    "Chemin le plus court : À écrire → (Déposer) → Avis attendus → (Rendre l’avis social) → Avis "
    "attendus → (Rendre l’avis technique) → Avis attendus → (Passer devant le jury) → Devant le "
    "jury"
)
NEVER = "l’action « choose » n’est jamais possible"

BROKEN = {
    "the section asked first is unknown": (
        [("territory_field:", "eligibility: first\nterritory_field:")],
        [("eligibility: first", "rubrique inconnue : « first »")],
    ),
    "the section asked first depends on another": (
        [
            ("territory_field:", "eligibility: first\nterritory_field:"),
            (
                "certification:",
                (
                    "    first:\n      fields:\n        old:\n          type: yes_no\n"
                    "          label: Ancienne\n          shown_when: filled(theme)\ncertification:"
                ),
            ),
        ],
        [
            (
                "shown_when: filled(theme)",
                (
                    "« theme » n’est pas de la rubrique « first », posée avant les autres "
                    "(« eligibility »)"
                ),
            )
        ],
    ),
    "the section asked first is another organisation's": (
        [
            *PAIR,
            ("territory_field:", "eligibility: workshop\nterritory_field:"),
            ("      title: La fabrique\n", "      title: La fabrique\n      party: evaluator\n"),
        ],
        [
            (
                "eligibility: workshop",
                "la rubrique « workshop » est d’un autre organisme (« evaluator »)",
            )
        ],
    ),
    "a section is of an unknown organisation": (
        [("      title: La fabrique\n", "      title: La fabrique\n      party: lost\n")],
        [("party: lost", "organisme inconnu : « lost »")],
    ),
    "a role is of a service and of an organisation": (
        [*PAIR, ("service: jury, capacity", "service: jury, party: evaluator, capacity")],
        [
            (
                (
                    "juror: {label: Membre du jury, service: jury, party: evaluator, capacity: "
                    "officer}"
                ),
                (
                    "le rôle « juror » est d’un service ou d’un organisme porteur (« party »), "
                    "non des "
                    "deux"
                ),
            )
        ],
    ),
    "an organisation never signs": (
        [*PAIR, (", signs: true}", "}")],
        [
            (
                "evaluator: {label: Évaluateur}",
                "aucune action ne fait signer l’organisme « evaluator » (« signs »)",
            ),
            (
                "send:",
                (
                    "l’action « send » n’est jamais possible : un des organismes ne peut pas avoir "
                    "signé avant (« signs »). Chemin le plus court : À écrire"
                ),
            ),
            (
                "writing:",
                (
                    "état « writing » : aucune action ne mène de là à une fin. Chemin le plus "
                    "court : "
                    "À écrire"
                ),
            ),
        ],
    ),
    "no act asks for the signatures": (
        PAIR[:-1],
        [
            (
                "parties:",
                "aucune action n’exige les signatures (« requires: [signed] »)",
            )
        ],
    ),
    "a service signs, once the dossier is deposited": (
        [("       scores: project,", "       signs: true, scores: project,")],
        [
            (
                (
                    "{label: Remettre ma grille, done: Grille remise, from: [jury], to: jury, "
                    "roles: "
                    "[juror],"
                ),
                "le rôle « juror » n’est d’aucun organisme qui signe (« party »)",
            ),
            (
                "signs: true, scores: project, visible_to_applicant: false}",
                "l’action « score » : on signe un brouillon ou un complément, sans le déposer",
            ),
        ],
    ),
    "a grid is scored by the applicant": (
        [("scored_by: [juror]", "scored_by: [juror, author]")],
        [("scored_by: [juror, author]", "« author » n’est pas d’un service : il ne note pas")],
    ),
    "a grid is scored in another state": (
        [("scored_in: [jury]", "scored_in: [panel]")],
        [
            (
                (
                    "{label: Remettre ma grille, done: Grille remise, from: [jury], to: jury, "
                    "roles: "
                    "[juror],"
                ),
                "la grille « project » ne se remplit pas dans l’état « jury »",
            )
        ],
    ),
    "no act returns a grid": (
        [("       scores: project,", "      ")],
        [
            ("project:", "aucune action ne remet la grille « project » (« scores »)"),
            ("choose:", f"{NEVER} : la grille « project » ne peut pas être venu avant. {TO_JURY}"),
            (
                "jury:",
                (
                    "état « jury » : aucune action ne mène de là à une fin, une fois venu : "
                    "l’audition « interview », l’avis « social » et l’avis « works ». "
                    f"{TO_JURY} → (Choisir l’heure de l’audition) → Devant le jury"
                ),
            ),
        ],
    ),
    "slots end before they begin, and overlap": (
        [('to: "10:00", every: 30', 'to: "08:00", every: 30'), ("2026-11-23", "2026-11-19")],
        [
            (
                '- {day: 2026-11-20, from: "09:00", to: "08:00", every: 30}',
                "la fin (« to ») doit suivre le début",
            ),
            (
                '- {day: 2026-11-19, from: "14:00", to: "14:30", every: 30}',
                "les séances se suivent, sans se recouvrir",
            ),
        ],
    ),
    "slots are shorter than a hearing": (
        [("minutes: 20", "minutes: 45")],
        [
            (
                line,
                "un créneau toutes les 30 minutes : les auditions durent 45 minutes",
            )
            for line in (
                '- {day: 2026-11-20, from: "09:00", to: "10:00", every: 30}',
                '- {day: 2026-11-23, from: "14:00", to: "14:30", every: 30}',
            )
        ],
    ),
    "places are counted for what is no choice": (
        [("field: theme", "field: name")],
        [("field: name", "« name » doit être un champ « choice »")],
    ),
    "places are counted for unknown options, beyond the total": (
        [("places: {education: 1, culture: 2}", "places: {education: 1, sport: 3}")],
        [
            ("places: {education: 1, sport: 3}", "option inconnue : « sport »"),
            ("total: 2", "une option a plus de places que le total n’en compte"),
        ],
    ),
    "an own body takes the kind of a service of the State": (
        [("{kind: ddt,", "{kind: ddt, name: Amis des jardins,")],
        [
            (
                (
                    "works: {kind: ddt, name: Amis des jardins, scope: department, label: "
                    "Service des "
                    "travaux}"
                ),
                "« ddt » est un service de l’État, déjà nommé : changer « kind »",
            )
        ],
    ),
    "one own body has two names": (
        [
            ("{kind: ddcs,", "{kind: house, name: Maison,"),
            ("{kind: ddt,", "{kind: house, name: Foyer,"),
        ],
        [
            (
                "works: {kind: house, name: Foyer, scope: department, label: Service des travaux}",
                "« house » est déjà la sorte de « social », sous un autre nom ou un autre ressort",
            )
        ],
    ),
    "more opinions are awaited than there are": (
        [("at_least: 2}, mails", "at_least: 4}, mails")],
        [
            (
                "awaits: {opinions: [social, works, board], at_least: 4}, mails: [invited]}",
                "« at_least » dépasse le nombre d’avis attendus (3)",
            ),
        ],
    ),
    "what is awaited is unknown": (
        [("awaits: {grids: [project], hearings: [interview]}", "awaits: {grids: [protocol]}")],
        [
            ("decides: true, awaits: {grids: [protocol]},", "grille inconnue : « protocol »"),
            ("choose:", f"{NEVER} : la grille « protocol » ne peut pas être venu avant. {TO_JURY}"),
            (
                "jury:",
                (
                    "état « jury » : aucune action ne mène de là à une fin, une fois venu : la "
                    "grille « project », l’audition « interview », l’avis « social » et l’avis "
                    f"« works ». {TO_JURY} → (Remettre ma grille) → Devant le jury → (Choisir "
                    "l’heure de l’audition) → Devant le jury"
                ),
            ),
        ],
    ),
    "the circuit would decide by itself": (
        [("to: chosen, roles: [chair],", "to: chosen,")],
        [
            (
                "choose:",
                (
                    "l’action « choose », qui n’est à aucun rôle, se fait d’elle-même : elle ne "
                    "peut "
                    "ni écrire, ni décider, ni exiger (« requires »)"
                ),
            ),
        ],
    ),
    "a guard speaks of a grid that does not exist": (
        [
            (
                "roles: [chair],\n       notifies",
                "roles: [chair], guard: jury_mean > 10,\n       refusal: Non., notifies",
            )
        ],
        [
            (
                (
                    "{label: Notifier, done: Décision notifiée, from: [chosen], to: told, roles: "
                    "[chair], guard: jury_mean > 10,"
                ),
                "nom inconnu : « jury_mean » (colonne 1)",
            )
        ],
    ),
    "a compulsory opinion may be skipped": (
        [
            ("at_least: 2}, mails", "at_least: 1}, mails"),
            ("optional: true", "optional: false"),
            ("opinions: [social, works, board], at_least: 1", "opinions: [social, works]"),
        ],
        [
            (
                "choose:",
                (
                    "l’action « choose » décide alors que l’avis « board » peut manquer. "
                    f"{TO_JURY} → (Remettre ma grille) → Devant le jury → (Choisir l’heure de "
                    "l’audition) → Devant le jury → (Décider) → Choisi"
                ),
            )
        ],
    ),
    "what was scored is deposited anew": (
        [
            (
                "    book:\n",
                (
                    "    amend:\n      {label: Corriger, done: Corrigé, from: [jury], to: jury,"
                    " roles: [author],\n       requires: [complete],\n       freezes: true}\n"
                    "    book:\n"
                ),
            )
        ],
        [
            (
                "freezes: true}",
                (
                    "« amend » dépose à nouveau après la grille « project » : les notes "
                    f"resteraient celles de la version d’avant. {TO_JURY} → (Remettre ma grille) → "
                    "Devant le jury → (Corriger) → Devant le jury"
                ),
            )
        ],
    ),
}


@pytest.mark.parametrize(("edits", "expected"), BROKEN.values(), ids=BROKEN)
def test_each_fault_is_told_at_its_own_line(edits, expected):
    assert sorted(faults(broken(*edits, text=RICH))) == sorted(expected)


@pytest.mark.parametrize("edits", [[], PAIR], ids=["rich", "pair"])
def test_a_right_file_has_no_fault(edits):
    assert faults(broken(*edits, text=RICH)) == []


def test_what_cannot_be_read_of_the_circuit_proves_nothing_against_the_rest():
    """The act that gives an opinion is misspelt: those who await it are not held to it."""
    text = broken(
        ("roles: [works_officer], gives: works", "roles: works_officer, gives: works"), text=RICH
    )

    assert [message for _, message in faults(text)] == ["« roles » attend une liste"]


def test_a_guard_may_speak_of_the_mean_of_a_grid_and_of_its_sheets():
    guarded = broken(
        (
            "roles: [chair],\n       notifies",
            (
                "roles: [chair],\n       guard: project_mean >= 12 and project_count > 1,\n"
                "       refusal: Trop peu., notifies"
            ),
        ),
        text=RICH,
    )

    assert faults(guarded) == []
