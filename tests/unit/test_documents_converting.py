"""Files of LibreOffice and of an older Word, where LibreOffice is installed."""

import io
from zipfile import ZIP_STORED, ZipFile

import pytest

from grants.documents.converting import converter
from grants.documents.reading import FileNotRead, read_answers
from grants.dossiers.papers import paper_of
from grants.forms import Count
from tests.answers import call_of
from tests.returned import written
from tests.seed import AS_IN_THE_SEED

TEXT = "application/vnd.oasis.opendocument.text"
NAMES = "urn:oasis:names:tc:opendocument:xmlns"
CONTENT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="{NAMES}:office:1.0" xmlns:text="{NAMES}:text:1.0"
  office:version="1.2"><office:body><office:text>
  <text:p>Nom du projet : Un toit</text:p>
  <text:p>Nombre de ménages accompagnés : 30 environ</text:p>
</office:text></office:body></office:document-content>"""
MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="{NAMES}:manifest:1.0" manifest:version="1.2">
  <manifest:file-entry manifest:full-path="/" manifest:media-type="{TEXT}"/>
  <manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)


@pytest.fixture(scope="module")
def questionnaire():
    return paper_of(call_of("hlm-accompagnes")).questionnaire


def an_odt() -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        archive.writestr("mimetype", TEXT)
        archive.writestr("content.xml", CONTENT)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return packed.getvalue()


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
