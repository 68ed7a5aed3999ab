"""Files that are not read: each is refused with the reason, none crashes, reaches out or swells."""

import io
from random import Random
from zipfile import ZipFile

import pytest

from grants.documents.reading import FileNotRead, read_answers
from grants.dossiers.papers import paper_of
from tests.answers import call_of
from tests.returned import MAIN, edited, written, zipped
from tests.seed import AS_IN_THE_SEED

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture(scope="module")
def paper():
    return paper_of(call_of("hlm-accompagnes"))


@pytest.fixture(scope="module")
def sound():
    return written(call_of("hlm-accompagnes"), AS_IN_THE_SEED)


def members(file):
    with ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def reason(file, paper):
    with pytest.raises(FileNotRead) as refusal:
        read_answers(file, paper.questionnaire)
    return refusal.value.reason


def test_an_empty_file_is_refused(paper):
    assert reason(b" \n", paper) == "Ce fichier est vide."


def test_a_renamed_program_is_refused(paper):
    assert "programme" in reason(b"MZ\x90\x00" + bytes(200), paper)


def test_a_file_with_a_password_is_refused(paper):
    locked = _OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)

    assert "mot de passe" in reason(locked, paper)


def test_an_old_word_file_is_refused_with_what_to_do(paper):
    assert "ancien format" in reason(_OLE + bytes(2_000), paper)


def test_a_pdf_is_refused_with_what_to_do(paper):
    pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

    assert "Word (.docx)" in reason(pdf, paper)


def test_a_truncated_file_is_refused(sound, paper):
    assert "abîmé" in reason(sound[: len(sound) // 2], paper)


def test_a_file_with_macros_is_refused(sound, paper):
    assert "macro" in reason(zipped({**members(sound), "word/vbaProject.bin": b"x"}), paper)


def test_an_entity_bomb_is_refused_unopened(sound, paper):
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
    )

    assert "DOCTYPE" in reason(zipped({**members(sound), MAIN: bomb}), paper)


def test_a_zip_that_swells_is_refused(sound, paper):
    assert reason(zipped({**members(sound), "word/media/a.bin": bytes(60_000_000)}), paper)


def test_a_part_too_large_is_refused(sound, paper):
    letters = bytes(Random(0).choices(b"abcdefgh", k=1_000))  # noqa: S311  # any letters
    padded = members(sound)[MAIN] + b"<!--" + letters * 41_000 + b"-->"

    assert reason(zipped({**members(sound), MAIN: padded}), paper) in (
        "Ce fichier Word est trop volumineux une fois décompressé.",
        "Ce fichier contient trop de données une fois décompressé : déposez-le en PDF.",
    )


def test_a_link_in_an_answer_is_no_reason_to_refuse(sound, paper):
    relations = "word/_rels/document.xml.rels"

    def link(root):
        root.append(
            root.makeelement(
                root[0].tag,
                {"Id": "l1", "Type": "x/hyperlink", "Target": "http://a", "TargetMode": "External"},
            )
        )

    assert read_answers(edited(sound, link, relations), paper.questionnaire).answers


def test_bytes_broken_at_random_are_read_or_refused(sound, paper):
    chance = Random(17)  # noqa: S311  # any damage
    for _ in range(40):
        broken = bytearray(sound)
        for _ in range(chance.randint(1, 30)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            read_answers(bytes(broken), paper.questionnaire)
        except FileNotRead as refusal:
            assert refusal.reason  # noqa: PT017  # reading is as good an outcome


def test_xml_broken_at_random_is_read_or_refused(sound, paper):
    chance = Random(18)  # noqa: S311  # any damage
    parts = members(sound)
    for _ in range(40):
        source = parts[MAIN].decode()
        start = chance.randrange(len(source))
        broken = source[:start] + source[start + chance.randint(1, 400) :]
        try:
            read_answers(zipped({**parts, MAIN: broken.encode()}), paper.questionnaire)
        except FileNotRead as refusal:
            assert refusal.reason  # noqa: PT017  # reading is as good an outcome
