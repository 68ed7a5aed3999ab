"""« Essayer cet appel »: everybody's seat, and the calendar, in a throw-away instance alone."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as browser
from flask_login import login_user
from sqlalchemy.orm import sessionmaker
from werkzeug.wrappers import Response

from grants.accounts.models import User
from grants.dossiers.clocks import run_clocks
from grants.extensions import db
from grants.rehearsal.stage import Rehearsal
from grants.web import access
from grants.web.clock import now
from grants.web.press import press
from grants.wording import moment, plural

screens = Blueprint("trying", __name__)

#: How far one press moves the calendar.
MOST_DAYS = 90


def install(app: Flask, rehearsal: Rehearsal) -> None:
    app.extensions["rehearsal"] = rehearsal
    app.config.update(
        # Beside the cookie of the real instance, whose browser, and perhaps whose site, it shares.
        SESSION_COOKIE_NAME="essai",
        SESSION_COOKIE_PATH=urlsplit(app.config["SETTINGS"].base_url).path + "/",
        SECURITY_POST_LOGOUT_VIEW="trying.seats",
    )
    app.register_blueprint(screens)
    app.context_processor(lambda: {"rehearsal": rehearsal})


def _rehearsal() -> Rehearsal:
    found: Rehearsal = current_app.extensions["rehearsal"]
    return found


@screens.get("/essayer")
@access.public
def seats() -> str:
    return render_template("trying/seats.html", most_days=MOST_DAYS)


@screens.post("/essayer/<int:user_id>")
@access.public
def sit(user_id: int) -> Response:
    """Sign in as somebody of the cast, whoever was signed in before."""
    if user_id not in {each.user_id for each in _rehearsal().parts}:
        abort(404)
    browser.clear()
    login_user(db.session.get_one(User, user_id))
    return redirect(url_for("account.home"), 303)


@screens.post("/essayer/calendrier")
@access.public
def advance() -> Response:
    """Days pass, and what was due meanwhile is done."""
    days = request.form.get("days", type=int)
    if days is None or not 1 <= days <= MOST_DAYS:
        abort(400)
    _rehearsal().clock.advance(days)
    db.session.rollback()  # the clocks write by themselves
    run = run_clocks(sessionmaker(db.engine), now=now(), press=press())
    done = f"{plural(run.fired, 'acte', 'actes')} et {plural(run.reminded, 'rappel', 'rappels')}"
    flash(f"Nous sommes le {moment(now())} : {done} des échéances.", "success")
    return redirect(url_for("trying.seats"), 303)
