"""Moving the dates of a call: typed, shown back beside the old ones, then applied."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired

from grants.calls.calendar import LAST_MINUTE, last_minute
from grants.calls.models import Call
from grants.calls.operations import CallRefused, move_dates
from grants.extensions import db
from grants.web import access
from grants.web.administration.calls import refused
from grants.web.administration.room import screens
from grants.web.clock import now
from grants.wording import PARIS, read_day

_HOUR = re.compile(r"(?P<hour>[0-9]{1,2}) ?(?:[:hH]|heures?) ?(?P<minute>[0-9]{2})?")


def read_hour(text: str) -> time | None:
    """« 23:59 », « 23 h 59 », « 9h »."""
    found = _HOUR.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _a_day(_form: FlaskForm, field: StringField) -> None:
    if read_day(field.data or "") is None:
        raise ValidationError("Écrivez une date, par exemple 30/06/2014.")


def _an_hour(_form: FlaskForm, field: StringField) -> None:
    if read_hour(field.data or "") is None:
        raise ValidationError("Écrivez une heure, par exemple 23:59.")


class CalendarForm(FlaskForm):  # type: ignore[misc]  # flask-wtf ships no types
    """Texts are kept as typed, right or wrong."""

    opens_on = StringField("Jour d’ouverture", [InputRequired("À renseigner."), _a_day])
    opens_at = StringField("Heure d’ouverture", [InputRequired("À renseigner."), _an_hour])
    closes_on = StringField("Jour de clôture", [InputRequired("À renseigner."), _a_day])
    closes_at = StringField(
        "Heure de clôture (comprise)", [InputRequired("À renseigner."), _an_hour]
    )


@dataclass(frozen=True, slots=True)
class Dates:
    opens_at: datetime
    #: The first instant that is too late.
    closes_at: datetime

    @property
    def last_minute(self) -> datetime:
        return last_minute(self.closes_at)


@screens.get("/gestion/appels/<slug>/calendrier")
@access.call_manager
def calendar(slug: str) -> str:
    call = access.managed_call_or_404(slug)
    return _page(call, _form_of(call))


@screens.post("/gestion/appels/<slug>/calendrier")
@access.call_manager
def move(slug: str) -> Response | str | tuple[str, int]:
    """First shown for confirmation, then applied, if the dates are still those that were seen."""
    call = access.managed_call_or_404(slug)
    form = _form_of(call)
    if request.form.get("known") != _known(call):
        return refused(slug, ["Le calendrier a été changé entre-temps ; rien n’a été fait."])
    if not form.validate() or request.form.get("change"):
        return _page(call, form), 200 if request.form.get("change") else 422
    dates = _dates(form)
    if faults := _faults(dates):
        form.closes_on.errors = faults
        return _page(call, form), 422
    if not request.form.get("confirmed"):
        return _page(call, form, dates)
    try:
        move_dates(
            db.session(),
            call,
            opens_at=dates.opens_at,
            closes_at=dates.closes_at,
            actor=access.actor(),
            now=now(),
        )
    except CallRefused as fault:
        return refused(slug, fault.reasons)
    db.session.commit()
    flash("Le calendrier est changé, pour tous les dossiers de l’appel.", "success")
    return redirect(url_for("administration.call", slug=slug), 303)


def _faults(dates: Dates) -> list[str]:
    if dates.closes_at <= dates.opens_at:
        return ["La clôture doit suivre l’ouverture."]
    if dates.closes_at <= now():
        return ["Cette date est déjà passée. Pour clore, utilisez « Clore »."]
    return []


def _page(call: Call, form: CalendarForm, dates: Dates | None = None) -> str:
    """The form, or what it says when `dates` await a confirmation."""
    return render_template(
        "administration/calendar.html",
        call=call,
        form=form,
        known=_known(call),
        dates=dates,
        old=Dates(call.opens_at, call.closes_at),
        has_errors=bool(form.errors),
        errors=[
            {"href": f"#{field.id}", "text": f"{field.label.text} : {message}"}
            for field in (form.opens_on, form.opens_at, form.closes_on, form.closes_at)
            for message in field.errors
        ],
    )


def _form_of(call: Call) -> CalendarForm:
    opens = call.opens_at.astimezone(PARIS)
    closes = last_minute(call.closes_at).astimezone(PARIS)
    return CalendarForm(
        data={
            "opens_on": f"{opens:%d/%m/%Y}",
            "opens_at": f"{opens:%H:%M}",
            "closes_on": f"{closes:%d/%m/%Y}",
            "closes_at": f"{closes:%H:%M}",
        }
    )


def _dates(form: CalendarForm) -> Dates:
    """Of a form whose texts were found right."""
    opens = _instant(form.opens_on.data, form.opens_at.data)
    return Dates(opens, _instant(form.closes_on.data, form.closes_at.data) + LAST_MINUTE)


def _instant(day_text: str | None, hour_text: str | None) -> datetime:
    """:raises ValueError: when one of the texts cannot be read."""
    day, hour = read_day(day_text or ""), read_hour(hour_text or "")
    if day is None or hour is None:
        raise ValueError((day_text, hour_text))
    return datetime.combine(day, hour, PARIS)


def _known(call: Call) -> str:
    """The dates that the page was made with."""
    return f"{call.opens_at.isoformat()} {call.closes_at.isoformat()}"
