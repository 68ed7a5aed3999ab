"""Every fault of a call file is told in French, at its line, and all of them at once."""

import time

import pytest

from grants.calls.loader import CallFileInvalid, decoded, read_call
from grants.dossiers.papers import model_bytes
from tests.definitions.broken import HLM, broken, faults
from tests.definitions.small import SMALL

LOST_STATE = """\
    lost:
      phase: review
      labels: {applicant: Perdu, service: Perdu}
      turn: [decider]
  transitions:
    submit:
"""
TRAP_STATE = """\
    trap:
      phase: review
      labels: {applicant: Piège, service: Piège}
      turn: [department_officer]
      editors: [department_officer]
  transitions:
    fall:
      label: Tomber
      done: Tombé
      from: [submitted]
      to: trap
      roles: [department_officer]
    submit:
"""
NAME = "          label: Nom du projet\n"
TURN = """\
    turn_round:
      label: Tourner
      done: Tourné
      from: [trap]
      to: trap
      roles: [department_officer]
    submit:
"""

#: What is wrong, the edits that make it so, and (line of the file, message) for each error.
BROKEN = {
    "a deposit asks for more than what is read": (
        [
            (
                "requires: [call_open, complete, certified]\n",
                "requires: [call_open, complete, certified]\n      form: extension\n",
            )
        ],
        [
            (
                "form: extension",
                (
                    "l’action « submit » dépose ou signe les réponses : elle ne demande rien de "
                    "plus, posez la question dans le formulaire de l’appel"
                ),
            )
        ],
    ),
    "the amount asked for is an unknown figure": (
        [("asked_figure: asked", "asked_figure: lost")],
        [("asked_figure: lost", "chiffre inconnu : « lost »")],
    ),
    "a rule of a figure names an unknown field": (
        [("value: total_cost - resources", "value: total_cost - ressources")],
        [
            (
                "value: total_cost - ressources",
                "nom inconnu : « ressources » — vouliez-vous dire « resources » ? (colonne 14)",
            )
        ],
    ),
    "a check compares money with a text": (
        [("asked == 0", "asked == 'rien'")],
        [
            (
                "when: count(cofinancing) > 0 and asked == 'rien'",
                "un montant ne se compare pas à un texte (colonne 37)",
            )
        ],
    ),
    "nobody can reach a state": (
        [
            ("  transitions:\n    submit:\n", LOST_STATE),
            ("      from: [region_given]\n", "      from: [region_given, lost]\n"),
        ],
        [("lost:", "aucune action ne mène à l’état « lost » depuis le départ")],
    ),
    "nobody can leave a state": (
        [("  transitions:\n    submit:\n", TRAP_STATE)],
        [
            (
                "trap:",
                (
                    "état « trap » : aucune action n’en sort. Chemin le plus court : En "
                    "préparation → "
                    "(Déposer le dossier) → Déposé, avis départemental à rendre → (Tomber) → Piège"
                ),
            )
        ],
    ),
    "an act leads to an unknown state": (
        [("      to: region_given\n", "      to: region_givn\n")],
        [("to: region_givn", "état inconnu : « region_givn »")],
    ),
    "a trigger has no role": (
        [("      roles: [signatory]\n      requires: [call_open", "      requires: [call_open")],
        [("submit:", "l’action « submit » n’est donnée à aucun rôle (« roles »)")],
    ),
    "a role has no service": (
        [("      service: region_social\n", "")],
        [
            (
                "region_contributor:",
                "le rôle « region_contributor » ne nomme pas son service (« service »)",
            )
        ],
    ),
    "a role is of an unknown service": (
        [("      service: region_social\n", "      service: prefecture\n")],
        [
            (
                "service: prefecture",
                "le rôle « region_contributor » est d’un service inconnu : « prefecture »",
            )
        ],
    ),
    "a slot of the Word model has no value": (
        [
            ('    commitment: "{commitment}\\n{commitment_context}"\n', ""),
            ("        commitment:\n", "        commitment:\n          slot: engagement\n"),
        ],
        [
            (
                "model: presentation-hlm.docx",
                "le modèle Word attend « commitment », que rien ne remplit",
            )
        ],
    ),
    "the Word model does not exist": (
        [("presentation-hlm.docx", "autre.docx")],
        [("model: autre.docx", "aucun modèle Word ne s’appelle « autre.docx »")],
    ),
    "a key is written twice": (
        [("kind: Appel à projets\n", "kind: Appel à projets\nkind: Concours\n")],
        [("kind: Concours", "clé « kind » écrite deux fois")],
    ),
    "the closing comes before the opening": (
        [("closes: 2014-06-30 23:59", "closes: 2014-03-31 23:59")],
        [
            (
                "closes: 2014-03-31 23:59",
                "la clôture (« closes ») doit suivre l’ouverture (« opens »)",
            )
        ],
    ),
    "a date is not written as asked": (
        [("closes: 2014-06-30 23:59", "closes: 30 juin 2014")],
        [
            (
                "closes: 30 juin 2014",
                "écrire la date et l’heure ainsi : 2014-06-30 23:59 (heure de Paris)",
            )
        ],
    ),
    "a key is unknown": (
        [("legal_basis:", "legal_bases:")],
        [
            (
                (
                    "legal_bases: Circulaire conjointe de l’État et de l’Union sociale pour "
                    "l’habitat du 25 mars 2014"
                ),
                "clé inconnue : « legal_bases »",
            )
        ],
    ),
    "a key is missing": (
        [("          label: Nom du projet\n", "")],
        [("project_name:", "il manque « label »")],
    ),
    "a type of field is unknown": (
        [("type: siret", "type: siren")],
        [
            (
                "support_siret:",
                (
                    "type de champ inconnu : « siren » (connus : « text », « long_text », « lines "
                    "», « integer », « yes_no », « choice », « choices », « money », « duration », "
                    "« date », « commune », « siret », « computed », « file » et « table »)"
                ),
            )
        ],
    ),
    "a word is not among those admitted": (
        [("phase: completion", "phase: complement")],
        [
            (
                "phase: complement",
                (
                    "« phase » : « complement » n’est pas admis (admis : « draft », « review », "
                    "« completion », « decided », « notified » et « closed »)"
                ),
            )
        ],
    ),
    "a number is written in letters": (
        [("silence_months: 2", "silence_months: deux")],
        [
            (
                "silence_months: deux",
                "« silence_months » attend un nombre entier, non « deux »",
            )
        ],
    ),
    "a mail names what it does not know": (
        [("{holder} a retiré", "{porteur} a retiré")],
        [
            (
                "body: |",
                (
                    "« {porteur} » est inconnu (connus : call, clock, due, hearing, holder, link, "
                    "note, received, reference, title, version)"
                ),
            )
        ],
    ),
    "an act uses an unknown form": (
        [("form: withdrawal", "form: retrait")],
        [("form: retrait", "formulaire inconnu : « retrait »")],
    ),
    "a service did not exist yet": (
        [("reference_date: 2014-03-25", "reference_date: 2009-12-31")],
        [
            (
                f"kind: {kind}",
                f"au 31 décembre 2009 (« reference_date »), aucun service « {kind} » n’existait",
            )
            for kind in ("ddcs", "dreal", "drjscs")
        ],
    ),
    "a department is unknown, another comes twice": (
        [('["16", "17", "79", "86"]', '["16", "16", "100"]')],
        [
            ('departments: ["16", "16", "100"]', "département inconnu : « 100 »"),
            ('departments: ["16", "16", "100"]', "département écrit deux fois : « 16 »"),
        ],
    ),
    "an anchor and its references": (
        [
            ("[editor, signatory]", "&team [editor, signatory]"),
            ("      editors: [editor, signatory]", "      editors: *team"),
        ],
        [
            (
                "turn: &team [editor, signatory]",
                "les renvois YAML (« & » et « * ») ne sont pas admis",
            ),
            ("editors: *team", "les renvois YAML (« & » et « * ») ne sont pas admis"),
        ],
    ),
    "a tag that would run code": (
        [("title: Mise en place", "title: !!python/object/apply:os.system Mise en place")],
        [
            (
                (
                    "title: !!python/object/apply:os.system Mise en place de 10 000 logements HLM "
                    "accompagnés"
                ),
                "les étiquettes YAML (« ! ») ne sont pas admises",
            )
        ],
    ),
    "a tabulation": (
        [("  opens:", "\topens:")],
        [
            (
                "opens: 2014-04-01 09:00",
                (
                    "YAML illisible : tabulation, ou caractère qui ne peut pas commencer une "
                    "valeur sans guillemets (@, `, %)"
                ),
            )
        ],
    ),
    "a colon too many": (
        [("legal_basis: Circulaire", "legal_basis: Source : Circulaire")],
        [
            (
                (
                    "legal_basis: Source : Circulaire conjointe de l’État et de l’Union sociale "
                    "pour l’habitat du 25 mars 2014"
                ),
                (
                    "YAML illisible : un « : » de trop, ou un décalage ; mettre entre guillemets "
                    "un texte qui contient « : »"
                ),
            )
        ],
    ),
    "a condition on a question further down": (
        [(NAME, NAME + "          shown_when: filled(dalo)\n")],
        [
            (
                "shown_when: filled(dalo)",
                (
                    "« dalo » vient après : une condition d’affichage ne lit que les champs placés "
                    "avant"
                ),
            )
        ],
    ),
    "a formula that divides by zero": (
        [("value: total_cost - resources", "value: total_cost / 0")],
        [("value: total_cost / 0", "ce calcul divise par zéro (colonne 14)")],
    ),
    "two acts that lead to one another for ever": (
        [
            ("  transitions:\n    submit:\n", TRAP_STATE.replace("    submit:\n", TURN)),
        ],
        [
            (
                "trap:",
                (
                    "état « trap » : aucune action ne mène de là à une fin. Chemin le plus "
                    "court : En "
                    "préparation → (Déposer le dossier) → Déposé, avis départemental à rendre → "
                    "(Tomber) → Piège"
                ),
            )
        ],
    ),
    "names with markup": (
        [
            ("title: Mise en place", "title: <script>alert(1)</script> Mise en place"),
            ("label: Nom du projet", "label: <b>Nom</b> du projet"),
        ],
        [
            (
                (
                    "title: <script>alert(1)</script> Mise en place de 10 000 logements HLM "
                    "accompagnés"
                ),
                "pas de balise dans un nom : « <s »",
            ),
            ("label: <b>Nom</b> du projet", "pas de balise dans un nom : « <b »"),
        ],
    ),
    "a control character": (
        [("kind: Appel", "kind: \x07Appel")],
        [("kind: \x07Appel à projets", "caractère de contrôle interdit (U+0007)")],
    ),
}


@pytest.mark.parametrize(("edits", "expected"), BROKEN.values(), ids=BROKEN.keys())
def test_each_fault_is_told_at_its_own_line(edits, expected) -> None:
    assert sorted(faults(broken(*edits))) == sorted(expected)


@pytest.mark.parametrize("text", [HLM, SMALL], ids=["hlm", "small"])
def test_a_right_file_has_no_fault(text: str) -> None:
    assert read_call(text).slug in {"hlm-accompagnes", "jardins-partages"}
    if text is HLM:
        assert faults(text) == []


#: Ten of the faults above, none of which hides another.
TEN = (
    "a rule of a figure names an unknown field",
    "a check compares money with a text",
    "nobody can leave a state",
    "a trigger has no role",
    "a role is of an unknown service",
    "a slot of the Word model has no value",
    "a key is written twice",
    "the closing comes before the opening",
    "a key is unknown",
    "a type of field is unknown",
)


def test_ten_faults_in_one_file_are_told_all_at_once() -> None:
    edits = [edit for name in TEN for edit in BROKEN[name][0]]
    expected = [error for name in TEN for error in BROKEN[name][1]]
    assert sorted(faults(broken(*edits))) == sorted(expected)
    assert len(expected) == 10


def test_what_depends_on_a_faulty_entry_is_not_held_against_the_file() -> None:
    """The commune field is used by rules, by the Word model and as the territory of the call."""
    assert [line for line, _ in faults(broken(("type: commune", "type: ville")))] == ["location:"]


def test_a_part_that_cannot_be_read_does_not_hide_the_others() -> None:
    edits = [
        ("circuit:\n  initial: draft\n", "circuit:\n  depart: draft\n"),
        *BROKEN["the closing comes before the opening"][0],
        *BROKEN["a check compares money with a text"][0],
    ]
    assert [line for line, _ in faults(broken(*edits))] == [
        "closes: 2014-03-31 23:59",
        "when: count(cofinancing) > 0 and asked == 'rien'",
        "circuit:",
        "depart: draft",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "le fichier doit être une suite de « clé : valeur »"),
        ("Bonjour,", "le fichier doit être une suite de « clé : valeur »"),
        ("- a\n- b", "le fichier doit être une suite de « clé : valeur »"),
        ("a: " + "x" * 1_000_000, "fichier trop grand : un million de caractères au plus"),
        ("a: " + "[" * 400_000, "plus de 30 niveaux imbriqués"),
    ],
    ids=["empty", "letter", "list", "large", "deep"],
)
def test_what_is_no_call_file_is_refused_in_no_time(text: str, message: str) -> None:
    started = time.perf_counter()
    assert faults(text) == [((text.splitlines() or [""])[0].strip(), message)] if text else True
    with pytest.raises(CallFileInvalid, match=message):
        read_call(text)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            model_bytes("receipt.docx"),
            (
                "ligne 1 : ce n’est pas un fichier d’appel : c’est un document Word, un classeur "
                "ou une archive ZIP"
            ),
        ),
        (b"%PDF-1.7\n", "ligne 1 : ce n’est pas un fichier d’appel : c’est un PDF"),
        (b"a: \0\1", "ligne 1 : ce n’est pas un fichier d’appel : ce n’est pas un texte"),
        (
            "slug: a\ntitle: Été".encode("cp1252"),
            "ligne 2 : ce n’est pas un texte en UTF-8 : enregistrez le fichier en UTF-8",
        ),
        (
            "slug: a".encode("utf-16"),
            (
                "ligne 1 : ce n’est pas un fichier d’appel : il est en UTF-16 ; enregistrez-le en "
                "UTF-8"
            ),
        ),
        (b"a" * 4_000_001, "ligne 1 : fichier trop grand : quatre millions d’octets au plus"),
    ],
    ids=["word", "pdf", "binary", "cp1252", "utf-16", "large"],
)
def test_a_file_of_another_kind_is_named(content: bytes, message: str) -> None:
    with pytest.raises(CallFileInvalid) as refused:
        decoded(content)
    assert str(refused.value) == message


def test_a_byte_order_mark_is_passed_over() -> None:
    assert decoded("slug: été".encode("utf-8-sig")) == "slug: été"
