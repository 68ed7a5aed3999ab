"""A document typeset as PDF: for everybody to read, for ever, whatever was typed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grants.documents import DocumentError
from grants.documents.columns import sharing_the_page
from grants.documents.printing.blocks import (
    Block,
    Boxes,
    Bullets,
    Heading,
    Label,
    Long,
    Option,
    Printed,
    Records,
    Short,
    Table,
    Words,
)
from grants.documents.printing.last_resort import FILE, last_resort
from grants.documents.printing.typesetting import typeset
from tests.pdf import opened, pages, tags, words

A_DOCUMENT = Printed(
    title="Présentation - HLM14-0001",
    overline="Appel à projets",
    heading="10 000 logements",
    dated=datetime(2014, 5, 12, 8, tzinfo=UTC),
    identity="Dossier HLM14-0001",
    running="10 000 logements · HLM14-0001",
    foot="Présentation · éditée le 13 mai 2014",
    mark="Code de vérification : 0123-4567-89AB-CDEF",
    keywords=("0123-4567-89AB-CDEF",),
)
PROJECT = Heading(1, Label("Projet"))
COLUMNS = sharing_the_page([("financer", "Financeur", "text"), ("amount", "Montant", "money")])


def printed(*blocks: Block) -> bytes:
    return typeset(replace(A_DOCUMENT, blocks=(PROJECT, *blocks)))


def rows(number: int) -> tuple[tuple[str, ...], ...]:
    return tuple((f"Financeur {each}", f"{each} €") for each in range(number))


def test_a_document_tells_its_title_its_language_its_date_and_what_it_conforms_to():
    file = printed()

    root, about = opened(file).trailer["/Root"], opened(file).metadata
    claims = root["/Metadata"].get_data().decode()
    assert (about.title, about.keywords) == (A_DOCUMENT.title, "0123-4567-89AB-CDEF")
    assert about.creation_date == A_DOCUMENT.dated
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("fr-FR", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712  # a PDF object
    for claim in ("pdfuaid:part>1<", "pdfaid:part>2<", "pdfaid:conformance>A<"):
        assert claim in claims


def test_headings_lists_and_tables_are_what_they_are_called():
    found = tags(
        printed(
            Heading(2, Label("Montage financier", "(solidité)")),
            Bullets(Label("Partenaires"), ("Un", "Deux")),
            Table(Label("Plan"), COLUMNS, rows(2), ("Total", "1 €")),
        )
    )

    counted = {each: found.count(each) for each in ("H1", "H2", "L", "LI", "Table", "TH", "TR")}
    assert counted == {"H1": 1, "H2": 1, "L": 1, "LI": 2, "Table": 1, "TH": 2, "TR": 4}


def test_the_same_document_is_the_same_bytes_in_every_thread():
    document = (Long(Label("Objectifs"), ("Loger.",)), Table(Label("Plan"), COLUMNS, rows(9)))

    with ThreadPoolExecutor(4) as threads:
        files = {*threads.map(lambda _: printed(*document), range(8))}

    assert len(files) == 1


def test_only_the_fonts_that_come_with_us_are_used_and_all_are_in_the_file():
    file = printed(Long(Label("Langues"), ("Œuvre, Ελλάδα, дом, עברית, العربية, 漢字, 😀",)))

    fonts = [
        font["/DescendantFonts"][0]
        for page in opened(file).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    names = {each["/BaseFont"].split("+")[1] for each in fonts}
    assert names <= {
        "LiberationSans",
        "LiberationSans-Bold",
        "DejaVuSans",
        "GrantsLastResort-Regular",
    }
    assert all("/FontFile2" in each["/FontDescriptor"] for each in fonts)


@pytest.mark.parametrize(
    "typed",
    [
        '#import "@preview/cetz:0.3.0": * #panic("non") #read("/etc/passwd")',
        "$x^2$ *gras* _italique_ `code` <étiquette> @renvoi = titre // note /* note */ ~ --- ...",
        "\\n \\u{41} \\ {{ reference }} {% if x %} </w:t> &amp; <b> ]]>",
        '"sys.inputs" \' " } ] , { "kind": "heading" }',
        "œ Œ æ ÿ « » € – — … ’ ½ ² ☐ ☒ • 47 000 €",
        "漢字 and 한국어 😀",
    ],
)
def test_what_is_typed_is_printed_and_never_obeyed(typed):
    file = printed(
        Heading(2, Label(typed, typed)),
        Short(Label(typed), typed),
        Long(Label(""), (typed,)),
        Bullets(Label(""), (typed,)),
        Boxes(Label(""), (Option(typed, ticked=True),)),
        Table(Label(""), sharing_the_page([("typed", typed, "text")]), ((typed,),)),
        Records(Label(""), (((typed, typed),),)),
        Words(typed),
    )

    # A cell may be cut anywhere, hyphens added.
    shown = "".join(words(file).split()).replace("\N{SOFT HYPHEN}", "")
    assert shown.count("".join(typed.split())) >= 9


def test_control_characters_are_cleaned_and_private_ones_replaced():
    file = printed(Short(Label("a\x00b"), "c\x0bd\ufeff e\ud800 f\ue000 g\x1b[0m"))

    assert "ab : c d e\N{REPLACEMENT CHARACTER} f\N{REPLACEMENT CHARACTER} g[0m" in words(file)


def test_right_to_left_text_is_there_in_the_order_it_is_read():
    shown = words(printed(Short(Label("Nom"), "שלום עולם")))

    assert "שלום" in shown
    assert "עולם" in shown


def test_a_hundred_thousand_characters_are_all_printed():
    typed = " ".join(f"mot{each}é" for each in range(11_000))
    file = printed(Long(Label("Objectifs"), (typed,)))

    first, second, last = pages(file, 0, 1, -1)
    shown = [line for line in f"{first}{second}".splitlines() if line.startswith("mot")]
    found = " ".join("".join(shown).split()).replace("é", "é ").split()
    assert found == typed.split()[: len(found)]
    assert "mot10999é" in last


@pytest.mark.parametrize("letter", ["é", "\N{SOFT HYPHEN}"])
def test_a_word_of_tens_of_thousands_of_letters_stops_nothing(letter):
    file = printed(Long(Label("Objectifs"), ("a" + letter * 34_000,)), Short(Label("Fin"), "oui"))

    assert "Fin : oui" in pages(file, -1)[0]


def test_a_long_word_is_cut_at_the_margin_and_its_letters_are_all_there():
    file = printed(
        Short(Label("Adresse"), "é" * 400), Table(Label(""), COLUMNS * 3, (("1" * 40,) * 6,))
    )

    shown = "".join(words(file).split())
    # Eight more are in the reference, the date, the code and the page number.
    assert ("é" * 400 in shown, shown.count("1")) == (True, 240 + 8)


def test_the_headings_of_a_long_table_are_on_each_of_its_pages():
    file = printed(Table(Label("Plan"), COLUMNS, rows(2_000), ("Total", "1 €")))

    shown = pages(file, 0, 1, 20, -1)
    assert all("Financeur Montant" in each for each in shown)
    assert "Financeur 30 30 €\nFinanceur 31 31 €" in shown[0]
    assert "Financeur 1999 1999 €\nTotal 1 €" in shown[-1]


def test_a_row_longer_than_a_page_goes_on_over_the_next_ones():
    tall = "\n".join(f"Ligne {each}" for each in range(200))
    file = printed(Table(Label("Plan"), COLUMNS, ((tall, "1 €"), ("Fin", "2 €"))))

    shown = words(file)
    assert all(f"Ligne {each} " in shown for each in range(200))
    assert len(pages(file)) == 5


def test_each_page_has_its_number_and_the_code_and_from_the_second_on_the_dossier():
    shown = pages(printed(Long(Label("Objectifs"), ("Loger. " * 2_000,))))

    assert len(shown) == 3
    for number, each in enumerate(shown, start=1):
        assert f"éditée le 13 mai 2014 Page {number} / 3" in each
        assert A_DOCUMENT.mark in each
        assert ("10 000 logements · HLM14-0001" in each) == (number > 1)


def test_no_label_stays_alone_at_the_foot_of_a_page():
    answers = (
        Long(Label("Libellé"), ("Réponse",)),
        Bullets(Label("Libellé"), ("Réponse",)),
        Boxes(Label("Libellé"), (Option("Réponse", ticked=True), Option("b" * 40, ticked=False))),
        Table(Label("Libellé"), COLUMNS, (("Réponse", ""),)),
    )
    for answer in answers:
        on = set()
        for lines in range(34, 41):
            filler = Long(Label(), tuple(f"Ligne {each}" for each in range(lines)))
            shown = pages(printed(filler, Heading(2, Label("Titre")), answer))
            (page,) = (number for number, each in enumerate(shown) if "Titre" in each)
            assert "Libellé" in shown[page]
            assert "Réponse" in shown[page]
            on.add(page)
        assert on == {0, 1}  # the break did come between


def test_what_is_not_answered_says_so_and_the_blank_form_has_room_for_it():
    told = words(printed(Short(Label("Nom"), ""), Long(Label("Objet"), ())))
    blank = words(
        printed(Short(Label("Nom"), "", blank=True), Long(Label("Objet"), (), blank=True))
    )

    assert "Nom : Non renseigné Objet : Non renseigné" in told
    assert "Nom : Objet : Présentation" in blank


def test_a_document_without_a_title_is_refused():
    with pytest.raises(DocumentError, match="ne peut être mis en page"):
        typeset(replace(A_DOCUMENT, title=""))


def test_the_font_of_last_resort_is_the_one_that_its_program_writes():
    assert FILE.read_bytes() == last_resort()


def test_a_word_in_a_cell_is_cut_when_wider_than_it_and_not_to_fill_a_line():
    named = [("place", "Commune", "text"), ("body", "Bailleur", "text")]
    narrow = sharing_the_page([*named, *((f"n{n}", "Places", "integer") for n in range(6))])
    row = ("Isère (38), Grenoble", "Anticonstitutionnellement", *["1"] * 6)

    [page] = pages(typeset(replace(A_DOCUMENT, blocks=(Table(Label(""), narrow, (row,)),))))

    assert "Isère (38), \nGrenoble" in page
    assert "nellement" in page
    assert "Anticonstitutionnellement" not in page


def test_a_total_is_on_the_page_of_its_last_row():
    for count in range(36, 42):
        rows = tuple((f"Financeur {n}", "1 €") for n in range(count))
        table = Table(Label("Budget"), COLUMNS, rows, ("Total", "9 €"))

        last = pages(typeset(replace(A_DOCUMENT, blocks=(table,))))[-1]

        assert f"Financeur {count - 1}" in last
        assert "Total" in last
