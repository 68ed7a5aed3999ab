"""The PDF of a dossier says what its Word file says, question by question, in the same order."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from random import Random
from typing import Any

import pytest

from grants.calls.definition import CallDefinition
from grants.documents.printing.plan import Asked, Title
from grants.documents.reading import read_answers
from grants.documents.writing.sealing import Origin
from grants.dossiers.papers import PROJECT_MARK, Manuscript, paper_of
from grants.dossiers.pdf import presentation_pdf
from grants.dossiers.returned import is_identity
from grants.forms import FormDefinition, visible
from grants.rehearsal.values import Inventor
from grants.web.press import DEMO_NOTICE
from tests.answers import answers_for, call_of
from tests.factories import SEMIS
from tests.pdf import pages, words
from tests.returned import content_of, invented
from tests.word import lines

CALLS = (
    "ami-cget-2019",
    "fdf-habitat-partage",
    "fej-2009",
    "fnavdl-paca-2020",
    "hlm-accompagnes",
)
PRINTED_ON = datetime(2020, 3, 2, 15, tzinfo=UTC)
HEAD_AND_FOOT = re.compile(r".*HLM14-0001 · Version 2|.* éditée le 2 mars 2020 Page \d+ / \d+")


@cache
def call_named(slug: str) -> CallDefinition:
    return call_of(slug)


def sample(slug: str) -> dict[str, Any]:
    return SEMIS if slug == "hlm-accompagnes" else answers_for(slug)


def manuscript(call: CallDefinition, answers: dict[str, Any], **slots: Any) -> Manuscript:
    told = {"version_label": "Version 2", "printed_on": "2 mars 2020", "holder": "SEMIS"}
    content = content_of(call, answers, told) | slots
    paper = paper_of(call)
    origin = Origin(call.slug, call.title, "hash", "HLM14-0001", "2")
    return Manuscript(paper.model, paper.model_sha256, "Présentation", content, origin)


def given(call: CallDefinition, seed: int) -> dict[str, Any]:
    """Every opinion, every score and the decision, as their slots."""
    inventor = Inventor(Random(seed), date(2020, 3, 1), ("17",))  # noqa: S311
    found: dict[str, Any] = {"decision_given": "Prise le 1er mars 2020"}
    found |= filled("decision", call.decision.form, inventor)
    for key, opinion in call.opinions.items():
        found |= filled(f"opinion_{key}", opinion.form, inventor)
        found[f"opinion_{key}_given"] = f"Rendu le 1er mars 2020, avis {key}"
    for key in call.grids:
        row = {"criterion": "Originalité", "weight": "2", "mean": "3 sur 5"}
        found |= {f"grid_{key}_mean": "12 sur 20", f"grid_{key}_sheets": "3 grilles"}
        found[f"grid_{key}_rows"] = [row]
    return found


def filled(prefix: str, form: FormDefinition, inventor: Inventor) -> dict[str, Any]:
    answers = {each.key: inventor.value(each) for each in form.fields.values()}
    shown = {each.key for each in visible(form, answers)}
    return {
        f"{prefix}_{slot}": text
        for key, each in form.fields.items()
        for slot, text in each.slot_values(answers[key] if key in shown else None).items()
    }


def squeezed(text: str) -> str:
    """Without what depends on where lines end: spaces, hyphens. Models may be typed with « ' »."""
    return re.sub(r"[\s\-|\N{SOFT HYPHEN}\N{WORD JOINER}]", "", text).replace("’", "'")


def word_text(paper: Manuscript) -> str:
    return squeezed("".join(lines(paper.printed())))


def pdf_text(paper: Manuscript, call: CallDefinition) -> str:
    found = "\n".join(pages(presentation_pdf(paper, call, dated=PRINTED_ON))).splitlines()
    told = "".join(each for each in found if not HEAD_AND_FOOT.fullmatch(each))
    return once(squeezed(re.sub("Non renseigné|•", "", told)), headings_of(call))


def headings_of(call: CallDefinition) -> list[str]:
    """Those of each table."""
    forms = [call.form, call.decision.form, *(each.form for each in call.opinions.values())]
    tables = [each for form in forms for each in form.fields.values() if each.type == "table"]
    return [
        squeezed(
            table.rows_label * bool(table.rows) + "".join(c.label for c in table.columns.values())
        )
        for table in tables
    ]


def once(text: str, headings: list[str]) -> str:
    """Without the headings that are repeated at the top of a page."""
    for heading in headings:
        before, found, after = text.partition(heading)
        text = before + found + after.replace(heading, "")
    return text


def by_question(text: str, labels: Iterable[str]) -> list[tuple[str, str]]:
    """Each label that is there, in its order, and what stands between it and the next one."""
    found, start = [], 0
    for label in map(squeezed, labels):
        place = text.find(label, start)
        if label and place >= 0:
            found.append((label, place))
            start = place + len(label)
    ends = [place for _, place in found[1:]] + [len(text)]
    return [
        (label, text[place + len(label) : end].strip(":"))
        for (label, place), end in zip(found, ends, strict=True)
    ]


def labels_of(call: CallDefinition) -> list[str]:
    steps = [each for each in paper_of(call).plan.steps if isinstance(each, Title | Asked)]
    return [f"{each.label.text} {each.label.precision}" for each in steps]


def assert_alike(call: CallDefinition, paper: Manuscript) -> int:
    labels = labels_of(call)
    written = by_question(word_text(paper), labels)
    assert by_question(pdf_text(paper, call), labels) == written
    return len(written)


@pytest.mark.parametrize("slug", CALLS)
def test_a_whole_dossier_reads_the_same(slug):
    call = call_named(slug)

    told = assert_alike(call, manuscript(call, sample(slug), **given(call, 1)))

    assert told > 30


@pytest.mark.parametrize("slug", CALLS)
def test_answers_of_every_shape_read_the_same(slug):
    call = call_named(slug)

    assert_alike(call, manuscript(call, invented(call, 7), **given(call, 7)))


def test_what_was_not_given_is_left_out_as_in_word():
    call = call_named("fej-2009")
    paper = manuscript(call, sample(call.slug))

    shown = words(presentation_pdf(paper, call, dated=PRINTED_ON))
    for title in ("Décision du Conseil de gestion", "Grille du projet"):
        assert (title in "\n".join(lines(paper.printed())), title in shown) == (False, False)


def test_the_official_form_keeps_its_order_its_titles_and_its_words():
    call = call_named("hlm-accompagnes")
    shown = words(presentation_pdf(manuscript(call, SEMIS), call, dated=PRINTED_ON))

    expected = [
        "APPEL À PROJETS Mise en place de 10 000 logements HLM accompagnés",
        "Présentation synthétique du projet Localisation du projet :",
        "Publics cibles du projet Nombre de ménages accompagnés : 30 environ",
        "Modalités de mobilisation des logements ☐ Création d’une offre nouvelle",
        "Partenariat Partenaires mobilisés - exemples :",
        "Montage financier (solidité financière",
        "Inscription de la démarche dans la durée",
        "Avis du service départemental en charge des politiques sociales du logement (DDCS ou DDT)",
        "Caractère reproductible de la démarche : ☐ Faible ☐ Moyen ☐ Fort",
        "Avis global formulé par le niveau régional ☐ Favorable ☐ Défavorable",
        "(DREAL en collaboration avec DRJSCS) :",
    ]
    places = [shown.find(each) for each in expected]
    assert -1 not in places
    assert places == sorted(places)
    assert "Personne à contacter" not in shown  # it is not on the official document


def test_what_is_printed_at_the_edges_of_its_pages_is_no_text_of_the_one_who_sends_it_back():
    call = call_named("fdf-habitat-partage")
    told = {
        "version_label": "Version 2 du 1er mars 2020 à 23\xa0h\xa059",
        "demo_notice": DEMO_NOTICE,
        "status_label": "Déposé",
    }
    paper = manuscript(call, sample(call.slug), **told)
    for mark in ("Code de vérification\u202f: ABCD-EFGH-JKMN-PQRS · https://a.fr/v", PROJECT_MARK):
        file = presentation_pdf(paper, call, dated=PRINTED_ON, mark=mark)

        (identity,) = read_answers(file, paper_of(call).questionnaire).left_over
        assert identity == f"Dossier HLM14-0001 · {told['version_label']} · SEMIS · Déposé"
        assert is_identity(identity, call, "SEMIS")
        assert not is_identity(f"{identity} : rappeler lundi", call, "SEMIS")
        assert not is_identity(identity, call, "Un autre")


def test_the_head_of_the_second_of_two_pages_is_no_answer():
    call = call_named("hlm-accompagnes")
    told = {"version_label": "Version en préparation", "demo_notice": DEMO_NOTICE}
    file = presentation_pdf(manuscript(call, {}, **told), call, dated=PRINTED_ON, mark=PROJECT_MARK)

    reading = read_answers(file, paper_of(call).questionnaire)

    assert len(pages(file)) == 2
    assert [each.key for each in reading.answers.values() if each.value is not None] == []
