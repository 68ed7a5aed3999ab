"""Files of LibreOffice and of an older Word, where LibreOffice is installed."""

import os
import subprocess
import tempfile

import pytest

from grants.documents import converting
from grants.documents.converting import NotConverted, converter
from grants.documents.reading import FileNotRead, read_answers
from grants.dossiers.papers import paper_of
from grants.forms import Count
from tests.answers import call_of
from tests.office import an_odt, program
from tests.returned import written
from tests.seed import AS_IN_THE_SEED

__all__ = ["program"]

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)


@pytest.fixture(scope="module")
def questionnaire():
    return paper_of(call_of("hlm-accompagnes")).questionnaire


def test_a_file_of_libreoffice_is_read_where_it_is_installed(questionnaire):
    convert = converter()
    if convert is None:
        pytest.skip("LibreOffice (soffice) ou unshare n’est pas là : pas de conversion essayée")
    reading = read_answers(an_odt(), questionnaire, convert=convert)
    assert {key: each.value for key, each in reading.answers.items()} == {
        "project_name": "Un toit",
        "households": Count(30, approximate=True),
    }


def test_an_old_word_file_is_what_it_was_converted_to(questionnaire):
    docx = written(call_of("hlm-accompagnes"), AS_IN_THE_SEED)
    reading = read_answers(OLD, questionnaire, convert=lambda file: docx if file == OLD else b"")
    assert reading.answers["project_name"].value == AS_IN_THE_SEED["project_name"]


def test_without_it_one_is_told_what_to_send(questionnaire):
    for file in (an_odt(), OLD):
        with pytest.raises(FileNotRead, match="enregistrez-le au format Word"):
            read_answers(file, questionnaire)


def test_what_takes_too_long_ends_with_all_that_it_began(program, monkeypatch):
    monkeypatch.setattr(converting, "_AROUND", ("timeout", "--signal=KILL", "0.3"))
    program.runs("sleep 30")
    with pytest.raises(NotConverted):
        converting.office().word(an_odt())
    mine = subprocess.run(["pgrep", "-f", str(program.folder)], capture_output=True, check=False)
    assert mine.stdout == b""


def test_what_a_killed_process_left_behind_goes_with_the_next_one(program, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, young = tmp_path / "grants-office-a", tmp_path / "grants-office-b"
    for each in (old, young):
        each.mkdir()
    os.utime(old, (0, 0))
    program.makes(b"docx")
    assert converting.office().word(an_odt()) == b"docx"
    assert sorted(tmp_path.glob("grants-office-*")) == [young]


def test_a_conversion_has_no_network(program):
    program.runs('cp /proc/net/dev "$here/made.docx"')
    seen = converting.office().word(an_odt()).decode()
    assert [line.split(":")[0].strip() for line in seen.splitlines()[2:]] == ["lo"]


def test_a_conversion_may_take_so_much_memory_and_write_so_large_a_file(program):
    program.runs('(ulimit -v; ulimit -f) > "$here/made.docx"')
    assert b"unlimited" not in converting.office().word(an_odt())
