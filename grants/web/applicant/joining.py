"""The link of an invitation to apply together: sign in, choose one's organisation, join."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from grants.accounts.models import Organisation
from grants.dossiers.models import PartyInvitation
from grants.dossiers.operations.parties import (
    find_party_invitation,
    is_invited,
    join_as_party,
)
from grants.dossiers.roles import organisations_of
from grants.extensions import db
from grants.web import access
from grants.web.applicant.room import screens
from grants.web.clock import now


@screens.get("/participations/<token>")
@access.public
def participation(token: str) -> str | tuple[str, int]:
    found = find_party_invitation(db.session(), token, now=now())
    return _page(found, token) if found is not None and _is_awaited(found) else _over()


@screens.post("/participations/<token>")
@access.signed_in
def join(token: str) -> Response | tuple[str, int]:
    """:raises PartyRefused: when the dossier cannot be joined, or not by that organisation."""
    found = find_party_invitation(db.session(), token, now=now())
    if found is None or not _is_awaited(found):
        return _over()
    chosen = {str(each.id): each for each in _own()}.get(request.form.get("organisation", ""))
    if chosen is None:
        return _page(found, token, unchosen=True), 422
    joined = join_as_party(db.session(), found, chosen, actor=access.actor(), now=now())
    reference = joined.dossier.reference
    db.session.commit()
    flash(f"{chosen.name} a rejoint le dossier {reference}.", "success")
    return redirect(url_for("applicant.hub", reference=reference), 303)


def _page(found: PartyInvitation, token: str, *, unchosen: bool = False) -> str:
    dossier = found.dossier
    there = {each.id for each in organisations_of(dossier).values()}
    return render_template(
        "applicant/participation.html",
        dossier=dossier,
        call=dossier.definition,
        party=dossier.definition.parties[found.party_key],
        invitation=found,
        token=token,
        signed_in=current_user.is_authenticated,
        invited=current_user.is_authenticated and is_invited(access.actor(), found),
        organisations=[each for each in _own() if each.id not in there],
        unchosen=unchosen,
    )


def _is_awaited(found: PartyInvitation) -> bool:
    """Whether the form of the dossier still has a place for that organisation."""
    return found.party_key in found.dossier.definition.parties


def _own() -> list[Organisation]:
    if not current_user.is_authenticated:
        return []
    return [each.organisation for each in access.actor().memberships]


def _over() -> tuple[str, int]:
    return render_template("applicant/participation_over.html"), 404
