"""Files that people hand in: what is recognised, what is refused and why, names, the folder."""

import hashlib
import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from grants.files import (
    KINDS,
    NAMES,
    FileMissing,
    FileRefused,
    FileStore,
    FileTooLarge,
    Stored,
    recognise,
    safe_name,
)

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

WORKBOOK = KINDS["xlsx"].media_type + ".main+xml"
MANIFEST = {"META-INF/manifest.xml": "<manifest/>"}


def a_zip(parts: dict[str, str], **options: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, **options)
    return file.getvalue()


def listing(*types: str) -> dict[str, str]:
    """The part of an Office file that tells the types of the others."""
    entries = "".join(f'<Override PartName="/x" ContentType="{each}"/>' for each in types)
    return {"[Content_Types].xml": f"<Types>{entries}</Types>"}


def open_document(kind: str) -> dict[str, str]:
    return {"mimetype": KINDS[kind].media_type, **MANIFEST}


def a_word_file() -> bytes:
    document = Document()
    document.add_paragraph("Statuts de l’association")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def kind_of(content: bytes) -> str:
    return recognise(io.BytesIO(content)).key


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        recognise(io.BytesIO(content))
    return refused.value.reason


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("pdf", PDF),
        ("png", PNG),
        ("jpeg", JPEG),
        ("docx", a_word_file()),
        ("xlsx", a_zip(listing("application/xml", WORKBOOK))),
        ("odt", a_zip(open_document("odt"))),
        ("ods", a_zip(open_document("ods"))),
    ],
)
def test_a_file_is_recognised_by_its_content(kind: str, content: bytes) -> None:
    assert kind_of(content) == kind


DAMAGED = "Ce fichier est abîmé ou incomplet : déposez-le à nouveau."
LOCKED = "Ce fichier demande un mot de passe : enregistrez-le sans protection."
MACROS = "Ce fichier contient des macros : enregistrez-le sans macros, ou en PDF."
PROGRAM = "Ce fichier est un programme : il n’est pas accepté."
BOMB = "Ce fichier se déplie en bien plus gros que lui : il n’est pas accepté."
TWO_IN_ONE = "Ce fichier en cache un autre : enregistrez-le en PDF, puis déposez le PDF."
UNKNOWN = "Ce fichier n’est d’aucun format connu ici : enregistrez-le en PDF, puis déposez le PDF."
NO_OFFICE = "Cette archive n’est ni un texte ni un classeur : déposez chaque fichier."
OLD = (
    "Ce fichier est d’un ancien format de bureautique : enregistrez-le en PDF, puis déposez le PDF."
)
LOCKED_PDF = (
    "Ce PDF est protégé (mot de passe ou restrictions) : déposez-en une copie sans protection."
)


def with_a_password(content: bytes) -> bytes:
    """An archive whose every entry says that it is encrypted."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + b"\x01\x00" + content[at + 2 :]


def with_a_long_list(content: bytes) -> bytes:
    at = content.rindex(b"PK\x05\x06") + 12
    return content[:at] + struct.pack("<L", 1 << 30) + content[at + 4 :]


REFUSED = {
    "empty": (b"", "Ce fichier est vide."),
    "a text": (b"Bonjour", UNKNOWN),
    "a web page": (b"<html><script>alert(1)</script></html>", UNKNOWN),
    "another image": (b"GIF89a" + bytes(20), UNKNOWN),
    "a program": (b"MZ\x90\x00" + bytes(60), PROGRAM),
    "a program of another system": (b"\x7fELF\x02\x01\x01" + bytes(60), UNKNOWN),
    "a program that is a PDF too": (b"MZ\x90\x00" + PDF, PROGRAM),
    "a program that is an archive too": (b"MZ\x90\x00" + a_word_file(), PROGRAM),
    "a photo of a telephone": (
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
        "Cette photo est au format HEIC : enregistrez-la en JPEG ou en PDF.",
    ),
    "a PDF cut short": (
        PDF[:30],
        "Ce PDF est abîmé ou incomplet : déposez-le à nouveau.",
    ),
    "a PDF with a password": (PDF.replace(b"/Root", b"/Encrypt 5 0 R /Root"), LOCKED_PDF),
    "a PDF with its protection in line": (PDF.replace(b"/Root", b"/Encrypt<</V 4>>"), LOCKED_PDF),
    "a protection far in a long PDF": (
        PDF[:9] + b" " * ((1 << 20) - 14) + b"/Encrypt 5 0 R" + PDF[9:],
        LOCKED_PDF,
    ),
    "an image cut short": (
        PNG[:30],
        "Cette image est abîmée ou incomplète : déposez-la à nouveau.",
    ),
    "an old Word file": (OLE, OLD),
    "a Word file with a password": (OLE + "EncryptedPackage".encode("utf-16-le"), LOCKED),
    "an archive with a password": (with_a_password(a_word_file()), LOCKED),
    "a LibreOffice file with a password": (
        a_zip(open_document("odt") | {"META-INF/manifest.xml": "<encryption-data/>"}),
        LOCKED,
    ),
    "macros": (a_zip(listing(WORKBOOK) | {"xl/vbaProject.bin": "x"}), MACROS),
    "macros of long ago": (a_zip(listing(WORKBOOK) | {"xl/macrosheets/s.xml": "x"}), MACROS),
    "a file that may hold macros": (
        a_zip(listing("application/vnd.ms-excel.sheet.macroEnabled.main+xml")),
        MACROS,
    ),
    "macros of LibreOffice": (
        a_zip(open_document("ods") | {"Basic/Standard/Module1.xml": "x"}),
        MACROS,
    ),
    "a plain archive": (a_zip({"statuts.pdf": "x"}), NO_OFFICE),
    "slides": (a_zip(listing("application/x.presentation.main+xml")), NO_OFFICE),
    "two documents in one": (
        a_zip(listing(WORKBOOK, KINDS["docx"].media_type + ".main+xml")),
        NO_OFFICE,
    ),
    "an archive cut short": (a_word_file()[:-30], DAMAGED),
    "an archive with more after it": (a_word_file() + b"more", DAMAGED),
    "parts packed as no office packs them": (
        a_zip(listing(WORKBOOK), compress_type=zipfile.ZIP_LZMA),
        DAMAGED,
    ),
    "a list of parts that is no XML": (a_zip({"[Content_Types].xml": "<Types"}), DAMAGED),
    "a list of parts that defines entities": (
        a_zip({"[Content_Types].xml": "<!DOCTYPE t><Types/>"}),
        DAMAGED,
    ),
    "a part without end": (a_zip({"[Content_Types].xml": " " * (2 << 20)}), BOMB),
    "a bomb": (a_zip(listing(WORKBOOK) | {"xl/sheet.xml": "0" * (40 << 20)}), BOMB),
    "a list as large as the memory": (with_a_long_list(a_word_file()), BOMB),
    "an image with an archive behind it": (JPEG + a_zip({"x": "y"}), TWO_IN_ONE),
    "a PDF with an archive behind it": (PDF + a_zip({"x": "%%EOF"}), TWO_IN_ONE),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_file_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


BEGINNINGS = [PDF, PNG, JPEG, OLE, a_word_file(), a_zip(open_document("odt"))]


@given(st.sampled_from(BEGINNINGS), st.data())
def test_no_file_makes_the_recognition_fail(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(content)))
    spoilt = content[:at] + data.draw(st.binary(max_size=20)) + content[at + 3 :]

    try:
        found = recognise(io.BytesIO(spoilt)).key
    except FileRefused as refused:
        found = refused.reason

    assert found in KINDS or found.endswith(".")


@pytest.mark.parametrize(
    ("pattern", "values", "name"),
    [
        ("{holder} STATUTS", {"holder": "SEMIS"}, "SEMIS STATUTS.pdf"),
        ("{holder} – {label}", {"holder": "L’Œuvre d’Été", "label": "RIB"},
         "L'OEuvre d'Ete - RIB.pdf"),
        ("{holder}", {"holder": "../../etc/passwd"}, "etc passwd.pdf"),
        ("{holder}", {"holder": "a\r\nSet-Cookie: b\x00\u202e"}, "a Set-Cookie b.pdf"),
        ("{holder}", {"holder": "Con"}, "fichier Con.pdf"),
        ("{holder}", {"holder": "日本"}, "fichier.pdf"),
        ("{holder}{title}", {"holder": "A"}, "A.pdf"),
        ("{holder} STATUTS", {"holder": "A" * 300}, "A" * 60 + " STATUTS.pdf"),
        ("x" * 300, {}, "x" * 150 + ".pdf"),
    ],
)  # fmt: skip
def test_a_file_is_named_by_its_rule(pattern: str, values: dict[str, str], name: str) -> None:
    assert safe_name(pattern, values, KINDS["pdf"]) == name


def test_files_of_one_question_are_numbered() -> None:
    values = {"holder": "SEMIS"}

    assert safe_name("{holder} RIB", values, KINDS["jpeg"], number=2) == "SEMIS RIB 2.jpg"


@given(st.text(max_size=400), st.text(max_size=400))
def test_a_name_is_always_one_that_every_system_keeps(pattern: str, holder: str) -> None:
    name = safe_name(pattern, dict.fromkeys(NAMES, holder), KINDS["docx"])

    assert name.isascii()
    assert name.isprintable()
    assert 5 < len(name) <= 165
    assert name.endswith(".docx")
    assert not set(name) & set('<>:"/\\|?*')
    assert name == name.strip(" .")


CONTENT = b"Statuts"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def files_in(store: FileStore) -> list[str]:
    return sorted(
        str(each.relative_to(store.folder)) for each in store.folder.rglob("*") if each.is_file()
    )


def test_a_file_is_kept_under_its_digest_for_its_owner_alone(store: FileStore) -> None:
    stored = store.put(io.BytesIO(CONTENT), most=100)

    assert stored == Stored(DIGEST, 7)
    assert files_in(store) == [f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"]
    place = store.folder / files_in(store)[0]
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    with store.open(DIGEST) as file:
        assert file.read() == CONTENT


def test_the_same_content_is_kept_once(store: FileStore) -> None:
    assert store.put(io.BytesIO(CONTENT), most=7) == store.put(io.BytesIO(CONTENT), most=7)
    assert len(files_in(store)) == 1


def test_a_file_too_large_leaves_nothing_behind(store: FileStore) -> None:
    with pytest.raises(FileTooLarge) as refused:
        store.put(io.BytesIO(bytes(2_000_001)), most=2_000_000)

    assert refused.value.reason == "Ce fichier dépasse 2\u00a0Mo."
    assert files_in(store) == []


def test_a_broken_upload_leaves_nothing_behind(store: FileStore) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        store.put(Broken(), most=100)

    assert files_in(store) == []


def test_what_is_not_in_the_folder_is_told(store: FileStore) -> None:
    store.put(io.BytesIO(CONTENT), most=100)

    assert store.missing([DIGEST, "0" * 64]) == ["0" * 64]
    with pytest.raises(FileMissing):
        store.open("0" * 64)


def test_no_link_is_followed_out_of_the_folder(store: FileStore, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    place = store.folder / "00" / "00" / ("0" * 64)
    place.parent.mkdir(parents=True)
    place.symlink_to(secret)

    with pytest.raises(FileMissing):
        store.open("0" * 64)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "", DIGEST.upper(), DIGEST + "\n", DIGEST[1:]]
)
def test_a_name_that_is_no_digest_opens_nothing(store: FileStore, name: str) -> None:
    with pytest.raises(ValueError, match="not a digest"):
        store.open(name)
