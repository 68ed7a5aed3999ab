"""The line at the foot of each page, and the code it carries."""

import io
import re
import zipfile

import docx
import pytest
from docx.enum.section import WD_SECTION

from docx_templates.build import models
from grants.documents import DocumentError, render
from grants.documents.codes import code_typed, codes_in, new_code, printed_code
from grants.documents.engine import slots_of
from grants.documents.writing.marking import MARK, marked
from grants.documents.writing.sealing import Origin, sealed
from tests.databases import ROOT
from tests.word import opened

DOCX_TEMPLATES = ROOT / "docx_templates"
CODE = "7K3F9QXM2B8THWRD"
PRINTED = "7K3F-9QXM-2B8T-HWRD"
FEET = ("first_page_footer", "even_page_footer", "footer")


def model(*, feet=(), first=False, even=False, sections=1):
    """A model as someone would make it in Word; `feet` of the first section hold its own words."""
    document = docx.Document()
    document.add_paragraph("{{ name }}")
    for _ in range(sections - 1):
        document.add_section(WD_SECTION.NEW_PAGE)
        document.add_paragraph("Suite")
    document.settings.odd_and_even_pages_header_footer = even
    for section in document.sections:
        section.different_first_page_header_footer = first
    for each in feet:
        getattr(document.sections[0], each).paragraphs[0].text = "Ville de Saintes"
    return saved(document)


def saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def printed(source, mark=PRINTED):
    return render(marked(source), {"name": "Jardin", MARK: mark})


def feet(file, section=0):
    """What stands at the foot of each kind of page, as Word links sections to the one before."""
    found = opened(file).sections[section]
    return {
        each: [line.text for line in getattr(found, each).paragraphs if line.text] for each in FEET
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (model(), [[], [], [PRINTED]]),
        (model(first=True, even=True), [[PRINTED]] * 3),
        (model(feet=["footer"]), [[], [], ["Ville de Saintes", PRINTED]]),
        (
            model(feet=["footer"], first=True),
            [[PRINTED], [], ["Ville de Saintes", PRINTED]],
        ),
        (
            model(feet=FEET, first=True, even=True),
            [["Ville de Saintes", PRINTED]] * 3,
        ),
    ],
    ids=["none", "none of three kinds", "one", "one of two kinds", "each"],
)
def test_every_page_of_a_model_gets_the_line_whatever_feet_it_has(source, expected):
    assert list(feet(printed(source)).values()) == expected


def test_a_section_follows_the_feet_of_the_one_before():
    file = printed(model(sections=3, first=True))

    assert [feet(file, number) for number in range(3)] == [feet(file)] * 3
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert [each for each in archive.namelist() if "footer" in each] == [
            "word/footer-of-marks.xml"
        ]


@pytest.mark.parametrize("name", sorted(models()))
def test_our_own_models_carry_the_line_on_their_first_page_and_on_the_others(name):
    document = opened(marked(models()[name]))
    [section] = document.sections

    for foot in (section.first_page_footer, section.footer):
        assert [each.text for each in foot.paragraphs[-3:]] == [
            "{%p if issue_mark %}",
            "{{ issue_mark }}",
            "{%p endif %}",
        ]


def test_without_a_mark_the_line_is_gone_and_the_same_mark_gives_the_same_bytes():
    source = model(feet=["footer"])

    assert feet(printed(source, ""))["footer"] == ["Ville de Saintes"]
    assert printed(source) == printed(source) != printed(source, PRINTED[::-1])


def test_what_is_no_model_is_refused_before_it_is_marked():
    with pytest.raises(DocumentError, match="pas un document Word"):
        marked(b"rien")


# Codes


def test_a_code_is_80_random_bits_that_nobody_reads_wrong():
    codes = {new_code() for _ in range(2_000)}

    assert len(codes) == 2_000
    assert set("".join(codes)) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert {len(each) for each in codes} == {16}


@pytest.mark.parametrize(
    "typed",
    [PRINTED, CODE, " 7k3f 9qxm 2b8t hwrd ", "7K3F–9QXM–2B8T–HWRD\n", "7K3F\u20119QXM-2B8T-HWRD"],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert code_typed(typed) == CODE
    assert code_typed(printed_code(CODE)) == CODE


def test_signs_taken_for_others_are_read_as_what_they_were():
    assert code_typed("OIL0-0000-0000-0000") == "0110000000000000"


@pytest.mark.parametrize("typed", ["", "7K3F", f"{CODE}0", "U" * 16, "é" * 16, "7" * 10_000])
def test_what_can_be_no_code_is_none(typed):
    assert code_typed(typed) is None


def test_the_codes_of_a_file_are_found_whole_or_cut_by_tags():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", f"<p>{PRINTED[:6]}<b>{PRINTED[6:]}</b> et A{PRINTED}</p>")
        archive.writestr("docProps/custom.xml", f"<v>{PRINTED[::-1]}</v>")

    assert codes_in(file.getvalue()) == (CODE[::-1], CODE)
    assert codes_in(f"Code de vérification : {PRINTED} · page 1".encode()) == (CODE,)


def test_the_code_of_a_file_is_found_whatever_byte_of_it_is_altered():
    source = (DOCX_TEMPLATES / "letter.docx").read_bytes()
    content = dict.fromkeys(slots_of(marked(source)).names, "") | {"facts": [], "texts": []}
    paper = render(marked(source), content | {MARK: PRINTED})
    paper = sealed(paper, Origin("call", "Appel", "0" * 64), b"key", issued=PRINTED)
    unknown = []
    for at in range(4, len(paper), len(paper) // 200):
        altered = bytearray(paper)
        altered[at] ^= 0x55
        if CODE not in codes_in(bytes(altered)):
            unknown.append(at)
    assert unknown == []


def test_a_hostile_file_gives_no_code_and_costs_little():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 10_000_000 + PRINTED.encode())
    whole = bomb.getvalue()
    odd = io.BytesIO()
    with zipfile.ZipFile(odd, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.xml", PRINTED * 10)
    broken = bytearray(odd.getvalue())
    broken[47:49] = b"\xff\xff"  # in what is packed

    assert codes_in(bytes(broken)) == ()
    assert codes_in(whole) == codes_in(whole[: len(whole) // 2]) == codes_in(b"PK\x03\x04") == ()
    many = " ".join(printed_code(new_code()) for _ in range(100))
    assert len(codes_in(many.encode())) == 20
    assert all(re.fullmatch("[0-9A-Z]{16}", each) for each in codes_in(many.encode()))
