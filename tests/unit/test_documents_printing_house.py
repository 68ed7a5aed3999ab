"""The papers of the house as PDF: the words of their Word files, on tagged pages."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest

from docx_templates.build import models
from grants.documents import DocumentError, render, slots_of
from grants.documents.printing.house import printed_paper
from grants.documents.printing.typesetting import typeset
from grants.documents.writing.marking import marked
from tests import word
from tests.pdf import opened, pages, tags

MODELS = {name: marked(model) for name, model in models().items()}
PAPERS = ("receipt.docx", "letter.docx", "minutes.docx")
ROWS = ("facts", "texts", "opinions", "scores")
AT = datetime(2026, 11, 16, tzinfo=UTC)


def filled(name: str) -> bytes:
    """Every slot says its name, with what could be taken for markup; some are long."""
    content = {
        slot: [words(slot, 0), words(slot, 1)] if slot in ROWS else f"Dit de {slot}, #a <b> *c*"
        for slot in slots_of(MODELS[name]).names
    }
    return render(MODELS[name], content, title="Titre du fichier")


def words(slot: str, row: int) -> dict[str, str]:
    told = f"Texte {row} de {slot}, $x$\nà la ligne"
    return {"label": f"Question {row} de {slot} ?", "text": "\n\n".join([told] * 12)}


def squeezed(text: str) -> str:
    """Without what depends on where lines end, and on capitals that are a matter of style."""
    return re.sub(r"[\s\-]", "", text).casefold()


def without_furniture(page: str) -> str:
    """The page without its notice, its running head, its foot."""
    kept = [
        line
        for line in page.splitlines()
        if not re.search(r"Page \d+ / \d+|^Dit de (demo_notice|issue_mark)", line)
        and not re.match(r"Dit de call_title.*Dit de reference", line)
    ]
    return squeezed("".join(kept))


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_says_as_pdf_what_its_word_file_says(name):
    file = filled(name)

    pdf = typeset(printed_paper(file, dated=AT, keywords=("0123-4567-89AB-CDEF",)))

    found = pages(pdf)
    assert "".join(map(without_furniture, found)) == squeezed("".join(word.lines(file)))
    assert all("Dit de issue_mark" in page and "Dit de demo_notice" in page for page in found)
    about = opened(pdf).metadata
    assert (about.title, about.keywords) == ("Titre du fichier", "0123-4567-89AB-CDEF")
    tagged = tags(pdf)
    assert tagged.count("P") >= len(word.opened(file).paragraphs) - tagged.count("H2") - 2
    headings = [each for each in tagged if each in ("H1", "H2", "H3")]
    styles = [each.style.style_id for each in word.opened(file).paragraphs]
    assert headings == [f"H{each[-1]}" for each in styles if each.startswith("Heading")]


def test_from_the_second_page_on_the_head_names_the_call_and_the_dossier():
    first, second, *_ = pages(typeset(printed_paper(filled("minutes.docx"), dated=AT)))

    running = "Dit de call_title, #a <b> *c* · Dit de reference, #a <b> *c*"
    assert [running in " ".join(each.split()) for each in (first, second)] == [False, True]


def test_a_document_with_tables_is_none_of_the_house():
    with pytest.raises(DocumentError):
        printed_paper(MODELS["presentation-hlm.docx"], dated=AT)


def test_a_document_of_two_sections_is_none_of_the_house():
    document = word.opened(filled("receipt.docx"))
    document.add_section()
    file = BytesIO()
    document.save(file)

    with pytest.raises(DocumentError, match="plusieurs sections"):
        printed_paper(file.getvalue(), dated=AT)
