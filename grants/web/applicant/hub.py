"""The dossier's own page: where it stands, what is missing, who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import redirect, render_template, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from grants.accounts.models import Capacity, Membership, Organisation
from grants.dossiers.deadlines import too_late
from grants.dossiers.models import Dossier
from grants.dossiers.operations import current_answers, may_discard
from grants.dossiers.operations.conversions import unread_of
from grants.dossiers.operations.proposals import waiting_for
from grants.dossiers.operations.revisions import is_behind, kept_answers, may_move
from grants.dossiers.presentation import shown_decision
from grants.dossiers.review import SectionProgress, progress
from grants.extensions import db
from grants.forms import Gap, findings
from grants.web import access
from grants.web.access import Seen, seen_or_404
from grants.web.applicant import situation
from grants.web.applicant.answering import AddressOf, budget, finding_lines
from grants.web.applicant.partners import leads, own_organisation, partners_of
from grants.web.applicant.room import screens
from grants.web.clock import now
from grants.web.deadlines import deadline_of
from grants.web.hearings import hearings_of
from grants.web.timeline import TONES
from grants.workflows.definition import Audience, Phase

#: Words and tones of a section's status.
STATUSES = {
    "empty": ("Pas commencé", "neutral"),
    "started": ("En cours", "accent"),
    "faulty": ("À compléter", "warning"),
    "done": ("Terminé", "success"),
}
CAPACITIES = {Capacity.EDITOR: "rédaction", Capacity.SIGNATORY: "signature"}


@dataclass(frozen=True, slots=True)
class LastSave:
    at: datetime
    by: str


@screens.get("/dossiers/<reference>")
@access.signed_in
def hub(reference: str) -> str | Response:
    seen = seen_or_404(reference)
    if seen.audience is not Audience.APPLICANT:
        return redirect(url_for("casework.dossier", reference=reference), 302)
    dossier, call = seen.dossier, seen.call
    answers = current_answers(dossier, call)
    lines = progress(call, answers)
    state = situation.state_of(dossier, call)
    writing, offers = situation.may_write(seen), situation.offers_on(seen)
    mine = [each for each in lines if _is_mine(seen, each)]
    deposit = situation.deposit_transition(call.circuit, dossier.state)
    late = too_late(dossier, deposit, now=now()) if deposit else None
    return render_template(
        "applicant/hub.html",
        seen=seen,
        dossier=dossier,
        call=call,
        state=state,
        tone=TONES[state.phase],
        to_do="" if late else situation.to_do(dossier, call, seen.standing.roles),
        too_late=late,
        steps=_steps(seen, late is not None),
        remedies=situation.remedies(seen),
        asked=situation.shared_request(dossier, call),
        deadline=deadline_of(dossier, now()),
        writing=writing,
        tasks=[_task(seen, each) for each in lines],
        going_on=next((each for each in mine if each.status != "done"), None),
        missing=[(each.title, [_missing(dossier, gap) for gap in each.gaps]) for each in mine],
        missing_count=sum(len(each.gaps) for each in mine),
        partners=partners_of(seen, lines),
        leads=leads(seen),
        own=own_organisation(seen),
        findings=finding_lines(call, findings(call.form, answers), answers, field_url(seen)),
        figures=budget(call, answers, figure_keys(seen)),
        last_save=_last_save(dossier),
        team=[
            (each.user.name, CAPACITIES[Capacity(each.capacity)])
            for each in members(own_organisation(seen))
        ],
        deposit=deposit,
        acts=situation.other_acts(offers),
        signing=situation.signing_act(offers),
        hearings=hearings_of(seen, offers),
        decision_visible=shown_decision(call, dossier, seen.reader) is not None,
        draft=dossier.phase == Phase.DRAFT,
        discardable=may_discard(dossier, call, seen.standing.roles),
        behind=may_move(dossier, call, seen.standing.roles) and is_behind(dossier),
        kept_answers=kept_answers(db.session(), dossier),
        proposals=waiting_for(db.session(), access.actor(), now=now(), dossier=dossier)
        if writing
        else [],
        converting=unread_of(db.session(), access.actor(), dossier=dossier) if writing else [],
    )


def _steps(seen: Seen, late: bool) -> list[situation.Step]:
    """The circuit; once the time to deposit is over, the turn is nobody's."""
    steps = situation.steps(seen)
    if not late:
        return steps
    return [replace(each, turn="", note="Délai passé" if each.turn else "") for each in steps]


def field_url(seen: Seen) -> AddressOf:
    """A function from a field's key to the address where it is answered."""

    def address(key: str) -> str:
        section = seen.call.form.section_of(key)
        return url_for(
            "applicant.section", reference=seen.dossier.reference, key=section.key, _anchor=key
        )

    return address


def _is_mine(seen: Seen, line: SectionProgress) -> bool:
    return situation.may_write_section(seen, seen.call.form.sections[line.key])


def _task(seen: Seen, line: SectionProgress) -> dict[str, object]:
    label, tone = STATUSES[line.status] if situation.may_write(seen) else ("Lire", "neutral")
    return {
        "label": line.title,
        "href": url_for("applicant.section", reference=seen.dossier.reference, key=line.key),
        "status": label,
        "tone": tone,
        "hint": situation.written_by(seen, seen.call.form.sections[line.key]),
    }


def _missing(dossier: Dossier, gap: Gap) -> dict[str, str]:
    return {
        "href": url_for(
            "applicant.section", reference=dossier.reference, key=gap.section, _anchor=gap.field
        ),
        "text": gap.message,
    }


def figure_keys(seen: Seen) -> list[str]:
    keys = list(seen.call.list_figures)
    for section in seen.call.form.sections.values():
        keys += section.figures
    return list(dict.fromkeys(keys))


def _last_save(dossier: Dossier) -> LastSave | None:
    last = max(dossier.answers, key=lambda each: each.updated_at, default=None)
    return LastSave(last.updated_at, last.updated_by.name) if last else None


def members(organisation: Organisation) -> Sequence[Membership]:
    """The members of an organisation with their accounts, in one query."""
    found: Sequence[Membership] = db.session.scalars(
        db.select(Membership)
        .where(Membership.organisation_id == organisation.id)
        .options(joinedload(Membership.user))
        .order_by(Membership.id)
    ).all()
    return found
