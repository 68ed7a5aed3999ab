"""Flask-Security as we use it: sign-in, passwords and the second factor, under our addresses.

Its blueprint is not registered: it would bring pages nobody asked for. `ROUTES` names each page
kept, who may open it and how often it may be posted.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, g, redirect, render_template, session, url_for
from flask_login import current_user
from flask_security import views
from flask_security.core import Security
from flask_security.datastore import SQLAlchemyUserDatastore
from flask_security.password_util import PasswordUtil
from flask_security.recovery_codes import mf_recovery, mf_recovery_codes
from flask_security.signals import user_authenticated, user_failed_authn
from flask_security.totp import Totp
from passlib.totp import TOTP, TotpMatch

from grants.accounts import passwords
from grants.accounts.models import SecurityRole, User
from grants.accounts.operations import count_failure, forget_failures
from grants.accounts.queries import person_of
from grants.config import Settings
from grants.extensions import db
from grants.web.access import Gate
from grants.web.account import forms
from grants.web.account.mails import OutboxMailUtil
from grants.web.account.messages import MESSAGES
from grants.web.clock import now
from grants.web.rates import ASKING, SIGNING_IN, Rate

#: A working day; then one signs in again.
SESSION_LASTS = timedelta(hours=12)
RECOVERY_CODES = 8


@dataclass(frozen=True, slots=True)
class Route:
    path: str
    view: Callable[..., Any]
    gate: Gate
    rate: Rate | None = None
    methods: tuple[str, ...] = ("GET", "POST")


def forgot_password() -> Any:
    """Flask-Security leaves the mail of a forgotten password uncommitted."""
    answer = views.forgot_password()
    db.session.commit()
    return answer


def code() -> Any:
    """Flask-Security signs out whoever opens this page without having to."""
    settled = current_user.is_authenticated and session.get("tf_state") != "validating_profile"
    if settled:
        return redirect(url_for("account.home"), 303)
    return views.two_factor_token_validation()


def lost_telephone() -> str:
    return render_template("security/lost_telephone.html")


#: By endpoint, as Flask-Security itself looks its pages up.
ROUTES = {
    "login": Route("/connexion", views.login, Gate.PUBLIC, SIGNING_IN),
    "logout": Route("/deconnexion", views.logout, Gate.SIGNED_IN, methods=("POST",)),
    "two_factor_token_validation": Route("/connexion/code", code, Gate.PUBLIC, SIGNING_IN),
    "mf_recovery": Route("/connexion/code-de-secours", mf_recovery, Gate.PUBLIC, SIGNING_IN),
    "two_factor_rescue": Route(
        "/connexion/telephone-perdu", lost_telephone, Gate.PUBLIC, methods=("GET",)
    ),
    "forgot_password": Route("/mot-de-passe-oublie", forgot_password, Gate.PUBLIC, ASKING),
    "reset_password": Route(
        "/mot-de-passe-oublie/<token>", views.reset_password, Gate.PUBLIC, ASKING
    ),
    "change_password": Route(
        "/compte/mot-de-passe", views.change_password, Gate.SIGNED_IN, SIGNING_IN
    ),
    "verify": Route("/compte/verification", views.verify, Gate.SIGNED_IN, SIGNING_IN),
    "two_factor_setup": Route(
        "/compte/double-authentification/application", views.two_factor_setup, Gate.SIGNED_IN
    ),
    "mf_recovery_codes": Route("/compte/codes-de-secours", mf_recovery_codes, Gate.SIGNED_IN),
}


def install(app: Flask, settings: Settings) -> None:
    app.config["PERMANENT_SESSION_LIFETIME"] = SESSION_LASTS
    app.config.update({f"SECURITY_{key}": value for key, value in _options(settings).items()})
    # One for each application: what it is told of one must not be so of the next.
    security = Security(
        mail_util_cls=OutboxMailUtil, password_util_cls=Passwords, totp_cls=Authenticator
    )
    with app.app_context():  # the authenticator reads the application's clock
        security.init_app(
            app,
            People(db, User, SecurityRole),
            register_blueprint=False,
            login_form=forms.SignInForm,
            forgot_password_form=forms.ForgottenForm,
            reset_password_form=forms.NewPasswordForm,
            change_password_form=forms.ChangeForm,
            verify_form=forms.AgainForm,
            two_factor_verify_code_form=forms.CodeForm,
            two_factor_setup_form=forms.AuthenticatorForm,
            two_factor_rescue_form=forms.LostTelephoneForm,
            mf_recovery_form=forms.RecoveryForm,
        )
    # Nobody but browsers signs in: no page answers in JSON, no token is ever given.
    security.want_json(lambda _request: False)
    security.tf_token_validation_context_processor(_qr_code_again)
    app.register_blueprint(_blueprint())
    app.config["GATES"] = app.config.get("GATES", {}) | {
        f"security.{endpoint}": route.gate for endpoint, route in ROUTES.items()
    }
    app.config["RATES"] = {
        f"security.{endpoint}": route.rate for endpoint, route in ROUTES.items() if route.rate
    }
    user_failed_authn.connect(_count, app)
    user_authenticated.connect(_begin, app)


def _options(settings: Settings) -> dict[str, Any]:
    recovery_key = hashlib.sha256(f"recovery codes {settings.totp_secret}".encode()).digest()
    return {
        "API_ENABLED_METHODS": ["session"],
        "CHANGEABLE": True,
        "CLI_ROLES_NAME": None,
        "CLI_USERS_NAME": None,
        "DATETIME_FACTORY": now,
        "EMAIL_HTML": False,
        "EMAIL_SENDER": settings.mail_from,
        "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": "Votre mot de passe a changé",
        "EMAIL_SUBJECT_PASSWORD_NOTICE": "Votre mot de passe a changé",
        "EMAIL_SUBJECT_PASSWORD_RESET": "Choisir un nouveau mot de passe",
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "FRESHNESS": timedelta(minutes=30),
        "FRESHNESS_GRACE_PERIOD": timedelta(minutes=5),
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(recovery_key)],
        "MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
        "PASSWORD_HASH": "argon2",
        "PASSWORD_HASH_PASSLIB_OPTIONS": {
            f"argon2__{cost}": getattr(passwords.hasher, cost)
            for cost in ("time_cost", "memory_cost", "parallelism")
        },
        "PASSWORD_LENGTH_MIN": passwords.MIN_LENGTH,
        "PASSWORD_SALT": settings.password_salt,
        "PASSWORD_SCHEMES": ["argon2"],
        # As `grants.accounts.passwords` makes them, who knows no settings.
        "PASSWORD_SINGLE_HASH": {"argon2"},
        "POST_CHANGE_VIEW": "account.overview",
        "POST_LOGIN_VIEW": "account.home",
        "POST_LOGOUT_VIEW": "public.home",
        "POST_VERIFY_VIEW": "account.overview",
        "RECOVERABLE": True,
        "RESET_PASSWORD_WITHIN": timedelta(hours=2),
        "RETURN_GENERIC_RESPONSES": True,
        "TOTP_ISSUER": "Appels à projets",
        "TOTP_SECRETS": {"1": settings.totp_secret},
        "TWO_FACTOR": True,
        "TWO_FACTOR_ALWAYS_VALIDATE": True,
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_POST_SETUP_VIEW": "account.second_factor",
        "TWO_FACTOR_RESCUE_EMAIL": False,
    } | {f"MSG_{key}": said for key, said in MESSAGES.items()}


def _blueprint() -> Blueprint:
    pages = Blueprint("security", __name__)
    for endpoint, route in ROUTES.items():
        pages.add_url_rule(route.path, endpoint, route.view, methods=list(route.methods))
    return pages


class People(SQLAlchemyUserDatastore):
    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Any:
        if kwargs.keys() == {"fs_uniquifier"}:
            return person_of(self.db.session(), kwargs["fs_uniquifier"])
        return super().find_user(case_insensitive, **kwargs)

    def mf_delete_recovery_code(self, user: Any, idx: int) -> bool:
        """Flask-Security changes the list in place, which a JSON column does not notice."""
        codes = user.mf_recovery_codes or []
        user.mf_recovery_codes = codes[:idx] + codes[idx + 1 :]
        return True


class Passwords(PasswordUtil):
    def normalize(self, password: str) -> str:
        return passwords.normalized(password)

    def validate(
        self, password: str, is_register: bool, **kwargs: Any
    ) -> tuple[list[str] | None, str]:
        user: User = kwargs["user"]
        problem = passwords.problem(password, about=(user.name, user.email))
        return [problem] if problem else None, self.normalize(password)


class Authenticator(Totp):
    """Codes of our clock's time; a code serves once."""

    def __init__(self, secrets: dict[str, str] | dict[int, str], issuer: str) -> None:
        self._totp = TOTP.using(issuer=issuer, secrets=secrets, now=lambda: now().timestamp())

    def get_last_counter(self, user: Any) -> int | None:
        last: int | None = user.tf_last_counter
        return last

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        user.tf_last_counter = tmatch.counter


def _qr_code_again() -> dict[str, Any]:
    """After a wrong code at set-up the picture is still there: the secret has not changed."""
    secret = session.get("tf_totp_secret")
    if session.get("tf_state") != "validating_profile" or not secret:
        return {}
    authenticator = current_app.extensions["security"].totp_factory
    return {"setting_up": authenticator.fetch_setup_values(secret, current_user)}


def _count(_app: Flask, user: User, **_rest: Any) -> None:
    """A wrong password or code; kept whatever becomes of the request."""
    count_failure(db.session(), user, now=now())
    db.session.commit()


def _begin(_app: Flask, user: User, **_rest: Any) -> None:
    """Signed in: what the visitor's browser knew before is worth nothing any more."""
    forget_failures(db.session(), user)
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
