"""A filled file read back: for each question what it holds, and what belongs to no question."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from grants.documents.anchors import short
from grants.documents.questionnaire import Apart, Question, Questionnaire, options_of
from grants.documents.reading.boxes import Ticks, sign_before, take_named, take_signed
from grants.documents.reading.errors import FileNotRead
from grants.documents.reading.likeness import likeness
from grants.documents.reading.pdf import sheet_of_pdf
from grants.documents.reading.placing import Layout, Place, Source, laid_out
from grants.documents.reading.plain import is_text, sheet_of_text
from grants.documents.reading.sheet import Line, Sheet
from grants.documents.reading.tables import read_table, unread
from grants.documents.reading.values import (
    read_lines,
    read_together,
    value_of,
    written,
)
from grants.documents.reading.word import sheet_of_docx
from grants.documents.writing.sealing import Origin, is_authentic, origin_in
from grants.files import ELSEWHERE, FileRefused, OldOffice, recognise
from grants.forms import FieldDefinition, FormDefinition
from grants.forms.types.choices import ChoicesField
from grants.forms.types.table import TableField
from grants.wording import joined, plural

#: Turns an .odt or a .doc into a .docx; raises FileNotRead.
Converter = Callable[[bytes], bytes]

_MOST_LINES: Final = 20_000
_FURNITURE: Final = 0.9
#: Files and calculations, as we print them: they are not read from a document.
_PRINTED: Final = re.compile(r"[-\d\s.,€%]*|.*\([\d,]+\s[KM]o\)")
_AS_WORD: Final = "enregistrez-le au format Word (.docx), puis envoyez-le à nouveau"
_EDGES: Final = " :\t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Found:
    """What the file holds for one question."""

    key: str
    #: Typed, or Unreadable with the text; None when nothing was answered.
    value: Any
    source: Source
    #: From 0 to 1: how sure it is that this is the question.
    certainty: float
    #: For people: « paragraphe 12 ».
    place: str
    #: Why there is no value although something is there.
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class ReadApart:
    """An opinion, or a decision, found in the file: shown, never imported as an answer."""

    title: str
    form: FormDefinition
    answers: Mapping[str, Found]
    left_over: tuple[str, ...] = ()
    #: That of its `Apart`: « opinion_region_ ».
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Questions that the file does not ask are absent of `answers`."""

    answers: Mapping[str, Found]
    apart: tuple[ReadApart, ...] = ()
    #: Text that belongs to no question, in order.
    left_over: tuple[str, ...] = ()
    #: What the person should know, in French.
    notices: tuple[str, ...] = ()
    origin: Origin | None = None
    #: Whether the origin is as we wrote it; None when there is nothing to compare.
    authentic: bool | None = None


def read_answers(
    file: bytes,
    questionnaire: Questionnaire,
    *,
    key: bytes | None = None,
    convert: Converter | None = None,
) -> Reading:
    """What a .docx, a plain text or a .pdf answers to the questions of a call. Nothing is written.

    :param key: that of `sealed`, to know whether the file says the truth about its origin.
    :param convert: reads .odt and .doc files too.
    :raises FileNotRead: another kind of file, a damaged or dangerous one, a form of another call.
    """
    sheet = _sheet(file, convert)
    origin = origin_in(sheet.properties)
    if origin is not None and questionnaire.call and origin.call != questionnaire.call:
        raise FileNotRead(
            f"Ce fichier est le formulaire d’un autre appel : « {origin.call_title} » "
            f"({origin.call})."
        )
    reading = _as_sure_as(sheet, _read(sheet, questionnaire))
    if origin is not None and origin.reference:
        reading = replace(reading, left_over=_without_heading(reading.left_over, origin))
    if not reading.answers and not reading.apart:
        raise FileNotRead(
            "Aucune question de cet appel n’a été reconnue dans ce fichier : est-ce le bon ?"
        )
    authentic = is_authentic(sheet.properties, key) if origin is not None and key else None
    notices = (*_notices(sheet, questionnaire, origin, authentic), *reading.notices)
    return replace(reading, origin=origin, authentic=authentic, notices=notices)


def _as_sure_as(sheet: Sheet, reading: Reading) -> Reading:
    """What the format takes away of each certainty."""
    if sheet.sure == 1:
        return reading
    surely = {
        key: replace(each, certainty=round(each.certainty * sheet.sure, 2))
        for key, each in reading.answers.items()
    }
    return replace(reading, answers=surely)


def _without_heading(left_over: Sequence[str], origin: Origin) -> tuple[str, ...]:
    """What we print of a dossier above its answers is known already."""
    heading = f"Dossier {origin.reference}"
    return tuple(each for each in left_over if not each.startswith(heading))


def _sheet(file: bytes, convert: Converter | None) -> Sheet:
    if not file.strip():
        raise FileNotRead("Ce fichier est vide.")
    if is_text(file) and not file.startswith((b"%PDF", b"PK\x03\x04", b"{\\rtf")):
        sheet = sheet_of_text(file)
    else:
        try:
            kind = recognise(io.BytesIO(file))
        except OldOffice as refusal:
            if convert is None:
                raise FileNotRead(refusal.reason.replace(ELSEWHERE, _AS_WORD)) from refusal
            return _sheet(convert(file), None)
        except FileRefused as refusal:
            # What is said to who hands in a document is not what helps here.
            raise FileNotRead(refusal.reason.replace(ELSEWHERE, _AS_WORD)) from refusal
        if kind.key == "odt" and convert is not None:
            return _sheet(convert(file), None)
        if kind.key not in ("docx", "pdf"):
            raise FileNotRead(f"Ce fichier est d’un autre format ({kind.label}) : {_AS_WORD}.")
        sheet = sheet_of_docx(file) if kind.key == "docx" else sheet_of_pdf(file)
    if len(sheet.lines) > _MOST_LINES:
        raise FileNotRead("Ce fichier a trop de paragraphes pour être un formulaire.")
    return sheet


def _notices(
    sheet: Sheet, questionnaire: Questionnaire, origin: Origin | None, authentic: bool | None
) -> Iterator[str]:
    if sheet.tracked_changes:
        yield (
            "Ce fichier porte des modifications suivies : il est lu comme si elles étaient "
            "toutes acceptées."
        )
    if sheet.comments:
        told = plural(sheet.comments, "commentaire", "commentaires")
        yield f"Ce fichier porte {told} : ce n’est pas lu."
    if sheet.sure < 1:
        yield (
            "Ce fichier est un PDF : il n’est lu que par ses lignes imprimées, ce qui est moins "
            "sûr. Relisez chaque réponse."
        )
    elif not sheet.keeps_boxes:
        yield "Ce fichier est un texte sans mise en forme : des cases cochées ont pu s’y perdre."
    if origin is not None and questionnaire.form_hash not in ("", origin.form):
        yield "Ce fichier vient d’une autre révision du formulaire : relisez chaque réponse."
    if authentic is False:
        yield (
            "Le code d’origine de ce fichier est faux : il ne vient peut-être pas de ce dossier."
        )


# What was asked where


@dataclass(frozen=True, slots=True)
class _Region:
    """What follows a label, up to the next one; several questions may share it."""

    places: tuple[Place, ...]
    lines: tuple[Line, ...]
    #: What we printed there, which is no answer.
    printed: tuple[Line, ...] = ()


@dataclass(slots=True)
class _Answers:
    """What has been read so far, for the applicant's form and for each form apart."""

    layout: Layout
    questionnaire: Questionnaire
    found: dict[Apart | None, dict[str, Found]] = field(default_factory=dict)
    left: dict[Apart | None, list[str]] = field(default_factory=dict)


def _read(sheet: Sheet, questionnaire: Questionnaire) -> Reading:
    layout = laid_out(sheet, questionnaire.questions)
    answers = _Answers(layout, questionnaire)
    _keep(answers, None, _before_all(layout))
    for region in _regions(layout):
        _read_region(answers, region)
    left = [text for text in answers.left.get(None, []) if not _is_furniture(text, questionnaire)]
    apart = tuple(
        ReadApart(
            each.title,
            each.form,
            answers.found.get(each, {}),
            tuple(answers.left.get(each, ())),
            each.prefix,
        )
        for each in questionnaire.apart
        if _says_something(answers, each)
    )
    own = answers.found.get(None, {})
    ordered = {key: own[key] for key in questionnaire.form.fields if key in own}
    return Reading(ordered, apart, (*left, *sheet.notes), tuple(_conflicts(answers)))


def _conflicts(answers: _Answers) -> Iterator[str]:
    fields = answers.questionnaire.form.fields
    for key, each in answers.found.get(None, {}).items():
        if each.conflict:
            yield f"{fields[key].label} : {each.conflict}"


def _says_something(answers: _Answers, apart: Apart) -> bool:
    found = answers.found.get(apart, {})
    return bool(answers.left.get(apart)) or any(
        each.value is not None or each.conflict for each in found.values()
    )


def _before_all(layout: Layout) -> tuple[Line, ...]:
    first = layout.places[0] if layout.places else None
    end = first.line if first else len(layout.lines)
    before = layout.lines[:end]
    if first is not None and first.start:
        before = (*before, Line(layout.lines[end].text[: first.start]))
    return tuple(before)


def _regions(layout: Layout) -> Iterator[_Region]:
    groups = [
        tuple(group)
        for _, group in groupby(layout.places, key=lambda each: (each.line, each.start, each.end))
    ]
    starts = [(each[0].line, each[0].start) for each in groups]
    ends = [*starts[1:], (len(layout.lines), 0)]
    for places, end in zip(groups, ends, strict=False):
        lines = tuple(_between(layout, places[0], end))
        printed = sorted(layout.printed & set(range(places[0].line + 1, end[0])))
        yield _Region(places, lines, tuple(layout.lines[each] for each in printed))


def _between(layout: Layout, place: Place, end: tuple[int, int]) -> Iterator[Line]:
    last, stop = end
    first = layout.lines[place.line]
    if last == place.line:
        yield _cut(first, place.end, stop)
        return
    yield _cut(first, place.end, len(first.text))
    yield from (
        each
        for number, each in enumerate(layout.lines[place.line + 1 : last], place.line + 1)
        if number not in layout.fixed | layout.printed
    )
    if stop:
        yield _cut(layout.lines[last], 0, stop)


def _cut(line: Line, start: int, end: int) -> Line:
    return replace(line, text=line.text[start:end].lstrip(_EDGES), marks=())


def _keep(answers: _Answers, apart: Apart | None, lines: Sequence[Line]) -> None:
    """Text that answers no question."""
    for line in written(lines):
        rows = [" ; ".join(filter(None, row)) for row in line.cells] or [line.text.strip()]
        answers.left.setdefault(apart, []).extend(filter(None, rows))


def _is_furniture(text: str, questionnaire: Questionnaire) -> bool:
    return any(likeness(text, each) >= _FURNITURE for each in questionnaire.furniture)


# The answers of a region


def _read_region(answers: _Answers, region: _Region) -> None:
    question = region.places[0].question
    lines: Sequence[Line] = region.lines
    for place in region.places:
        lines = _read_boxes(answers, place, lines)
    lines = _read_neighbours(answers, region, lines)
    for place in region.places:
        if len(region.places) == 1 or not place.question.options:
            lines = _read_words(answers, place, lines)
    _keep(answers, question.apart, [*region.printed, *lines])


def _read_boxes(answers: _Answers, place: Place, lines: Sequence[Line]) -> Sequence[Line]:
    """The ticks of a question; the lines without its boxes."""
    question = place.question
    if not question.options:
        return lines
    field_, options = question.fields[0], options_of(question.fields[0])
    ticks, lines = _anchored_boxes(answers.layout, question, lines)
    if not ticks.found:
        ticks, lines = take_signed(lines, options)
    if not ticks.found:
        ticks, lines = take_named(lines, options)
    if ticks.found:
        _note_ticks(answers, place, field_, ticks)
    return lines


def _anchored_boxes(
    layout: Layout, question: Question, lines: Sequence[Line]
) -> tuple[Ticks, Sequence[Line]]:
    ticks = Ticks()
    kept = list(lines)
    for slot, (key, _label) in reversed(question.options.items()):
        option = layout.options.get(short(slot))
        if option is None:
            continue
        text = layout.lines[option.line].text
        at = sign_before(text, option.start)
        if at is not None:
            ticks.add(key, text[at])
            kept = [_without(each, text[at : option.end]) for each in kept]
    return ticks, kept


def _without(line: Line, words: str) -> Line:
    return replace(line, text=line.text.replace(words, "\t", 1)) if words in line.text else line


def _note_ticks(answers: _Answers, place: Place, field_: FieldDefinition, ticks: Ticks) -> None:
    options = options_of(field_)
    chosen = ticks.chosen(options)
    if len(chosen) > 1 and not isinstance(field_, ChoicesField):
        both = joined([f"« {options[key]} »" for key in chosen])
        _note(answers, place, field_.key, None, conflict=f"plusieurs cases cochées, {both}.")
    else:
        _note(answers, place, field_.key, value_of(field_, chosen))


def _read_neighbours(answers: _Answers, region: _Region, lines: Sequence[Line]) -> Sequence[Line]:
    """Boxes of a question without a label of its own, beside those of this region."""
    placed = {each.question for each in answers.layout.places}
    questions = answers.questionnaire.questions
    for place in region.places:
        if not place.question.fields:
            continue
        at = questions.index(place.question)
        for near in questions[max(0, at - 1) : at + 2]:
            if near in placed or not near.options or near.apart is not place.question.apart:
                continue
            ticks, rest = take_signed(lines, options_of(near.fields[0]))
            if ticks.found:
                lines = rest
                at_boxes = replace(place, question=near, certainty=min(place.certainty, 0.9))
                _note_ticks(answers, at_boxes, near.fields[0], ticks)
    return lines


def _read_words(answers: _Answers, place: Place, lines: Sequence[Line]) -> Sequence[Line]:
    """The text answers of a question; the lines that remain."""
    question = place.question
    if not question.fields:
        return lines
    first = question.fields[0]
    if first.source != "inputs":
        return [each for each in lines if not _PRINTED.fullmatch(each.text.strip())]
    if len(question.fields) > 1:
        read = read_together(question.fields, question.written, lines)
        for each in question.fields:
            known = answers.found.get(question.apart, {}).get(each.key)
            if known is None or known.value is None:
                _note(answers, place, each.key, read.get(each.key))
        return ()
    if isinstance(first, TableField):
        value, rest = read_table(first, lines)
        _note(answers, place, first.key, value)
        tables = [each for each in lines if each not in rest]
        return [*rest, *unread(first, value, tables)]
    known = answers.found.get(question.apart, {}).get(first.key)
    if known is not None and (known.value is not None or known.conflict):
        return lines
    if known is None or written(lines):
        _note(answers, place, first.key, read_lines(first, lines))
    return ()


def _note(answers: _Answers, place: Place, key: str, value: Any, *, conflict: str = "") -> None:
    question = place.question
    found = Found(key, value, place.source, place.certainty, _told(answers, place), conflict)
    answers.found.setdefault(question.apart, {})[key] = found


def _told(answers: _Answers, place: Place) -> str:
    return f"paragraphe {answers.layout.counted[place.line]}"
