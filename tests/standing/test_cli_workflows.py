"""`grants workflow`: each proof on its line, each failure with its path, for a file and on an
instance."""

import pytest
from click.testing import CliRunner
from lxml import etree

from grants.cli import main
from tests.definitions.broken import HLM, broken
from tests.definitions.small import SMALL

PROVED = """\
✓ chaque état peut être atteint
✓ chaque action peut avoir lieu
✓ de chaque état, une fin peut être atteinte
✓ dans chaque état qui attend, un rôle peut agir
✓ aucun bouton n’a deux sens
✓ rien ne se refait de soi-même sans fin
✓ chaque échéance prend fin
✓ rien n’est déposé à nouveau une fois noté
✓ aucun avis obligatoire, aucune grille, aucune audition ne peut être sauté
"""
#: A state that nothing leaves.
TRAP = [
    ("model: presentation-hlm.docx, ", ""),
    (
        "    chosen: {phase",
        (
            "    trap:\n      phase: review\n      labels: {applicant: Lu, service: Piège}\n"
            "      turn: [chief]\n      editors: [chief]\n    chosen: {phase"
        ),
    ),
    (
        "    choose:\n",
        (
            "    fall: {label: Tomber, done: Tombé, from: [reading], to: trap, roles: [chief]}\n"
            "    choose:\n"
        ),
    ),
]


@pytest.fixture
def check(tmp_path, monkeypatch):
    """Run `grants workflow check` on a file of that text, or on a call of the instance."""
    monkeypatch.setenv("GRANTS_INSTANCE", str(tmp_path))

    def run(*, text=None, slug=None):
        file = tmp_path / "call.yaml"
        if text is not None:
            file.write_text(text)
        done = CliRunner().invoke(main, ["workflow", "check", slug or str(file)])
        return done.exit_code, done.output

    return run


def test_a_sound_file_prints_its_proofs(check):
    assert check(text=HLM) == (0, PROVED)


def test_a_failure_prints_its_path_and_code_1(check):
    code, told = check(text=broken(*TRAP, text=SMALL))

    right = "✓ de chaque état, une fin peut être atteinte\n"
    wrong = (
        "✗ de chaque état, une fin peut être atteinte\n"
        "    état « trap » : aucune action n’en sort. Chemin le plus court : À écrire → (Envoyer) "
        "→ À lire → (Tomber) → Piège\n"
    )
    assert (code, told) == (1, PROVED.replace(right, wrong) + "1 preuve manque.\n")


def test_a_file_with_other_faults_tells_those(check, tmp_path):
    code, told = check(text=broken(("aim: ", "but: "), text=SMALL))

    assert code == 1
    assert f"{tmp_path}/call.yaml:6 : clé inconnue : « but »" in told


def test_on_an_instance_each_role_of_a_service_must_be_held_in_each_territory(check, tmp_path):
    runner = CliRunner()
    assert runner.invoke(main, ["db", "upgrade"]).exit_code == 0
    file = tmp_path / "call.yaml"
    only = broken(("certification:", 'departments: ["17"]\ncertification:'), text=SMALL)
    file.write_text(only.replace("model: presentation-hlm.docx, ", ""))
    imported = runner.invoke(main, ["call", "import", str(file)])
    assert imported.exit_code == 0, imported.output

    code, told = check(slug="jardins-partages")

    assert code == 1
    assert told.startswith(PROVED)
    assert told.removeprefix(PROVED).splitlines()[:2] == [
        "✗ chaque rôle est tenu dans chaque territoire",
        "    Chef : personne pour Charente-Maritime. L’ouverture est refusée.",
    ]


def test_an_unknown_call_is_refused(check):
    assert CliRunner().invoke(main, ["db", "upgrade"]).exit_code == 0
    code, told = check(slug="nulle-part")

    assert code == 1
    assert "Appel « nulle-part » inconnu." in told


@pytest.fixture
def draw(tmp_path):
    """Run `grants workflow draw` on a file that holds the HLM call."""
    file = tmp_path / "call.yaml"
    file.write_text(HLM)

    def run(*options):
        done = CliRunner().invoke(main, ["workflow", "draw", str(file), *options])
        return done.exit_code, done.output

    return run


def test_a_circuit_is_drawn_to_a_file_that_stands_alone(draw, tmp_path):
    drawing = tmp_path / "circuit.svg"

    assert draw("-o", str(drawing)) == (0, f"Circuit écrit : {drawing}\n")
    svg = etree.parse(drawing).getroot()
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    assert "10 000 logements" in svg.findtext("{*}title")


def test_a_circuit_is_told_in_the_words_of_whom_it_is_for(draw):
    (managers, to_manager), (applicants, to_applicant) = (
        draw("--text"),
        draw("--text", "--for", "applicant"),
    )

    assert (managers, applicants) == (0, 0)
    assert "enregistrer la décision → vers « Décidé, à notifier »" in to_manager
    assert "De « En cours d’examen »\n" in to_applicant
    assert "enregistrer la décision" not in to_applicant
