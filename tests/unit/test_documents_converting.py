"""Files of LibreOffice and of an older Word, where LibreOffice is installed."""

import pytest

from grants.documents.converting import converter
from grants.documents.reading import FileNotRead, read_answers
from grants.dossiers.papers import paper_of
from grants.forms import Count
from tests.answers import call_of
from tests.office import an_odt
from tests.returned import written
from tests.seed import AS_IN_THE_SEED

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
