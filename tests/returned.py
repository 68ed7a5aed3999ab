"""Filled files as they come back: written by us, invented, edited, mistyped, saved elsewhere."""

import io
import shutil
import subprocess
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from random import Random
from string import ascii_lowercase
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx.oxml.ns import qn
from lxml import etree

from grants.calls.checks import COMMON_SLOTS
from grants.calls.definition import CallDefinition
from grants.documents import render
from grants.documents.anchors import anchor_named, short
from grants.documents.reading import Reading
from grants.documents.writing.sealing import Origin, sealed
from grants.dossiers.papers import Paper, model_of, paper_of
from grants.dossiers.presentation import _answers_content, blank, calculations_of
from grants.forms import Count, FieldDefinition, completed, visible
from grants.forms.types.integer import IntegerField
from grants.rehearsal.values import Inventor

KEY = b"a key of the tests"
MAIN = "word/document.xml"
_ODD = "Nombre < 3 & « deux » : {{ oui }}\n- un\n- deux\n\nAccompagnement fort."
_LABELS = ("Label", "Precision")
_HEADED = ("Heading1", "Heading2", "CellHeading")


def written(call: CallDefinition, answers: dict[str, Any], **slots: str) -> bytes:
    """The official document of those answers, sealed as the application does."""
    content = content_of(call, answers, slots)
    paper = render(paper_of(call).model, content, title="Présentation")
    origin = Origin(call.slug, call.title, "hash", "HLM14-0001", "2")
    worked_out = calculations_of(call, completed(call.form, answers))
    return sealed(paper, origin, KEY, printed=[*printed_in(content), *worked_out])


def printed_in(content: dict[str, Any]) -> list[str]:
    """What the application would seal with it."""
    around = ("_given", "issue_mark")
    return [
        words for slot, words in content.items() if slot in COMMON_SLOTS or slot.endswith(around)
    ]


def without_anchors(call: CallDefinition, answers: dict[str, Any]) -> bytes:
    return render(model_of(call), content_of(call, answers, {}), title="Présentation")


def content_of(
    call: CallDefinition, answers: dict[str, Any], slots: dict[str, str]
) -> dict[str, Any]:
    return {
        **blank(call),
        **_answers_content(call, completed(call.form, answers)),
        "reference": "HLM14-0001",
        **slots,
    }


def asked_in(paper: Paper) -> list[FieldDefinition]:
    """The questions that the document asks, whose answers can be read back."""
    anchors = [each for each in map(anchor_named, bookmarks(paper.model)) if each is not None]
    slots = {each.slot for each in anchors if each.kind == "question"}
    return [
        field
        for question in paper.questionnaire.questions
        if question.apart is None and question.slot and short(question.slot) in slots
        for field in question.fields
        if field.source == "inputs"
    ]


def bookmarks(document: bytes) -> list[str]:
    with ZipFile(io.BytesIO(document)) as archive:
        root = etree.fromstring(archive.read(MAIN))
    return [each.get(qn("w:name")) for each in root.iter(qn("w:bookmarkStart"))]


def invented(call: CallDefinition, seed: int) -> dict[str, Any]:
    """Answers of every shape, some questions left blank; only those of visible questions."""
    chance = Random(seed)  # noqa: S311  # an invented answer keeps no secret
    inventor = Inventor(chance, date(2020, 3, 1), call.departments or ("17", "33"))
    answers = {
        key: _odder(field, inventor.value(field), chance)
        for key, field in call.form.fields.items()
        if field.source == "inputs" and chance.random() < 0.85
    }
    shown = [each.key for each in visible(call.form, answers)]
    return {key: answers[key] for key in shown if key in answers}


def _odder(field: FieldDefinition, value: Any, chance: Random) -> Any:
    """Line breaks, signs of markup, words like those of a label."""
    if field.type == "long_text" and chance.random() < 0.6:
        return f"{value}\n\n{_ODD}"
    if isinstance(field, IntegerField) and field.approximate:
        return Count(value.number, approximate=chance.random() < 0.5)
    return value


def faults(paper: Paper, answers: dict[str, Any], reading: Reading) -> list[str]:
    """The keys of the questions of the document that were not read as they were answered."""
    return [
        field.key
        for field in asked_in(paper)
        if field.encode(answers.get(field.key)) != field.encode(value_in(reading, field.key))
    ]


def value_in(reading: Reading, key: str) -> Any:
    return reading.answers[key].value if key in reading.answers else None


def edited(document: bytes, edit: Callable[[etree._Element], object], part: str = MAIN) -> bytes:
    """The file after a change of the XML of a part."""
    with ZipFile(io.BytesIO(document)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(members[part])
    edit(root)
    return zipped({**members, part: etree.tostring(root)})


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def replaced(document: bytes, old: str, new: str) -> bytes:
    """The file after words typed in place of others, in one run."""

    def type_over(root: etree._Element) -> None:
        node = next(each for each in root.iter(qn("w:t")) if old in (each.text or ""))
        node.text = node.text.replace(old, new)

    return edited(document, type_over)


def mistyped_labels(document: bytes, rate: float, seed: int) -> bytes:
    """Letters of labels, titles and headings changed, lost or doubled."""
    chance = Random(seed)  # noqa: S311  # an invented answer keeps no secret

    def mistype_all(root: etree._Element) -> None:
        for node in root.iter(qn("w:t")):
            if _is_label(node):
                node.text = mistyped(node.text or "", rate, chance)

    return edited(document, mistype_all)


def _is_label(node: etree._Element) -> bool:
    run = next(node.iterancestors(qn("w:r")))
    paragraph = next(node.iterancestors(qn("w:p")))
    style = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
    headed = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return (style is not None and style.get(qn("w:val")) in _LABELS) or (
        headed is not None and headed.get(qn("w:val")) in _HEADED
    )


def mistyped(text: str, rate: float, chance: Random) -> str:
    return "".join(
        _slip(letter, chance) if letter.isalpha() and chance.random() < rate else letter
        for letter in text
    )


def _slip(letter: str, chance: Random) -> str:
    other = chance.choice(ascii_lowercase)
    return chance.choice((other, "", letter + other))


# LibreOffice


#: LibreOffice gives up on too many.
_IN_ONE_CALL = 100


def saved_by_libreoffice(
    files: dict[str, bytes], folder: Path, kind: str = "docx"
) -> dict[str, bytes]:
    """The files opened and saved again. Skipped aloud where it is not there."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) n’est pas installé : pas d’aller-retour essayé")
    before, after = folder / "before", folder / "after"
    before.mkdir(parents=True)
    for name, content in files.items():
        (before / name).write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    names = list(files)
    for start in range(0, len(names), _IN_ONE_CALL):
        subprocess.run(
            [program, profile, "--headless", "--convert-to", kind, "--outdir", after]
            + [before / name for name in names[start : start + _IN_ONE_CALL]],
            check=True,
            capture_output=True,
            timeout=300,
        )
    return {path.name: path.read_bytes() for path in sorted(after.iterdir())}


def named(cases: Iterable[bytes], kind: str = "docx") -> dict[str, bytes]:
    return {f"{number:04}.{kind}": content for number, content in enumerate(cases)}
