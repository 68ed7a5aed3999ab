"""One section of the form: shown, written, two people at once included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from grants.dossiers.errors import AnswerConflict, NotEditable
from grants.dossiers.operations import Change, SaveResult, current_answers, save_answers
from grants.dossiers.review import SectionProgress, progress
from grants.extensions import db
from grants.forms import SectionDefinition
from grants.forms.types.file import FileField, FileRef
from grants.web import access, parking
from grants.web.access import Seen, applicants_dossier_or_404
from grants.web.answer_tables import table_of
from grants.web.applicant import restoring, situation
from grants.web.applicant.answering import (
    Posted,
    SectionPage,
    budget,
    finding_lines,
    posted_changes,
    section_page,
)
from grants.web.applicant.hub import field_url
from grants.web.applicant.pieces import (
    Refusals,
    keep_files,
    let_go_of_one,
    merged,
    offer_uploads,
    receive_files,
    sent_files,
)
from grants.web.applicant.room import screens
from grants.web.clock import now
from grants.web.deadlines import deadline_of
from grants.web.pieces import links_of

#: Blank rows that one page may add to a table.
MOST_BLANK_ROWS = 20


@screens.get("/dossiers/<reference>/rubriques/<key>")
@access.applicant
def section(reference: str, key: str) -> str:
    seen = applicants_dossier_or_404(reference)
    definition = _section_or_404(seen, key)
    if not situation.may_write_section(seen, definition):
        return _read_only(seen, definition)
    restored = restoring.unsaved_inputs(seen, definition)
    page = _page(seen, definition, restored)
    _add_blank_rows(page, request.args.get("lignes", ""))
    return _show(seen, page, restored=restored is not None)


@screens.post("/dossiers/<reference>/rubriques/<key>")
@access.applicant
def save_section(reference: str, key: str) -> Response | tuple[str, int]:
    """Save all that was typed, readable or not; only a colleague's answer is never overwritten."""
    seen = applicants_dossier_or_404(reference)
    definition = _section_or_404(seen, key)
    posted = _as_chosen(request.form)
    changes = posted_changes(seen.call, definition, posted)
    try:
        received: list[tuple[str, FileRef]] = []
        refused = Refusals()
        if sent := sent_files(definition):
            received, refused = receive_files(seen, definition, sent)
            seen = applicants_dossier_or_404(reference)
        result = save_answers(db.session(), seen.dossier, changes, actor=access.actor(), now=now())
        let_go_of_one(seen, definition)
        refused = merged(refused, keep_files(seen, received))
    except NotEditable:
        db.session.rollback()
        return _too_late(reference, definition, changes), 409
    parking.forget(parking.here())
    db.session.commit()
    if result.conflicts:
        return _conflict_page(seen, definition, posted, result.conflicts), 409
    if refused:
        return _show(seen, _page(seen, definition), refused=refused), 422
    return redirect(_next_address(seen, definition, posted, result), 303)


def _too_late(reference: str, definition: SectionDefinition, changes: list[Change]) -> str:
    """The dossier was deposited meanwhile: its answers, and below what was typed, to be copied."""
    seen = applicants_dossier_or_404(reference)
    stored = current_answers(seen.dossier, seen.call)
    typed = [
        {"question": question.label, "answer": question.display(change.value)}
        for change in changes
        for question in (seen.call.form.answerable(change.key),)
        if change.value is not None and change.value != stored.get(change.key)
    ]
    return _read_only(seen, definition, typed)


def _section_or_404(seen: Seen, key: str) -> SectionDefinition:
    if key not in seen.call.form.sections:
        abort(404)
    return seen.call.form.sections[key]


def _page(
    seen: Seen,
    definition: SectionDefinition,
    posted: Posted | None = None,
    conflicts: Sequence[AnswerConflict] = (),
) -> SectionPage:
    return section_page(
        seen.dossier,
        seen.call,
        definition,
        reader=access.actor(),
        now=now(),
        posted=posted,
        conflicts=conflicts,
    )


def _as_chosen(form: MultiDict[str, str]) -> Posted:
    """The posted inputs, after what the pressed button asks: a row less, one text or the other."""
    inputs = form.items(multi=True)
    removed = form.get("_remove_row", "")
    choice, _, name = form.get("_keep", "").partition(":")
    posted: Posted = MultiDict(
        (key, value)
        for key, value in inputs
        if not (removed and key.startswith(f"{removed}-"))
        and not (choice == "theirs" and (key == name or key.startswith(f"{name}-")))
    )
    if choice == "mine" and f"_seen-{name}" in form:
        posted[f"{name}-revision"] = form[f"_seen-{name}"]
    return posted


def _next_address(
    seen: Seen, definition: SectionDefinition, posted: Posted, result: SaveResult
) -> str:
    """Where the pressed button leads once all is saved."""
    if added := posted.get("_add_row"):
        rows = f"{added}.{_blank_rows(posted, added) + 1}"
        return _address(seen, definition.key, lignes=rows, _anchor=added)
    if place := _place_of_button(posted):
        return _address(seen, definition.key, _anchor=place)
    faulty = _page(seen, definition).faulty
    if "stay" not in posted and not any(each.name in result.changed for each in faulty):
        return _address_after(seen, definition)
    if faulty:
        return _address(seen, definition.key, corriger=1)
    flash("Rubrique enregistrée.", "success")
    return _address(seen, definition.key)


def _place_of_button(posted: Posted) -> str:
    """The question whose own button was pressed; empty for the buttons of the page."""
    if removed := posted.get("_remove_row"):
        return removed.rpartition("-")[0]
    if kept := posted.get("_keep"):
        return kept.partition(":")[2]
    return (posted.get("_upload") or posted.get("_remove_file", "")).partition(":")[0]


def _address(seen: Seen, key: str, **more: Any) -> str:
    return url_for("applicant.section", reference=seen.dossier.reference, key=key, **more)


def _address_after(seen: Seen, definition: SectionDefinition) -> str:
    following = _following(seen, definition)
    if following is None:
        return url_for("applicant.verify", reference=seen.dossier.reference)
    return _address(seen, following)


def _following(seen: Seen, definition: SectionDefinition) -> str | None:
    """The next section that the visitor writes."""
    keys = list(seen.call.form.sections)
    later = keys[keys.index(definition.key) + 1 :]
    sections = seen.call.form.sections
    return next((key for key in later if situation.may_write_section(seen, sections[key])), None)


def _blank_rows(posted: Posted, name: str) -> int:
    """Rows of the table that were posted with nothing in them."""
    filled: dict[str, bool] = {}
    for key, values in posted.lists():
        if found := re.fullmatch(rf"{re.escape(name)}-([0-9]+)-.*", key):
            filled[found[1]] = filled.get(found[1], False) or any(each.strip() for each in values)
    return sum(not each for each in filled.values())


def _add_blank_rows(page: SectionPage, asked: str) -> None:
    name, _, count = asked.partition(".")
    for field in page.fields:
        if field.name == name and count.isascii() and count.isdigit():
            field.blank_rows = min(int(count), MOST_BLANK_ROWS)


def _conflict_page(
    seen: Seen, definition: SectionDefinition, posted: Posted, conflicts: Sequence[AnswerConflict]
) -> str:
    """Both texts of each conflicting answer; every other answer is saved."""
    clashing = {each.key for each in conflicts}
    kept: Posted = MultiDict(
        (key, value) for key, value in posted.items(multi=True) if key.partition("-")[0] in clashing
    )
    return _show(seen, _page(seen, definition, kept, conflicts), conflicts=len(conflicts))


def _show(
    seen: Seen,
    page: SectionPage,
    *,
    restored: bool = False,
    conflicts: int = 0,
    refused: Refusals | None = None,
) -> str:
    for field in page.fields:
        if isinstance(field.definition, FileField):
            offer_uploads(seen, field)
            field.errors = (refused or {}).get(field.name, field.errors)
    answers = current_answers(seen.dossier, seen.call)
    lines = progress(seen.call, answers)
    here = next(each for each in lines if each.key == page.section.key)
    address = field_url(seen)
    return render_template(
        "applicant/section.html",
        seen=seen,
        dossier=seen.dossier,
        page=page,
        section=page.section,
        number=list(seen.call.form.sections).index(page.section.key) + 1,
        total=len(seen.call.form.sections),
        menu=_menu(seen, page.section, lines),
        last=_following(seen, page.section) is None,
        findings=finding_lines(seen.call, page.findings, answers, address),
        figures=budget(seen.call, answers, page.section.figures),
        missing=len(here.gaps),
        asked=situation.shared_request(seen.dossier, seen.call),
        deadline=deadline_of(seen.dossier, now()),
        errors=_errors(page) if refused or request.args.get("corriger") else [],
        takes_files=any(isinstance(each.definition, FileField) for each in page.fields),
        refused=refused,
        restored=restored,
        conflicts=conflicts,
        author=access.actor().id,
    )


def _errors(page: SectionPage) -> list[dict[str, str]]:
    return [
        {"href": f"#{each.name}", "text": f"{each.label.text} : {error}"}
        for each in page.faulty
        for error in each.errors
    ]


def _menu(
    seen: Seen, current: SectionDefinition, lines: Iterable[SectionProgress]
) -> list[dict[str, object]]:
    marks = {"done": "done", "faulty": "todo"} if situation.may_write(seen) else {}
    return [
        {
            "label": each.title,
            "href": url_for("applicant.section", reference=seen.dossier.reference, key=each.key),
            "current": each.key == current.key,
            "state": marks.get(each.status, "none"),
        }
        for each in lines
    ]


def _read_only(
    seen: Seen, definition: SectionDefinition, typed: Sequence[dict[str, str]] = ()
) -> str:
    answers = current_answers(seen.dossier, seen.call)
    return render_template(
        "applicant/section_read.html",
        seen=seen,
        dossier=seen.dossier,
        section=definition,
        state=situation.state_of(seen.dossier, seen.call),
        writer=situation.written_by(seen, definition),
        draft=situation.may_write(seen),
        number=list(seen.call.form.sections).index(definition.key) + 1,
        total=len(seen.call.form.sections),
        menu=_menu(seen, definition, progress(seen.call, answers)),
        pairs=[
            {
                "key": key,
                "question": field.label,
                "answer": field.display(answers.get(key)),
                "table": table_of(field, answers.get(key)),
                "files": links_of(seen.dossier, field, answers.get(key)),
            }
            for key, field in definition.fields.items()
        ],
        figures=budget(seen.call, answers, definition.figures),
        typed=typed,
    )
