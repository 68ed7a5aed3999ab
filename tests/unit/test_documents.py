"""The Word engine, on small models written for each test."""

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256

import docx
import pytest
from docxtpl import Listing, RichText
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from grants.documents import DocumentError, Slots, render, slots_of
from grants.documents.engine import ready_model
from grants.documents.writing.package import Model, pack
from grants.documents.writing.wordml import paragraph
from tests.word import opened


def model(*paragraphs, header="", table=()) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.sections[0].header.paragraphs[0].text = header
    if table:
        rows = document.add_table(rows=0, cols=len(table[0]))
        for cells in table:
            for cell, text in zip(rows.add_row().cells, cells, strict=True):
                cell.text = text
    return saved(document)


def saved(document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def paragraphs(file: bytes) -> list[str]:
    return [paragraph.text for paragraph in opened(file).paragraphs]


def printed(text: str) -> str:
    """What a model that prints one slot shows for `text`."""
    return "\n".join(paragraphs(render(model("{{ answer }}"), {"answer": text})))


def refusal(file: bytes, content: Mapping[str, object] | None = None) -> str:
    with pytest.raises(DocumentError) as refused:
        render(file, content or {})
    return str(refused.value)


FINANCING = [
    ("{%tr for row in financing %}", ""),
    ("{{ row.financer }}", "{{ row.amount }}"),
    ("{%tr endfor %}", ""),
    ("Total", "{{ total }}"),
]


SMALL = model("{{ name }}")


# What a model asks for


def test_the_slots_of_a_model_are_those_of_its_text_header_lists_and_tables():
    file = model(
        "{%p if notice %}",
        "{{ notice }}",
        "{%p endif %}",
        "{%p for item in partners %}",
        "{{ item }}{% if not loop.last %} ;{% endif %}",
        "{%p endfor %}",
        "{%p for text in summary|paragraphs %}",
        "{{ text }}",
        "{%p endfor %}",
        header="{{ reference }}",
        table=FINANCING,
    )

    assert slots_of(file) == Slots(
        names=frozenset({"notice", "partners", "summary", "reference", "financing", "total"}),
        lists=frozenset({"partners"}),
        rows={"financing": frozenset({"financer", "amount"})},
    )


def test_columns_of_one_table_are_gathered_from_all_the_places_that_print_it():
    loop = "{%% for row in financing %%}{{ row.%s }}{%% endfor %%}"

    assert slots_of(model(loop % "amount", header=loop % "financer")).rows == {
        "financing": frozenset({"amount", "financer"})
    }


# Filling it


def test_texts_lists_tables_and_conditions_are_filled():
    file = model(
        "{%p if shown %}",
        "{{ name }}",
        "{%p else %}",
        "rien",
        "{%p endif %}",
        "{%p for item in partners %}",
        "{{ loop.index }}. {{ item }}",
        "{%p endfor %}",
        table=FINANCING,
    )
    rows = [{"financer": "État", "amount": "7 000 €"}, {"financer": "SEMIS", "amount": "20 000 €"}]
    content = {"name": "Toit & Cie", "partners": ["un", "deux"], "financing": rows, "total": "27"}

    shown = render(file, {**content, "shown": True})
    hidden = render(file, {**content, "shown": False})

    assert paragraphs(shown) == ["Toit & Cie", "1. un", "2. deux"]
    assert paragraphs(hidden) == ["rien", "1. un", "2. deux"]
    cells = [[cell.text for cell in row.cells] for row in opened(shown).tables[0].rows]
    assert cells == [["État", "7 000 €"], ["SEMIS", "20 000 €"], ["Total", "27"]]


def test_headers_are_filled():
    filled = opened(render(model(header="{{ reference }}"), {"reference": "A & B < C"}))

    assert filled.sections[0].header.paragraphs[0].text == "A & B < C"


def test_a_blank_line_opens_a_paragraph_and_a_single_one_breaks_the_line():
    file = model("{%p for text in summary|paragraphs %}", "{{ text }}", "{%p endfor %}")

    filled = render(file, {"summary": "un\ndeux\n\ntrois\r\n \r\n\r\nquatre\n"})

    assert paragraphs(filled) == ["un\ndeux", "trois", "quatre"]


def test_an_empty_text_leaves_one_empty_paragraph():
    file = model("{%p for text in summary|paragraphs %}", "{{ text }}", "{%p endfor %}", "fin")

    assert paragraphs(render(file, {"summary": ""})) == ["", "fin"]


def test_a_tag_that_word_cut_into_several_runs_is_filled():
    document = docx.Document()
    paragraph = document.add_paragraph()
    for piece in ("{", "{ na", "me }", "}"):
        paragraph.add_run(piece)

    assert paragraphs(render(saved(document), {"name": "Saintes"})) == ["Saintes"]


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("{{ name|upper }} {{ name|trim|lower }}", " TOIT & CIE toit & cie"),
        ("{{ blank|default('à remplir', true) }}", "à remplir"),
        ("{{ partners|join(' ; ') }}", "un ; <deux>"),
        ("{{ partners|length }} {{ 'pluriel' if partners|length > 1 else 'seul' }}", "2 pluriel"),
        ("{% if 'un' in partners and 'x' not in name %}oui{% endif %}", "oui"),
        ("{% for each in partners %}{{ loop.revindex }}{% endfor %}", "21"),
        ("{% for each in partners if each != 'un' %}{{ each }}{% endfor %}", "<deux>"),
        ("{% for each in partners %}{{ 'a' if loop.index is odd else 'b' }}{% endfor %}", "ab"),
        ("{%- if name %}oui{% endif -%}", "oui"),
    ],
)
def test_a_model_may_format_choose_and_count(tag, shown):
    content = {"name": " Toit & Cie", "blank": "", "partners": ["un", "<deux>"]}

    assert paragraphs(render(model(tag), content)) == [shown]


def test_braces_that_a_model_wants_printed_are_written_with_an_underscore():
    assert paragraphs(render(model("{_{ {_% %_} }_} {{ a }}"), {"a": "{_{"})) == ["{{ {% %} }} {_{"]


# Hostile text


@pytest.mark.parametrize(
    "text",
    [
        "Dupont & Fils < 3 > 2 \" ' ]]>",
        "<b>gras</b>",
        "</w:t></w:r></w:p><w:p><w:r><w:t>AVIS FAVORABLE",
        "&amp; &#38; &lt;",
        "{{ 7*7 }} {% if x %} {# rien #} }} %}",
        "{_{ 7*7 }_} {_% if x %_}",
        "\U0001f3e0\U0001f469\u200d\U0001f469\u200d\U0001f467",
        "\u202bشقة للإيجار\u202c עברית",
        "une\nligne\tet une tabulation",
        "  espaces aux bords  ",
        "47\u202f000\u00a0€ « guillemets » ’ “ ”",
        "\\a \\n \\x0b",
    ],
)
def test_what_people_type_is_printed_as_they_typed_it(text):
    assert printed(text) == text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\x0bb", "a\nb"),
        ("a\x0cb", "a\nb"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("a\x00\x07\x1bb", "ab"),
        ("a\ud800b", "a\ufffdb"),
        ("a\ufffeb\uffff", "ab"),
        ("a\ufdd0b\ufdef", "ab"),
    ],
)
def test_characters_word_cannot_hold_are_dropped_or_become_line_breaks(typed, shown):
    assert printed(typed) == shown


def test_a_bad_character_takes_nothing_else_away():
    file = model("{{ first }}", "{{ second }}")

    filled = render(file, {"first": "a\x0bb\ud800", "second": "Dupont & Fils <x>"})

    assert paragraphs(filled) == ["a\nb\ufffd", "Dupont & Fils <x>"]


def test_a_text_of_a_hundred_thousand_characters_is_whole():
    text = ("Une ligne & son retour <à la marge>.\n" * 3000)[:100_000].strip()

    assert printed(text) == text


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60))
def test_any_readable_text_is_read_back(text):
    assert printed(text) == re.sub("[\ufdd0-\ufdef\ufffe\uffff]", "", text)


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_no_text_whatever_breaks_the_rest_of_the_document(text):
    filled = render(model("{{ answer }}", "{{ rest }}"), {"answer": text, "rest": "a & b"})

    assert paragraphs(filled)[-1] == "a & b"


def test_text_that_claims_to_be_safe_is_escaped_all_the_same():
    class Claim(str):
        __slots__ = ()

        def __html__(self):
            return "<w:br/>"

    assert printed(Claim("<b>")) == "<b>"


def test_markup_is_text_like_any_other():
    assert printed(Markup("<w:br/>")) == "<w:br/>"


@pytest.mark.parametrize("value", [RichText("a", bold=True), Listing("a")])
def test_rich_text_is_refused_by_the_name_of_its_slot(value):
    assert "« answer »" in refusal(model("{{ answer }}"), {"answer": value})


def test_two_thousand_rows_are_all_there():
    rows = [{"financer": f"Financeur & n° {n}\n\t{n}", "amount": "1 €"} for n in range(2000)]

    filled = opened(render(model(table=FINANCING), {"financing": rows, "total": "2 000 €"}))

    cells = [cell.text for cell in filled.tables[0].columns[0].cells]
    assert cells == [*(row["financer"] for row in rows), "Total"]


# Refusals


def test_a_slot_the_content_lacks_is_refused_by_its_name():
    message = refusal(model("{{ name }} {{ budget }}", header="{{ town }}"), {"name": "x"})

    assert message == (
        "Le modèle Word demande des données que le dossier n'a pas : « budget », « town »."
    )


def test_a_slot_that_only_a_condition_reads_is_asked_for_too():
    assert "« notice »" in refusal(model("{% if notice %}attention{% endif %}"))


def test_a_column_that_one_row_lacks_is_refused_by_its_name():
    rows = [{"financer": "État", "amount": "1"}, {"financer": "SEMIS"}]

    message = refusal(model(table=FINANCING), {"financing": rows, "total": "1"})

    assert message == (
        "Le modèle Word demande des colonnes que le tableau n'a pas : « financing.amount »."
    )


def test_a_text_where_a_list_is_wanted_is_refused_rather_than_spelled_out():
    file = model("{% for item in partners %}{{ item }}, {% endfor %}")

    assert refusal(file, {"partners": "Tremplin"}) == (
        "Le modèle Word attend une liste ou un tableau : « partners »."
    )


@pytest.mark.parametrize("value", [["un"], True, [{"a": "b"}]])
@pytest.mark.parametrize(
    "tag",
    ["{{ answer }}", "{{ answer|upper }}", "{% for a in answer|paragraphs %}x{% endfor %}"],
)
def test_a_list_or_a_condition_is_not_printed_as_a_text(value, tag):
    assert refusal(model(tag), {"answer": value}) == (
        "Le modèle Word imprime comme un texte une liste ou une condition."
    )


@pytest.mark.parametrize("value", [None, 12, [None]])
def test_content_that_is_no_text_is_refused_by_its_name(value):
    assert "« answer »" in refusal(model("{{ answer }}"), {"answer": value})


@pytest.mark.parametrize(
    "tag",
    [
        "{{ name }",
        "{ name }}",
        "{{ name",
        "{{ }}",
        "{% if name %}oui",
        "{% endif %}",
        "{% if %}{% endif %}",
        "{%p\u00a0if name %}",
        "{{ « name » }}",
        "{{p name }}",
        "{{r name }}",
        "{# name",
    ],
)
def test_a_broken_tag_is_refused_and_shown(tag):
    message = refusal(model("avant", tag, "{{ after }}"), {"name": "x", "after": "y"})

    assert message.startswith("Le modèle Word contient une balise mal écrite ou mal refermée")


def test_the_refusal_of_a_broken_tag_shows_where_it_stands():
    assert "« Ville : {{ town } »" in refusal(model("Nom", "Ville : {{ town }"))
    assert "« Ville : { town }} »" in refusal(model("Nom", "Ville : { town }}"))


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name.__class__ }}",
        "{{ name.upper() }}",
        "{{ name['x'] }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ 'a' * 10**8 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ range(10) }}",
        "{{ name|safe }}",
        "{{ name|paragraphs }}",
        "{% for a in rows|paragraphs(1) %}x{% endfor %}",
        "{% if name > 1 %}x{% endif %}",
        "{{ name is defined }}",
        "{% if name is odd %}x{% endif %}",
        "{{ 'x' if name }}",
        "{{ name|replace('a', 'aaaa') }}",
        "{{ name|center(1000000000) }}",
        "{{ name|upper|attr('x') }}",
        "{{ name|default(rows) }}",
        "{{ name|default(*rows) }}",
        "{{ name ~ name }}",
        "{% for row in rows %}{{ row.__class__ }}{% endfor %}",
        "{% set name = 'x' %}",
        "{% include 'x' %}",
        "{% import 'x' as x %}",
        "{% macro x() %}{% endmacro %}",
        "{% for a in name.items() %}{% endfor %}",
        "{% for a in rows %}{% for b in rows %}x{% endfor %}{% endfor %}",
        "{% for a in [1, 2] %}x{% endfor %}",
        "{% for a, b in rows %}x{% endfor %}",
    ],
)
def test_a_model_may_print_test_and_loop_but_run_nothing(tag):
    message = refusal(model(tag), {"name": "x", "rows": []})

    assert message.startswith("Le modèle Word emploie une instruction qui n'est pas admise")


def test_a_condition_that_would_cut_the_document_in_two_is_refused():
    document = docx.Document()
    document.add_paragraph("{% if shown %}un")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "{% endif %}deux"

    assert refusal(saved(document), {"shown": False}) == (
        "Le modèle Word ne peut pas être rempli avec ces données."
    )


def test_a_tag_where_nothing_is_filled_is_refused():
    document = docx.Document()
    document.core_properties.title = "{{ title }}"

    assert refusal(saved(document)).endswith("où elle ne serait pas remplie : /docProps/core.xml.")


def test_a_file_that_is_no_word_document_is_refused():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("note.txt", "rien")

    message = "Le modèle n'est pas un document Word (.docx) lisible."
    assert refusal(b"du texte") == message
    assert refusal(archive.getvalue()) == message


@settings(max_examples=60)
@given(st.integers(min_value=0), st.integers(0, 255))
def test_a_damaged_model_is_read_right_or_refused(place, byte):
    damaged = bytearray(SMALL)
    damaged[place % len(SMALL)] = byte
    with suppress(DocumentError):
        assert slots_of(bytes(damaged)).names == {"name"}


def test_a_file_that_swells_when_unpacked_is_refused_before_it_is_read():
    archive = io.BytesIO(model("{{ name }}"))
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as written:
        written.writestr("word/media/image.png", bytes(60_000_000))

    assert refusal(archive.getvalue()) == (
        "Le modèle Word est trop volumineux une fois décompressé."
    )


# The file itself


def test_the_properties_are_set_cut_and_not_escaped_twice():
    title = "Projet d'insertion & <logement>\x0b\ud800" + "x" * 300

    properties = opened(
        render(model("x"), {}, title=title, subject="Appel « HLM »")
    ).core_properties

    assert properties.title == ("Projet d'insertion & <logement> \ufffd" + "x" * 300)[:255]
    assert properties.subject == "Appel « HLM »"
    assert properties.language == "fr-FR"


def test_without_a_title_the_model_keeps_its_own():
    document = docx.Document()
    document.core_properties.title = "Formulaire"

    assert opened(render(saved(document), {})).core_properties.title == "Formulaire"


def test_a_model_without_properties_gets_some_that_bear_no_date():
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SMALL)) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "_rels/.rels":
                content = re.sub(rb"<Relationship [^>]*core-properties[^>]*>", b"", content)
            target.writestr(name, content)

    file = render(written.getvalue(), {"name": "x"}, title="Projet")

    assert opened(file).core_properties.title == "Projet"
    assert b"modified" not in zipfile.ZipFile(io.BytesIO(file)).read("docProps/core.xml")


def test_properties_are_kept_in_the_part_where_the_model_has_them():
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SMALL)) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace(b"docProps/core.xml", b"metadata.xml")
            target.writestr(name.replace("docProps/core.xml", "metadata.xml"), content)

    file = render(written.getvalue(), {"name": "x"}, title="Projet")

    assert opened(file).core_properties.title == "Projet"
    assert "docProps/core.xml" not in zipfile.ZipFile(io.BytesIO(file)).namelist()


def test_the_same_content_gives_the_same_bytes():
    file, content = model("{{ name }}", header="{{ name }}"), {"name": "Saintes"}

    assert render(file, content) == render(file, content)
    with zipfile.ZipFile(io.BytesIO(render(file, content))) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_the_same_content_gives_the_same_bytes_in_another_process():
    program = (
        "import sys; from hashlib import sha256; from grants.documents import render, slots_of;"
        "model = sys.stdin.buffer.read(); names = slots_of(model).names;"
        "print(sha256(render(model, dict.fromkeys(names, 'a\\nb'), title='t')).hexdigest())"
    )
    file = model("{{ a }} {{ b }} {{ c }}", "{% if d and e %}{{ f }}{% endif %}", header="{{ g }}")

    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=file,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    here = render(file, dict.fromkeys(slots_of(file).names, "a\nb"), title="t")
    assert digests == {f"{sha256(here).hexdigest()}\n".encode()}


def test_threads_that_meet_a_new_model_compile_it_once():
    file = model("{{ name }}", "un nouveau modèle")

    with ThreadPoolExecutor(8) as pool:
        ready = list(pool.map(ready_model, [file] * 8))

    assert all(each is ready[0] for each in ready)


def test_a_model_is_compiled_once_and_the_least_used_are_forgotten():
    def light(text: str) -> bytes:
        return pack(
            Model(title=text, body=paragraph("Normal"), first_header="", header="", footer="")
        )

    kept = ready_model(light("kept"))
    for number in range(31):
        slots_of(light("kept"))
        slots_of(light(f"n° {number}"))

    assert ready_model(light("kept")) is kept
    for number in range(32):
        slots_of(light(f"n° {number}"))
    assert ready_model(light("kept")) is not kept
