"""The hearing slots of a call: who holds which, more of them, fewer, a booking moved or undone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from grants.calls.definition import CallDefinition, Hearing, Sitting
from grants.calls.loader import definition_of
from grants.calls.models import Call, HearingSlot
from grants.dossiers.awaiting import slot_words
from grants.dossiers.errors import SlotRefused
from grants.dossiers.models import Dossier
from grants.dossiers.operations.hearings import free_slots
from grants.dossiers.operations.sittings import add_slots, move_booking, release, remove_slot
from grants.dossiers.queries import HeldSlot, slots_of
from grants.extensions import db
from grants.web import access
from grants.web.administration.calendar import read_hour
from grants.web.administration.room import screens
from grants.web.clock import now
from grants.web.hearings import by_day, common_place, day_words, hour_of
from grants.wording import local_day, plural, read_day, read_number

#: As in a call file.
MINUTES_AT_MOST = 480
CHANGED = "Ce créneau a changé entre-temps : rouvrez la liste des auditions."


def _a_day(_form: FlaskForm, field: StringField) -> None:
    if read_day(field.data or "") is None:
        raise ValidationError("Écrivez une date, par exemple 30/06/2014.")


def _an_hour(_form: FlaskForm, field: StringField) -> None:
    if read_hour(field.data or "") is None:
        raise ValidationError("Écrivez une heure, par exemple 9:30.")


def _minutes(_form: FlaskForm, field: StringField) -> None:
    count = read_number(field.data or "")
    if count is None or not 1 <= count <= MINUTES_AT_MOST:
        raise ValidationError("Écrivez un nombre de minutes, de 1 à 480.")


class SlotsForm(FlaskForm):  # type: ignore[misc]  # flask-wtf ships no types
    """A run of slots in one day. Texts are kept as typed, right or wrong."""

    hearing = SelectField("Audition")
    day = StringField("Jour", [InputRequired("À renseigner."), _a_day])
    start = StringField("De", [InputRequired("À renseigner."), _an_hour])
    end = StringField("À", [InputRequired("À renseigner."), _an_hour])
    every = StringField(
        "Un créneau toutes les (minutes)", [InputRequired("À renseigner."), _minutes]
    )
    place = StringField("Lieu", [Length(max=200, message="200 caractères au plus.")])

    @property
    def sitting(self) -> Sitting:
        """Of a form whose texts were found right."""
        start, end = read_hour(self.start.data or ""), read_hour(self.end.data or "")
        return Sitting.model_validate(
            {
                "day": read_day(self.day.data or ""),
                "from": f"{start:%H:%M}",
                "to": f"{end:%H:%M}",
                "every": read_number(self.every.data or ""),
            }
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One slot, and who holds it."""

    slot: HearingSlot
    hour: str
    past: bool
    reference: str
    title: str
    holder: str


@dataclass(slots=True)
class Day:
    date: date
    title: str
    lines: list[Line] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Of the whole day; empty when its slots are in several."""
        return common_place(each.slot for each in self.lines)

    @property
    def words(self) -> str:
        """« 3 réservés sur 12 créneaux »."""
        taken = sum(bool(each.reference) for each in self.lines)
        count = plural(len(self.lines), "créneau", "créneaux")
        return f"{plural(taken, 'réservé', 'réservés')} sur {count}"


@screens.get("/gestion/appels/<slug>/auditions")
@access.call_manager
def hearings(slug: str) -> str:
    call, definition = _with_hearings_or_404(slug)
    return _page(call, definition, _form(definition))


@screens.post("/gestion/appels/<slug>/auditions")
@access.call_manager
def add_hearings(slug: str) -> Response | tuple[str, int]:
    """Add a run of slots."""
    call, definition = _with_hearings_or_404(slug)
    form = _form(definition)
    if not form.validate():
        return _page(call, definition, form), 422
    try:
        added = add_slots(
            db.session(),
            call,
            form.hearing.data,
            form.sitting,
            place=(form.place.data or "").strip(),
            actor=access.actor(),
            now=now(),
        )
    except SlotRefused as refusal:
        form.end.errors = [refusal.reason]
        return _page(call, definition, form), 422
    db.session.commit()
    if added:
        flash(f"{plural(added, 'créneau ajouté', 'créneaux ajoutés')}.", "success")
    else:
        flash("Ces créneaux existaient déjà : rien n’est ajouté.", "information")
    return redirect(url_for("administration.hearings", slug=slug), 303)


@screens.get("/gestion/appels/<slug>/auditions/journee")
@access.call_manager
def hearing_day(slug: str) -> str:
    """The list of one day, to print."""
    call, definition = _with_hearings_or_404(slug)
    asked = request.args.get("jour", "")
    found = [
        (hearing, each)
        for hearing, days in _days(call, definition)
        for each in days
        if each.date.isoformat() == asked
    ]
    if not found:
        abort(404)
    return render_template("administration/hearing_day.html", call=call, found=found)


@screens.post("/gestion/appels/<slug>/auditions/<int:slot_id>/retirer")
@access.call_manager
def remove_hearing(slug: str, slot_id: int) -> Response:
    call, _ = _with_hearings_or_404(slug)
    slot = _slot_or_404(call, slot_id)
    words = slot_words(slot)
    remove_slot(db.session(), slot, actor=access.actor(), now=now())
    db.session.commit()
    flash(f"Créneau retiré : {words}.", "success")
    return redirect(url_for("administration.hearings", slug=slug), 303)


@screens.get("/gestion/appels/<slug>/auditions/<int:slot_id>")
@access.call_manager
def booking(slug: str, slot_id: int) -> str:
    """What to do with a booking: asked on a page of its own, for the applicant is told."""
    call, definition = _with_hearings_or_404(slug)
    slot = _slot_or_404(call, slot_id)
    dossier = _holder(slot)
    return render_template(
        "administration/booking.html",
        call=call,
        hearing=definition.hearings[slot.hearing_key],
        slot=slot,
        words=slot_words(slot),
        dossier=dossier,
        days=by_day(free_slots(db.session(), call, slot.hearing_key, now=now())),
    )


@screens.post("/gestion/appels/<slug>/auditions/<int:slot_id>/liberer")
@access.call_manager
def release_hearing(slug: str, slot_id: int) -> Response:
    call, _ = _with_hearings_or_404(slug)
    slot = _slot_or_404(call, slot_id)
    dossier = _holder(slot, request.form.get("dossier"))
    release(db.session(), dossier, slot, actor=access.actor(), now=now())
    db.session.commit()
    flash(f"Créneau libéré ; {dossier.organisation.name} en est prévenu.", "success")
    return redirect(url_for("administration.hearings", slug=slug), 303)


@screens.post("/gestion/appels/<slug>/auditions/<int:slot_id>/deplacer")
@access.call_manager
def move_hearing(slug: str, slot_id: int) -> Response:
    call, _ = _with_hearings_or_404(slug)
    slot = _slot_or_404(call, slot_id)
    dossier, chosen = _holder(slot, request.form.get("dossier")), request.form.get("slot", "")
    if not re.fullmatch(r"slot_\d{1,9}", chosen):
        flash("Choisissez le nouveau créneau.", "error")
        return redirect(url_for("administration.booking", slug=slug, slot_id=slot_id), 303)
    move_booking(db.session(), dossier, slot, chosen, actor=access.actor(), now=now())
    db.session.commit()
    flash(f"Audition déplacée ; {dossier.organisation.name} en est prévenu.", "success")
    return redirect(url_for("administration.hearings", slug=slug), 303)


def _with_hearings_or_404(slug: str) -> tuple[Call, CallDefinition]:
    call = access.managed_call_or_404(slug)
    definition = definition_of(call.revision) if call.revision else None
    if definition is None or not definition.hearings:
        abort(404)
    return call, definition


def _slot_or_404(call: Call, slot_id: int) -> HearingSlot:
    slot = db.session.get(HearingSlot, slot_id)
    if slot is None or slot.call_id != call.id:
        abort(404)
    return slot


def _holder(slot: HearingSlot, reference: str | None = None) -> Dossier:
    """The dossier that holds the slot, still that of `reference` when the page named one.

    :raises CallRefused: when it is free by now, or another's.
    """
    dossier = db.session.get(Dossier, slot.dossier_id) if slot.dossier_id else None
    if dossier is None or reference not in (None, dossier.reference):
        raise SlotRefused(CHANGED)
    return dossier


def _form(definition: CallDefinition) -> SlotsForm:
    first = next(iter(definition.hearings.values()))
    form = SlotsForm(data={"every": str(first.minutes), "place": first.place})
    form.hearing.choices = [(key, each.label) for key, each in definition.hearings.items()]
    return form


def _page(call: Call, definition: CallDefinition, form: SlotsForm) -> str:
    fields = (form.hearing, form.day, form.start, form.end, form.every, form.place)
    return render_template(
        "administration/hearings.html",
        call=call,
        hearings=_days(call, definition),
        form=form,
        has_errors=bool(form.errors),
        errors=[
            {"href": f"#{each.id}", "text": f"{each.label.text} : {message}"}
            for each in fields
            for message in each.errors
        ],
    )


def _days(call: Call, definition: CallDefinition) -> list[tuple[Hearing, list[Day]]]:
    """Every hearing of the call with its slots by day."""
    found = slots_of(db.session(), call)
    return [
        (hearing, _by_day(_line(each) for each in found if each.slot.hearing_key == hearing.key))
        for hearing in definition.hearings.values()
    ]


def _line(each: HeldSlot) -> Line:
    past = each.slot.starts_at <= now()
    return Line(each.slot, hour_of(each.slot), past, each.reference, each.title, each.holder)


def _by_day(lines: Iterable[Line]) -> list[Day]:
    days: dict[date, Day] = {}
    for each in lines:
        on = local_day(each.slot.starts_at)
        days.setdefault(on, Day(on, day_words(on))).lines.append(each)
    return list(days.values())
