"""Models that would run, reach out or swell: refused with the reason, before anything acts."""

import io
import re
import time
import zipfile
from xml.sax.saxutils import quoteattr

import pytest

from grants.documents import DocumentError, render, slots_of
from grants.documents.writing.package import Model, pack
from grants.documents.writing.wordml import field_code, paragraph, run

PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MS_WORD = "application/vnd.ms-word.document"
UNREADABLE = "Le modèle n'est pas un document Word (.docx) lisible."
TOO_LARGE = "Le modèle Word est trop volumineux une fois décompressé."
PASSWORD = "Le modèle Word est protégé par un mot de passe"


def model(*body: str) -> bytes:
    """One that asks for `name`, then what a test puts in its body, as XML."""
    shown = paragraph("Normal", run("{{ name }}")) + "".join(body)
    return pack(Model(title="", body=shown, first_header="", header="", footer=""))


def altered(file: bytes, changes: dict[str, bytes | None]) -> bytes:
    """`file` with members replaced, added, or, given None, taken away."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as source, zipfile.ZipFile(written, "w") as target:
        kept = {name: source.read(name) for name in source.namelist()}
        for name, content in {**kept, **changes}.items():
            if content is not None:
                target.writestr(name, content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def replaced(name: str, old: str, new: str) -> bytes:
    """A model one of whose members is changed in one place."""
    with zipfile.ZipFile(io.BytesIO(model())) as archive:
        content = archive.read(name).decode()
    assert content.count(old) == 1
    return altered(model(), {name: content.replace(old, new).encode()})


def related(kind: str, target: str, mode: str = "External") -> bytes:
    """A model whose body is related to `target`."""
    mode = f' TargetMode="{mode}"' if mode else ""
    link = f'<Relationship Id="far" Type="{kind}" Target={quoteattr(target)}{mode}/>'
    return replaced("word/_rels/document.xml.rels", "</Relationships>", f"{link}</Relationships>")


def refusal(file: bytes) -> str:
    with pytest.raises(DocumentError) as refused:
        slots_of(file)
    return str(refused.value)


def word_field(*pieces: str) -> str:
    """A field as Word writes it, its code in several runs."""
    code = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return in_field(code)


def in_field(code: str) -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    shown = mark("separate") + run("1") + mark("end")
    return paragraph("Normal", mark("begin"), code, shown)


def test_a_model_without_any_of_this_is_accepted():
    assert slots_of(model()).names == {"name"}


# What would run


def typed(kind: str, name: str) -> bytes:
    """A model with one more member, of that content type."""
    override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
    return altered(replaced("[Content_Types].xml", "</Types>", override), {name: b"<x/>"})


MERGE = "<w:mailMerge><w:query w:val='x'/></w:mailMerge></w:settings>"
ACTING = [
    (replaced("[Content_Types].xml", MAIN, f"{MS_WORD}.macroEnabled.main+xml"), "des macros"),
    (typed("application/vnd.ms-office.vbaProject", "word/project.bin"), "des macros"),
    (related(f"{MICROSOFT}/2006/relationships/vbaProject", "project.bin", ""), "des macros"),
    (related(f"{OFFICE}/control", "activeX/activeX1.xml", ""), "un contrôle ActiveX"),
    (related(f"{OFFICE}/oleObject", "embeddings/object.bin", ""), "un objet incorporé"),
    (related(f"{OFFICE}/package", "embeddings/sheet.xlsx", ""), "un objet incorporé"),
    (related(f"{OFFICE}/aFChunk", "page.html", ""), "un document incorporé"),
    (
        related(f"{MICROSOFT}/2007/relationships/ui/extensibility", "ui.xml", ""),
        "une extension de Word",
    ),
    (replaced("word/settings.xml", "</w:settings>", MERGE), "un publipostage"),
]


@pytest.mark.parametrize(("file", "held"), ACTING, ids=range(len(ACTING)))
def test_what_could_act_on_a_reader_s_machine_is_refused_by_its_name(file, held):
    assert refusal(file) == f"Le modèle Word contient {held}, ce qui n'est pas admis."


# What would reach out


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("hyperlink", "https://example.org/?a=1&b=2"),
        ("image", "https://example.org/mouchard.png"),
        ("attachedTemplate", "\\\\serveur\\modele.dotm"),
        ("subDocument", "file:///etc/passwd"),
        ("frame", "https://example.org"),
    ],
)
def test_a_link_outside_the_file_is_refused_with_its_address(kind, target):
    assert f"vers « {target} »" in refusal(related(f"{OFFICE}/{kind}", target))


def test_a_picture_whose_address_stands_in_the_text_is_refused():
    picture = (
        '<v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="https://example.org/a.png"/>'
    )

    assert "vers « https://example.org/a.png »" in refusal(
        model(paragraph("Normal", f"<w:r><w:pict>{picture}</w:pict></w:r>"))
    )


@pytest.mark.parametrize(
    "field",
    [
        field_code("INCLUDEPICTURE https://example.org/a.png"),
        word_field("INCL", "UDETEXT ", "/etc/passwd"),
        word_field("DDEAUTO c:\\cmd.exe"),
        word_field("HYPERLINK https://example.org"),
        word_field("QUOTE 73 78"),
        word_field(""),
        in_field(
            run("{%r if not name %}")
            + "<w:r><w:instrText>PAGE </w:instrText></w:r>"
            + run("{%r endif %}")
            + "<w:r><w:instrText>INCLUDETEXT /etc/passwd</w:instrText></w:r>"
        ),
    ],
)
def test_a_field_that_reads_a_file_asks_or_runs_is_refused(field):
    assert refusal(model(field)).startswith(
        "Le modèle Word contient un champ qui n'est pas admis : « "
    )


def test_fields_about_the_document_itself_are_kept():
    codes = ["PAGE", "numpages \\* MERGEFORMAT", 'TOC \\o "1-3"', 'HYPERLINK \\l "a" \\h', "=1+1"]
    file = model(*(word_field(code) for code in codes))

    written = zipfile.ZipFile(io.BytesIO(render(file, {"name": "x"}))).read("word/document.xml")
    assert [code for code in codes if code.encode() in written] == codes


# What is no XML that a document needs


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "_rels/.rels"])
def test_a_declaration_of_entities_is_refused_wherever_it_stands(name, encoding):
    with zipfile.ZipFile(io.BytesIO(model())) as archive:
        _, _, xml = archive.read(name).decode().partition("?>")
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    )
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{bomb}{xml}'.encode(encoding)

    assert refusal(altered(model(), {name: declared})) == (
        "Le modèle Word contient une déclaration DOCTYPE, qui n'est pas admise."
    )


def test_a_billion_laughs_are_not_laughed():
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><x>&e12;</x>'

    started = time.process_time()
    assert refusal(altered(model(), {"word/styles.xml": bomb.encode()}))
    assert time.process_time() - started < 1


def test_xml_nested_beyond_reason_is_refused():
    deep = "<x>" * 10_000 + "</x>" * 10_000

    assert refusal(altered(model(), {"word/styles.xml": deep.encode()})) == UNREADABLE


# What would swell, or hold the machine


def test_pictures_that_swell_are_refused_before_they_are_read():
    assert refusal(altered(model(), {"word/media/a.png": bytes(60_000_000)})) == TOO_LARGE


def test_xml_that_swells_is_refused_before_it_is_read():
    blank = b"<x>" + b" " * 9_000_000 + b"</x>"

    assert refusal(altered(model(), {"word/styles.xml": blank})) == TOO_LARGE


def test_a_size_that_lies_is_seen():
    file = altered(model(), {"word/media/a.png": bytes(3_000_000)})
    size = (3_000_000).to_bytes(4, "little")
    assert file.count(size) == 2

    assert refusal(file.replace(size, (30).to_bytes(4, "little"))) == UNREADABLE


def test_an_archive_of_too_many_members_is_refused():
    many = {f"word/media/{number}.png": b"" for number in range(1_001)}

    assert refusal(altered(model(), many)) == TOO_LARGE


def test_two_members_of_one_name_are_refused_since_each_reader_takes_another():
    twice = io.BytesIO(model())
    with zipfile.ZipFile(twice, "a") as archive:
        archive.writestr("WORD/document.xml", "<x/>")

    assert refusal(twice.getvalue()) == UNREADABLE


def test_a_compression_that_word_does_not_read_is_refused():
    packed = io.BytesIO(model())
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("word/media/a.png", bytes(1000), zipfile.ZIP_BZIP2)

    assert refusal(packed.getvalue()) == UNREADABLE


@pytest.mark.parametrize("text", ["{{" * 500_000, "{% if a " * 100_000, "{" * 900_001])
def test_tags_left_open_by_the_thousand_are_refused_at_once(text):
    started = time.process_time()
    message = refusal(model(paragraph("Normal", run(text))))

    assert message.startswith("Le modèle Word contient une balise mal écrite ou mal refermée")
    assert time.process_time() - started < 2


def test_more_tags_than_a_model_can_need_are_refused():
    assert refusal(model(paragraph("Normal", run("{{ name }}" * 5_000)))) == (
        "Le modèle Word porte plus de 5000 balises."
    )


@pytest.mark.parametrize(
    "tags",
    [
        "{% if name %}" * 99 + "{% endif %}" * 99,
        "{% if name %}" * 700 + "{% endif %}" * 700,
        "{{ " + "(" * 5_000 + "name" + ")" * 5_000 + " }}",
        "{{ " + "name or " * 20_000 + "name }}",
        "{{ " + "not " * 20_000 + "name }}",
        "{{ name" + "|trim" * 20_000 + " }}",
    ],
    ids=["if", "more if", "parentheses", "or", "not", "filters"],
)
def test_tags_nested_beyond_reason_are_refused(tags):
    assert refusal(model(paragraph("Normal", run(tags)))) == (
        "Le modèle Word imbrique trop de conditions."
    )


def test_a_model_that_repeats_an_answer_without_end_is_stopped():
    loop = "{% for text in name|paragraphs %}" + "{{ name }}" * 50 + "{% endfor %}"
    file = model(paragraph("Normal", run(loop)))

    with pytest.raises(DocumentError, match="Le document serait trop volumineux"):
        render(file, {"name": "a\n\n" * 30_000})


# What is no model


def test_a_file_under_a_password_is_refused_with_the_reason():
    encrypted = bytearray(model())
    with zipfile.ZipFile(io.BytesIO(model())) as archive:
        start = archive.start_dir
    encrypted[start + 8] |= 1  # of the first member

    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)).startswith(PASSWORD)
    assert refusal(bytes(encrypted)).startswith(PASSWORD)


@pytest.mark.parametrize("file", [b"", b"MZ\x90\x00" + bytes(64), model()[:-30], model()[:2000]])
def test_a_renamed_program_or_a_truncated_file_is_refused(file):
    assert refusal(file) == UNREADABLE


@pytest.mark.parametrize("missing", ["word/document.xml", "[Content_Types].xml", "_rels/.rels"])
def test_a_file_without_one_of_its_parts_is_refused(missing):
    assert refusal(altered(model(), {missing: None})) == UNREADABLE


@pytest.mark.parametrize("kind", ["core-properties", "header", "footer"])
def test_a_part_that_is_not_what_it_is_said_to_be_is_refused(kind):
    with zipfile.ZipFile(io.BytesIO(model())) as archive:
        types = archive.read("[Content_Types].xml").decode()
    other = re.sub(rf"[\w.-]+{kind}\+xml", "image/png", types)
    assert other != types

    assert refusal(altered(model(), {"[Content_Types].xml": other.encode()})) == UNREADABLE


def test_a_tag_where_nothing_is_filled_is_refused_however_it_is_encoded():
    with zipfile.ZipFile(io.BytesIO(model())) as archive:
        _, _, styles = archive.read("word/styles.xml").decode().partition("?>")
    note = styles.replace("</w:styles>", "<w:latentStyles>{{ name }}</w:latentStyles></w:styles>")
    encoded = f'<?xml version="1.0" encoding="utf-16"?>{note}'.encode("utf-16")

    assert refusal(altered(model(), {"word/styles.xml": encoded})).endswith(": /word/styles.xml.")


@pytest.mark.parametrize("tag", [r"{{ name or '\x00' }}", r"{{ name or '\ud800' }}"])
def test_a_character_that_word_cannot_hold_is_refused_in_a_tag_too(tag):
    assert "n'est pas admise" in refusal(model(paragraph("Normal", run(tag))))


def test_a_tag_in_an_attribute_is_refused():
    shaded = '<w:p><w:pPr><w:shd w:fill="{{ name }}"/></w:pPr></w:p>'

    assert "« {{ name }} »" in refusal(model(shaded))


def test_a_table_without_a_grid_is_refused_and_not_a_crash():
    cells = f"<w:tr><w:tc>{paragraph('Normal')}</w:tc></w:tr>"

    with pytest.raises(DocumentError):
        render(model(f"<w:tbl>{cells}</w:tbl>"), {"name": "x"})
