"""What was typed into a page while the session had ended, kept for its author alone.

A page of somebody signed in names its author in each form:

    <input type="hidden" name="author_token" value="{{ author_token() }}">

When that form arrives without a session, what it holds is parked for a day and the visitor signs
in again. The page then asks `parked_inputs(here())`, shows what it gets in place of what is stored,
and calls `forget(here())` once it is saved. A page that saves part of it calls
`keep(here(), …)` with the rest.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, current_app, flash, jsonify, redirect, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select
from werkzeug.datastructures import MultiDict

from grants.accounts.models import ParkedForm, User
from grants.database import WRITING
from grants.extensions import db
from grants.web import access, errors
from grants.web.clock import now

AUTHOR = "author_token"
KEPT_FOR = timedelta(hours=24)
#: For one person; the oldest gives way.
PAGES_AT_MOST = 10
#: Never kept: they serve once, or are nobody else's business.
SECRET_INPUTS = frozenset({"csrf_token", AUTHOR, "code"})

SIGN_IN_AGAIN = "Votre session a pris fin : connectez-vous pour continuer."
TEXT_IS_SAFE = (
    "Votre session a pris fin. Ce que vous aviez saisi est gardé : connectez-vous, vous le "
    "retrouverez dans la page."
)
SESSION_CHANGED = (
    "Votre session a été renouvelée entre-temps. Voici ce que vous aviez saisi : relisez-le, puis "
    "enregistrez."
)
SOMEBODY_ELSE = (
    "Cette page a été remplie sous un autre compte que le vôtre. Rien n’a été enregistré ; son "
    "auteur retrouvera son texte en se connectant."
)
OUT_OF_DATE = "La page était ouverte depuis trop longtemps : recommencez, s’il vous plaît."


def install(app: Flask) -> None:
    """After Flask-Security, whose answer to the lack of a session this one replaces."""
    app.jinja_env.globals[AUTHOR] = author_token
    app.login_manager.unauthorized_handler(session_ended)  # type: ignore[attr-defined]
    app.register_error_handler(CSRFError, form_refused)


def here() -> str:
    """The address of the page asked for, as `url_for` gives it: with the folder of a sandbox."""
    return request.script_root + request.path


def author_token(page: str | None = None) -> str:
    """Who writes, and on which page; signed. `page`: where the form is shown, when not here."""
    if not current_user.is_authenticated:
        return ""
    return _signer().dumps([current_user.id, page or here()])


def parked_inputs(path: str) -> MultiDict[str, str] | None:
    """What the person signed in had typed into that page, as a form; None when nothing is kept."""
    row = db.session.scalar(_row_of(current_user.id, path).where(ParkedForm.expires_at > now()))
    if row is None:
        return None
    return MultiDict((name, text) for name, texts in row.inputs.items() for text in texts)


def keep(path: str, inputs: MultiDict[str, str]) -> None:
    """Of what was kept for that page, keep `inputs` alone; nothing of it when there are none.
    The caller commits."""
    row = db.session.scalar(_row_of(current_user.id, path))
    if not inputs:
        forget(path)
    elif row is not None:
        row.inputs = dict(inputs.lists())


def forget(path: str) -> None:
    """The page has saved what was kept, or its author gave it up. The caller commits."""
    db.session.execute(
        delete(ParkedForm).where(ParkedForm.user_id == current_user.id, ParkedForm.path == path)
    )


def session_ended() -> Any:
    """Answer a request that needs somebody signed in, and is nobody's."""
    if errors.wants_json() or request.is_json:
        return jsonify(error=SIGN_IN_AGAIN, sign_in=url_for("security.login")), 401
    written = _author_and_page() if request.method == "POST" else None
    if written is None:
        flash(SIGN_IN_AGAIN, "information")
        page = _asked() if request.method == "GET" else None
        return redirect(url_for("security.login", next=page), 303)
    _park(*written)
    flash(TEXT_IS_SAFE, "success")
    return redirect(url_for("security.login", next=written[1]), 303)


def form_refused(_fault: CSRFError) -> Any:
    """Answer a form whose token is not of this session: it is older, or forged."""
    kind = access.declared_gate(request.endpoint)
    if kind is None or kind is access.Gate.PUBLIC:
        return _begin_again()
    if not current_user.is_authenticated:
        return session_ended()
    written = _author_and_page()
    if written is None or errors.wants_json():
        return errors.page(400, [OUT_OF_DATE])
    author_id, page = written
    reader_id = current_user.id
    _park(author_id, page)
    if author_id != reader_id:
        return errors.page(400, [SOMEBODY_ELSE])
    flash(SESSION_CHANGED, "warning")
    return redirect(page, 303)


def _begin_again() -> Any:
    rules = current_app.url_map.iter_rules(request.endpoint) if request.endpoint else ()
    if errors.wants_json() or not any("GET" in (rule.methods or ()) for rule in rules):
        return errors.page(400, [OUT_OF_DATE])
    flash(OUT_OF_DATE, "warning")
    return redirect(_asked(), 303)


def _asked() -> str:
    """The page asked for, with its question."""
    return request.script_root + request.full_path.rstrip("?")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="author of a form")


def _author_and_page() -> tuple[int, str] | None:
    try:
        author_id, page = _signer().loads(request.form.get(AUTHOR, ""))
    except (BadSignature, ValueError):
        return None
    return int(author_id), str(page)


def _park(author_id: int, page: str) -> None:
    """Keep what was typed; what the author had left on the same page gives way."""
    db.session.rollback()
    db.session.connection(execution_options=WRITING)
    # One writer at a time for each person: a page has one row.
    author = db.session.get(User, author_id, with_for_update={"of": User})
    if author is None:
        return
    db.session.execute(delete(ParkedForm).where(ParkedForm.expires_at <= now()))
    db.session.execute(
        delete(ParkedForm).where(ParkedForm.user_id == author_id, ParkedForm.path == page)
    )
    rows = select(ParkedForm).where(ParkedForm.user_id == author_id)
    latest_first = db.session.scalars(rows.order_by(ParkedForm.created_at.desc())).all()
    for row in latest_first[PAGES_AT_MOST - 1 :]:
        db.session.delete(row)
    db.session.add(
        ParkedForm(
            user_id=author_id,
            path=page,
            inputs=_typed(),
            created_at=now(),
            expires_at=now() + KEPT_FOR,
        )
    )
    db.session.commit()


def _typed() -> dict[str, list[str]]:
    """The inputs that may be kept, without the character that PostgreSQL cannot store."""
    return {
        name.replace("\0", ""): [text.replace("\0", "") for text in texts]
        for name, texts in request.form.lists()
        if name not in SECRET_INPUTS and "password" not in name.lower()
    }


def _row_of(user_id: int, path: str) -> Any:
    return select(ParkedForm).where(ParkedForm.user_id == user_id, ParkedForm.path == path)
