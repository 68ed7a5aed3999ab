"""The criteria of a call, asked before a dossier is begun; anybody may try them first."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call, CallStatus
from grants.dossiers.eligibility import asked_first, criteria_of, unmet_criteria
from grants.forms import AnswerField, Gap, compile_fields, visible
from grants.forms.types.table import TableField
from grants.web import access, parking
from grants.web.applicant.answering import Posted, fields_of
from grants.web.applicant.asking import Applicant, applicants_of, published_or_404
from grants.web.applicant.room import screens
from grants.web.clock import now
from grants.web.deadlines import closing_of

#: What a visitor typed before signing in travels in the session's cookie, which browsers cut.
LONGEST_KEPT = 2_000
NOT_TYPED = frozenset({"csrf_token", parking.AUTHOR, "continue"})


@screens.get("/appels/<slug>/criteres")
@access.public
def criteria(slug: str) -> str:
    call, definition = _asking_or_404(slug)
    typed = parking.parked_inputs(parking.here()) if current_user.is_authenticated else None
    return criteria_page(call, definition, typed if typed is not None else _kept(slug))


@screens.post("/appels/<slug>/criteres")
@access.public
def try_criteria(slug: str) -> Response | tuple[str, int]:
    """Say which criteria are not met, or lead to the sign-in with what was typed kept. Nothing is
    begun."""
    call, definition = _asking_or_404(slug)
    kept = _keep(slug, request.form)
    if kept and "_sign_in" in request.form:
        return redirect(url_for("security.login", next=parking.here()), 303)
    if kept and "_register" in request.form:
        return redirect(url_for("account.register"), 303)
    added = "_add_row" in request.form or "_remove_row" in request.form
    unmet = [] if added else unmet_criteria(definition, typed_answers(definition, request.form))
    html = criteria_page(call, definition, request.form, unmet=unmet, tried=not added)
    return html, 422 if unmet else 200


def typed_answers(definition: CallDefinition, posted: Posted) -> dict[str, Any]:
    """The answers to the criteria as a page posted them; what cannot be read is kept so."""
    fields = _fields(definition, _without_row(posted))
    return {each.name: each.data for each in fields if each.data is not None}


def criteria_page(
    call: Call,
    definition: CallDefinition,
    posted: Posted | None,
    *,
    unmet: list[Gap] | None = None,
    tried: bool = False,
    offered: int | None = None,
) -> str:
    """The questions as typed; once `tried`, with what is not met. `offered`: the organisation whose
    draft stands in the way of a second one."""
    section = criteria_of(definition)
    if section is None:
        abort(404)
    fields = _fields(definition, _without_row(posted) if posted is not None else None)
    _mark(fields, unmet or [], posted)
    shown = {each.key for each in visible(definition.form, {x.name: x.data for x in fields})}
    return render_template(
        "applicant/criteria.html",
        call=call,
        section=section,
        fields=fields,
        shown=shown,
        errors=_summary(unmet or []),
        tried=tried,
        offered=offered,
        applicants=_applicants(call, definition),
        chosen=posted.get("organisation", "") if posted is not None else "",
        signed_in=current_user.is_authenticated,
        kept=_kept(call.slug) is not None,
        open=call.status(now()) is CallStatus.OPEN,
        deadline=closing_of(call, now()),
    )


def forget_typed(slug: str) -> None:
    """The dossier has begun with it. The caller commits."""
    session.pop(_name(slug), None)
    parking.forget(url_for("applicant.criteria", slug=slug))


def _asking_or_404(slug: str) -> tuple[Call, CallDefinition]:
    call = published_or_404(slug)
    if call.revision is None:
        abort(404)
    definition = definition_of(call.revision)
    return (call, definition) if criteria_of(definition) else abort(404)


def _applicants(call: Call, definition: CallDefinition) -> list[Applicant]:
    signed_in = current_user.is_authenticated
    return applicants_of(call, definition, access.actor()) if signed_in else []


def _fields(definition: CallDefinition, posted: Posted | None) -> list[AnswerField]:
    section = criteria_of(definition)
    form = compile_fields("Criteria", asked_first(section) if section else [])()
    form.process(posted)
    return fields_of(form)


def _mark(fields: list[AnswerField], unmet: list[Gap], posted: Posted | None) -> None:
    """Each reason at its question."""
    added = posted.get("_add_row") if posted is not None else None
    for field in fields:
        label = f"{field.label.text} : "
        reasons = [each.message for each in unmet if each.field == field.name]
        field.errors = [_as_sentence(each.removeprefix(label)) for each in reasons]
        if isinstance(field.definition, TableField):
            field.blank_rows = int(not field.data) + int(added == field.name)


def _summary(unmet: list[Gap]) -> list[dict[str, str]]:
    return [{"href": f"#{each.field}", "text": each.message} for each in unmet]


def _as_sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]


def _without_row(posted: Posted) -> Posted:
    removed = posted.get("_remove_row", "")
    if not removed:
        return posted
    pairs = posted.items(multi=True)
    return MultiDict((name, text) for name, text in pairs if not name.startswith(f"{removed}-"))


def _name(slug: str) -> str:
    return f"criteria {slug}"


def _keep(slug: str, posted: Posted) -> bool:
    """For the page that opens after signing in; what is too long stays in this one alone."""
    pairs = [
        [name, text]
        for name, text in posted.items(multi=True)
        if text and name not in NOT_TYPED and not name.startswith("_")
    ]
    kept = sum(len(name) + len(text) for name, text in pairs) <= LONGEST_KEPT
    session[_name(slug)] = pairs if kept else []
    return kept


def _kept(slug: str) -> Posted | None:
    pairs = session.get(_name(slug))
    return MultiDict([(name, text) for name, text in pairs]) if pairs else None
