"""`grants document read`: a filled file told question by question, nothing being written."""

import json
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from grants.cli import main
from tests.answers import call_of
from tests.factories import HLM_FILE
from tests.returned import replaced, written
from tests.seed import AS_IN_THE_SEED
from tests.typed_in import typed

RETYPED = Path(__file__).parents[1] / "retyped" / "presentation-hlm.txt"


@pytest.fixture
def grants(tmp_path, monkeypatch):
    monkeypatch.setenv("GRANTS_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("GRANTS_DATABASE_URL", raising=False)

    def run(*arguments):
        return CliRunner().invoke(main, [str(each) for each in arguments])

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "semis.docx"
    path.write_bytes(written(call_of("hlm-accompagnes"), AS_IN_THE_SEED | {"dalo": True}))
    return path


def test_every_question_is_told_with_its_answer_source_and_certainty(grants, file):
    told = grants("document", "read", file, "--call", HLM_FILE)

    assert told.exit_code == 0
    lines = [line.split("  ") for line in told.stdout.splitlines()]
    answers = {line[0]: [each.strip() for each in line[1:] if each.strip()] for line in lines}
    assert answers["households"] == ["30 environ", "ancre, paragraphe 12", "100 %"]
    assert answers["dalo"] == ["Oui", "ancre, paragraphe 13", "100 %"]
    assert answers["pdalpd"] == ["non renseigné", "ancre, paragraphe 15", "100 %"]
    assert answers["contact_email"] == ["absente du fichier"]
    assert set(call_of("hlm-accompagnes").form.fields) <= set(answers)


def test_another_program_reads_the_same_as_json(grants, file):
    told = json.loads(grants("document", "read", file, "--call", HLM_FILE, "--json").stdout)

    assert told["answers"]["total_cost"] == {
        "value": 4_700_000,
        "text": "47\u202f000\xa0€",
        "source": "anchor",
        "certainty": 1.0,
        "place": "paragraphe 50",
        "conflict": "",
    }
    assert told["answers"]["contact_email"] is None
    assert told["answers"].keys() == call_of("hlm-accompagnes").form.fields.keys()
    assert told["origin"]["reference"] == "HLM14-0001"
    assert (told["left_over"], told["apart"]) == ([], [])


def test_what_cannot_be_read_is_told_as_it_was_typed(grants, file):
    file.write_bytes(replaced(file.read_bytes(), "30 environ", "une trentaine"))
    told = grants("document", "read", file, "--call", HLM_FILE)

    assert "households                 illisible : une trentaine" in told.stdout


def test_what_answers_no_question_and_what_to_know_of_the_file_are_told(grants, file):
    chance = Random(2)  # noqa: S311  # any place
    word = typed(file.read_bytes(), "in a comment", "À revoir.", chance)
    file.write_bytes(typed(word, "on a line of its own of a page", "Rappeler lundi.", chance))
    told = grants("document", "read", file, "--call", HLM_FILE).stdout
    left_over = [
        "En-tête ou pied de page : Rappeler lundi.",
        "Commentaire de Marie Dupont : À revoir.",
    ]

    assert told.startswith("! Ce fichier porte 1 commentaire : voir ce qui ne répond à aucune")
    assert told.endswith(
        "\n".join(
            ["\nTexte qui ne répond à aucune question :", *(f"  {each}" for each in left_over), ""]
        )
    )
    as_json = json.loads(grants("document", "read", file, "--call", HLM_FILE, "--json").stdout)
    assert as_json["left_over"] == left_over
    assert len(as_json["notices"]) == 1


def test_a_plain_text_is_read_by_its_labels(grants):
    told = grants("document", "read", RETYPED, "--call", HLM_FILE)

    assert told.stdout.startswith("! Ce fichier est un texte sans mise en forme")
    assert "intitulé, paragraphe 9" in told.stdout


def test_the_blank_form_of_an_imported_call_is_known_again(grants, tmp_path):
    blank = tmp_path / "vierge.docx"
    for arguments in (
        ("db", "upgrade"),
        ("call", "import", HLM_FILE),
        ("call", "blank", "hlm-accompagnes", "-o", blank),
    ):
        assert grants(*arguments).exit_code == 0
    told = json.loads(
        grants("document", "read", blank, "--call", "hlm-accompagnes", "--json").stdout
    )

    assert told["authentic"] is True
    assert told["origin"]["call"] == "hlm-accompagnes"
    assert told["notices"] == []
    assert {each["value"] for each in told["answers"].values() if each} == {None}


def test_a_file_that_is_not_read_is_refused_with_the_reason(grants, tmp_path):
    program = tmp_path / "formulaire.docx"
    program.write_bytes(b"MZ\x90\x00" + bytes(200))
    told = grants("document", "read", program, "--call", HLM_FILE)

    assert told.exit_code == 1
    assert "Ce fichier est un programme" in told.stderr
