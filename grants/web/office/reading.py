"""A file that was sent and is to be converted before it is read: how far it is, for its sender."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from grants.dossiers.errors import ProposalGone
from grants.dossiers.models import Conversion
from grants.dossiers.operations.conversions import forget, retry
from grants.extensions import db
from grants.web import access
from grants.web.clock import now
from grants.web.office.room import is_offered, screens, turn_of
from grants.web.proposals.origin import sent_from
from grants.web.rates import UPLOADING, limited
from grants.workflows.definition import Audience


@screens.get("/conversions/<int:number>")
@access.signed_in
def show(number: int) -> Response | str:
    """Once it is read, what it proposes."""
    conversion = _own_or_gone(number)
    if conversion.proposal_id is not None:
        return redirect(url_for("proposals.show", number=conversion.proposal_id), 303)
    return render_template(
        "office/reading.html",
        asked=conversion,
        call=conversion.call,
        dossier=conversion.dossier,
        turn=turn_of(conversion),
        offered=is_offered(),
        here=request.path,
        back=_back(conversion),
    )


@screens.post("/conversions/<int:number>")
@access.signed_in
@limited(UPLOADING)
def try_again(number: int) -> Response:
    conversion = _own_or_gone(number)
    if is_offered():
        retry(db.session(), conversion, now=now())
        db.session.commit()
    return redirect(url_for("office.show", number=number), 303)


@screens.post("/conversions/<int:number>/abandonner")
@access.signed_in
def abandon(number: int) -> Response:
    conversion = _own_or_gone(number)
    address, name = _back(conversion), conversion.name
    forget(db.session(), conversion)
    db.session.commit()
    flash(f"« {name} » est abandonné. Rien n’a été écrit.", "information")
    return redirect(address, 303)


def _own_or_gone(number: int) -> Conversion:
    """:raises ProposalGone: unless the visitor sent it, and still sees its dossier."""
    conversion: Conversion | None = db.session.get(Conversion, number)
    if conversion is None or conversion.target != "docx":
        raise ProposalGone
    if conversion.asked_by_id != access.actor().id:
        raise ProposalGone
    if conversion.dossier is not None:
        seen = access.seen_or_404(conversion.dossier.reference)
        if (seen.audience is Audience.APPLICANT) is not (conversion.opinion_key is None):
            abort(404)
    return conversion


def _back(conversion: Conversion) -> str:
    call = conversion.call or abort(404)
    return sent_from(call, conversion.dossier, conversion.opinion_key)
