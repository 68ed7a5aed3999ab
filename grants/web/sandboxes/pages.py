"""« Ouvrir un bac à sable », of a call or of a file before its import; « Effacer »."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grants.calls.loader import CallFileInvalid
from grants.extensions import db
from grants.rehearsal.sandboxes import AT_MOST, Sandbox, Sandboxes, TooManySandboxes
from grants.web import access, errors
from grants.web.clock import now

screens = Blueprint("sandboxes", __name__)

UNREADABLE = "Ce fichier a des fautes : il ne peut pas être essayé"


@screens.post("/gestion/appels/<slug>/bac-a-sable")
@access.call_manager
def of_call(slug: str) -> Response | tuple[str, int]:
    revision = access.managed_call_or_404(slug).revision
    if revision is None:
        abort(404)
    way_out = url_for("administration.call", slug=slug)
    return _entered(revision.source, revision.number, way_out)


@screens.post("/gestion/bacs-a-sable")
@access.call_manager
def of_file() -> Response | tuple[str, int]:
    """Of the text that a preview was shown of."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    return _entered(text, None, url_for("administration.calls"))


@screens.post("/gestion/bacs-a-sable/<token>/effacer")
@access.call_manager
def erase(token: str) -> Response:
    found = _all().find(token)
    if found is None or found.owner != access.actor().email:
        abort(404)
    _all().erase(token)
    flash("Le bac à sable est effacé.", "success")
    return redirect(found.rehearsal.way_out, 303)


def own_sandboxes(slug: str | None = None) -> list[Sandbox]:
    """The visitor's, of one call or of all, the newest first."""
    return _all().of(access.actor().email, slug)


def _entered(source: str, revision: int | None, way_out: str) -> Response | tuple[str, int]:
    owner = access.actor().email
    db.session.rollback()  # nothing is written here meanwhile: others may
    try:
        made = _all().make(source, owner=owner, revision=revision, way_out=way_out, now=now())
    except TooManySandboxes:
        flash(f"Vous avez déjà {AT_MOST} bacs à sable : effacez-en un d’abord.", "warning")
        return redirect(url_for("administration.calls", _anchor="bacs-a-sable"), 303)
    except CallFileInvalid as fault:
        return errors.page(409, [each.message for each in fault.errors], UNREADABLE)
    return redirect(made.address, 303)


def _all() -> Sandboxes:
    return Sandboxes(current_app.config["SETTINGS"])
