"""A filled file read back: for each question what it holds, and what belongs to no question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Final

from grants.documents.anchors import short
from grants.documents.framing import Framing, is_made_of
from grants.documents.questionnaire import Apart, Question, Questionnaire, options_of
from grants.documents.reading.boxes import Ticks, sign_before, take_named, take_signed
from grants.documents.reading.errors import FileNotRead
from grants.documents.reading.formats import Converter, sheet_of
from grants.documents.reading.found import Found, ReadApart, Reading
from grants.documents.reading.layout import Layout, Place
from grants.documents.reading.likeness import strangers
from grants.documents.reading.notices import notices_of
from grants.documents.reading.placing import laid_out
from grants.documents.reading.regions import Region, before_all, regions_of
from grants.documents.reading.sheet import Line, Sheet
from grants.documents.reading.tables import read_table
from grants.documents.reading.values import (
    is_blank,
    is_figure,
    is_free,
    read_lines,
    read_together,
    same_figure,
    value_of,
    written,
)
from grants.documents.writing.sealing import PRINTED, is_authentic, origin_in
from grants.forms import FieldDefinition
from grants.forms.answers import completed
from grants.forms.types.choices import ChoicesField
from grants.forms.types.table import TableField
from grants.wording import fold, joined

#: A file, as we print it.
_FILE: Final = re.compile(r".*\([\d,]+\s[KM]o\)")
#: With which a mail begins or ends.
_FORMULA: Final = re.compile(
    r"bonjour( madame| monsieur| a tous| a toutes| et a tous)*|(bien |tres )?cordialement"
    r"|bien a vous|respectueusement|(sinceres )?salutations|bonne (journee|reception)|--"
)


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
    sheet = sheet_of(file, convert)
    origin = origin_in(sheet.properties)
    if origin is not None and questionnaire.call and origin.call != questionnaire.call:
        raise FileNotRead(
            f"Ce fichier est le formulaire d’un autre appel : « {origin.call_title} » "
            f"({origin.call})."
        )
    sheet = _without_running(sheet, questionnaire)
    reading = _as_sure_as(sheet, _read(sheet, questionnaire))
    reading = replace(reading, left_over=tuple(_left_over(sheet, reading, questionnaire)))
    if not reading.answers and not reading.apart:
        raise FileNotRead(
            "Aucune question de cet appel n’a été reconnue dans ce fichier : est-ce le bon ?"
        )
    authentic = is_authentic(sheet.properties, key) if origin is not None and key else None
    notices = (*notices_of(sheet, questionnaire, origin, authentic), *reading.notices)
    return replace(reading, origin=origin, authentic=authentic, notices=notices)


def _without_running(sheet: Sheet, questionnaire: Questionnaire) -> Sheet:
    """Of a PDF of two pages, the head of the second one is on no other: it is known by its words,
    the title of the call with more of ours."""
    if sheet.sure == 1:
        return sheet
    title = fold(questionnaire.call_title)
    running = [
        each
        for each in sheet.lines
        if title in fold(each.text)
        and title not in ("", fold(each.text))
        and _is_ours(each.text, questionnaire)
    ]
    lines = [each for each in sheet.lines if each not in running]
    return replace(sheet, lines=lines, edges=(*sheet.edges, *(each.text for each in running)))


def _as_sure_as(sheet: Sheet, reading: Reading) -> Reading:
    """What the format takes away of each certainty."""
    if sheet.sure == 1:
        return reading
    surely = {
        key: replace(each, certainty=round(each.certainty * sheet.sure, 2))
        for key, each in reading.answers.items()
    }
    return replace(reading, answers=surely)


def _left_over(sheet: Sheet, reading: Reading, questionnaire: Questionnaire) -> Iterator[str]:
    """Text of no question, without what the model prints around them in every copy."""
    fields, printed = questionnaire.form.fields, sheet.properties.get(PRINTED, "")
    body = Framing(questionnaire.framing, printed, questionnaire.furniture)
    yield from (each for each in reading.left_over if not body.prints(each))
    answers = (fields[key].display(each.value) for key, each in reading.answers.items())
    edges = Framing(questionnaire.framing, printed, chain(questionnaire.furniture, answers))
    told = [each for each in sheet.edges if not edges.prints(each)]
    if sheet.sure < 1:
        told = [each for each in told if not _is_ours(each, questionnaire)]
    yield from (f"En-tête ou pied de page : {each}" for each in told)
    yield from (f"Note : {each}" for each in sheet.notes)
    yield from (f"Schéma : {each}" for each in sheet.drawn)
    yield from sheet.comments


def _is_ours(text: str, questionnaire: Questionnaire) -> bool:
    return is_made_of(text, questionnaire.framing, questionnaire.furniture, questionnaire.shapes)


@dataclass(slots=True)
class _Answers:
    """What has been read so far, for the applicant's form and for each form apart."""

    layout: Layout
    questionnaire: Questionnaire
    found: dict[Apart | None, dict[str, Found]] = field(default_factory=dict)
    left: dict[Apart | None, list[str]] = field(default_factory=dict)
    #: What stands where a calculation is printed.
    figures: list[tuple[Question, str]] = field(default_factory=list)


def _read(sheet: Sheet, questionnaire: Questionnaire) -> Reading:
    layout = laid_out(sheet, questionnaire.questions)
    answers = _Answers(layout, questionnaire)
    _keep(answers, None, before_all(layout))
    asked: set[Question] = set()
    regions = list(regions_of(layout))
    signature: Sequence[Line] = ()
    if sheet.sure == 1 and not sheet.keeps_boxes:
        regions[-1:], signature = _signed_off(regions[-1:])
    for region in regions:
        question = region.places[0].question
        if question in asked and question.slot:
            _read_again(answers, region)
        else:
            _read_region(answers, region)
        asked.add(question)
    if signature:
        _keep(answers, question.apart, signature)
    _keep_other_figures(answers)
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
    left = tuple(answers.left.get(None, ()))
    return Reading(ordered, apart, left, tuple(_conflicts(answers)))


def _keep_other_figures(answers: _Answers) -> None:
    """A calculation is printed, and not read; another figure in its place is shown."""
    for question, text in answers.figures:
        form = question.apart.form if question.apart else answers.questionnaire.form
        found = answers.found.get(question.apart, {})
        values = completed(form, {key: each.value for key, each in found.items()})
        field_ = question.fields[0]
        if not same_figure(text, field_.display(values.get(field_.key))):
            said = f"{question.label} : {text.strip()}"
            answers.left.setdefault(question.apart, []).append(said)


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


def _keep(answers: _Answers, apart: Apart | None, lines: Sequence[Line]) -> None:
    """Text that answers no question."""
    for line in written(lines):
        texts = line.flat.split("\n") if line.cells else [line.text.strip()]
        answers.left.setdefault(apart, []).extend(filter(None, texts))


def _signed_off(last: Sequence[Region]) -> tuple[list[Region], Sequence[Line]]:
    """The end of a mail without its greeting or its signature; and these."""
    for region in last:
        fields = region.places[0].question.fields
        formula = _FORMULA.fullmatch if not fields or is_free(fields[0]) else _FORMULA.match
        for number, line in enumerate(region.lines):
            if number and formula(fold(line.text).strip(" ,.!")):
                mail = region.lines[number:]
                return [replace(region, lines=region.lines[:number])], mail
    return [*last], ()


# The answers of a region


def _read_region(answers: _Answers, region: Region) -> None:
    question = region.places[0].question
    lines: Sequence[Line] = region.lines
    for place in region.places:
        lines = _read_boxes(answers, place, lines)
    lines = _read_neighbours(answers, region, lines)
    for place in region.places:
        if len(region.places) == 1 or not place.question.options:
            lines = _read_words(answers, place, lines)
    if question.options:
        whole = {each.text for each in region.lines}
        lines = [each if each.text in whole else _beside(question, each) for each in written(lines)]
    _keep(answers, question.apart, [*region.beside, *lines])


def _beside(question: Question, line: Line) -> Line:
    """What was written beside a box, with its question."""
    said = line.text.strip(" ,;.:\t\n")
    return replace(line, text=f"{question.label} : {said}") if said else line


def _read_again(answers: _Answers, region: Region) -> None:
    """What stands after a label that was answered already: the same, or a contradiction."""
    once_more = _Answers(answers.layout, answers.questionnaire)
    _read_region(once_more, region)
    for apart, texts in once_more.left.items():
        answers.left.setdefault(apart, []).extend(texts)
    answers.figures += once_more.figures
    for apart, found in once_more.found.items():
        form = apart.form if apart else answers.questionnaire.form
        known = answers.found.setdefault(apart, {})
        for key, each in found.items():
            known[key] = _of_both(form.fields[key], known.get(key), each)


def _of_both(question: FieldDefinition, first: Found | None, second: Found) -> Found:
    if first is None or (first.value is None and not first.conflict):
        return second
    told = [each.conflict or question.display(each.value) for each in (first, second)]
    if not told[1] or first.value == second.value:
        return first
    return replace(first, value=None, conflict=f"deux réponses, « {told[0]} » et « {told[1]} ».")


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
    for slot, (key, label) in reversed(question.options.items()):
        option = layout.options.get(short(slot))
        if option is None:
            continue
        text = layout.lines[option.line].text
        at = sign_before(text, option.start)
        if at is not None:
            ticks.add(key, text[at])
            end = (
                option.start if strangers(text[option.start : option.end], [label]) else option.end
            )
            kept = [_without(each, text[at:end]) for each in kept]
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


def _read_neighbours(answers: _Answers, region: Region, lines: Sequence[Line]) -> Sequence[Line]:
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
        return _without_printed(answers, question, lines)
    if len(question.fields) > 1:
        read = read_together(question.fields, question.written, lines)
        rest = []
        for each in question.fields:
            known = answers.found.get(question.apart, {}).get(each.key)
            if known is None or known.value is None:
                _note(answers, place, each.key, read.get(each.key))
            elif each.key in read:
                rest.append(Line(each.display(read[each.key])))
        return rest
    if isinstance(first, TableField):
        value, left = read_table(first, lines)
        _note(answers, place, first.key, value)
        return left
    known = answers.found.get(question.apart, {}).get(first.key)
    if known is not None and (known.value is not None or known.conflict):
        return lines
    if known is None or written(lines):
        _note(answers, place, first.key, read_lines(first, lines))
    return ()


def _without_printed(
    answers: _Answers, question: Question, lines: Sequence[Line]
) -> Sequence[Line]:
    """The lines but what is printed there; a figure is looked at once all is read."""
    printed = _is_file if question.fields[0].source == "uploads" else is_figure
    ours = [each for each in lines if not each.cells and printed(each.text)]
    if printed is is_figure:
        answers.figures += [(question, each.text) for each in written(ours)]
    return [each for each in lines if each not in ours]


def _is_file(text: str) -> bool:
    """Files are printed, and not read from a document."""
    return is_blank(text) or bool(_FILE.fullmatch(text.strip()))


def _note(answers: _Answers, place: Place, key: str, value: Any, *, conflict: str = "") -> None:
    question = place.question
    found = Found(key, value, place.source, place.certainty, _told(answers, place), conflict)
    answers.found.setdefault(question.apart, {})[key] = found


def _told(answers: _Answers, place: Place) -> str:
    return f"paragraphe {answers.layout.counted[place.line]}"
