"""The forms about accounts. Flask-Security's own are told to speak French and to mind locks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from flask import url_for
from flask_security.forms import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    ResetPasswordForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.utils import validate_redirect_url
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # the stubs are those of 3.2
    DateField,
    EmailField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, ValidationError

from grants.accounts import passwords
from grants.accounts.errors import AccountRefused
from grants.accounts.models import Capacity, User
from grants.accounts.naming import CAPACITY_NAMES
from grants.accounts.operations import address_of, checked_siret, is_locked
from grants.extensions import db
from grants.web import access
from grants.web.account import mails
from grants.web.account.messages import MESSAGES
from grants.web.clock import now

ADDRESS = "Adresse électronique"
PASSWORD = "Mot de passe"  # noqa: S105  # a label
NOT_CONFIRMED = (
    "Confirmez d’abord votre adresse : un nouveau lien vient de vous être envoyé par courriel."
)


class _French:
    """Gives the fields their French labels."""

    labels: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            self[name].label.text = label  # type: ignore[index]


class SignInForm(_French, LoginForm):
    labels: ClassVar[dict[str, str]] = {"email": ADDRESS, "password": PASSWORD}
    remember = None  # type: ignore[assignment]  # this is how WTForms drops a field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Flask-Security would lead back here from the page of codes when nothing is asked, and
        # refuse the right password when a page elsewhere is.
        if not validate_redirect_url(self.next.data or ""):
            self.next.data = url_for("account.home")

    def validate(self, **kwargs: Any) -> bool:
        """The password is looked at first, so that a lock is not told from a wrong password."""
        if not super().validate(**kwargs):
            return False
        user = person(self)
        if is_locked(user, now=now()):
            self.password.errors = [*self.password.errors, "locked"]
            return False
        if user.confirmed_at is None:
            mails.send_confirmation(user)
            db.session.commit()
            self.form_errors.append(NOT_CONFIRMED)
            return False
        return True


class ForgottenForm(_French, ForgotPasswordForm):
    labels: ClassVar[dict[str, str]] = {"email": ADDRESS}


class NewPasswordForm(_French, ResetPasswordForm):
    labels: ClassVar[dict[str, str]] = {
        "password": "Nouveau mot de passe",
        "password_confirm": "Le même, une seconde fois",
    }


class ChangeForm(_French, ChangePasswordForm):
    labels: ClassVar[dict[str, str]] = {
        "password": "Mot de passe actuel",
        "new_password": "Nouveau mot de passe",
        "new_password_confirm": "Le même, une seconde fois",
    }


class AgainForm(_French, VerifyForm):
    labels: ClassVar[dict[str, str]] = {"password": PASSWORD}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not validate_redirect_url(self.next.data or ""):
            self.next.data = ""


class CodeForm(_French, TwoFactorVerifyCodeForm):
    labels: ClassVar[dict[str, str]] = {"code": "Code à six chiffres"}

    def validate(self, **kwargs: Any) -> bool:
        """:return: False, too, for the right code of a locked account."""
        if self.code.data:
            self.code.data = "".join(str(self.code.data).split())
        if is_locked(held(person(self)), now=now()):
            self.code.errors = [MESSAGES["TWO_FACTOR_INVALID_TOKEN"][0]]
            return False
        return bool(super().validate(**kwargs))


class RecoveryForm(_French, MfRecoveryForm):
    labels: ClassVar[dict[str, str]] = {"code": "Code de secours"}

    def validate(self, **kwargs: Any) -> bool:
        if self.code.data:
            self.code.data = self.code.data.strip().lower()
        if is_locked(held(person(self)), now=now()):
            self.code.errors = [MESSAGES["INVALID_RECOVERY_CODE"][0]]
            return False
        if super().validate(**kwargs):
            return True
        person(self).track_failed_authn("code", True)
        return False


class AuthenticatorForm(TwoFactorSetupForm):
    """What is asked of the second factor: `authenticator` or `disable`."""

    # Its own fields list choices as WTForms no longer wants them.
    setup = StringField()  # type: ignore[assignment]

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        if self.setup.data == "disable" and access.must_have_second_factor(person(self)):
            self.setup.errors = ["La double authentification est obligatoire pour votre compte."]
            return False
        return True


class LostTelephoneForm(TwoFactorRescueForm):
    """Filled by nobody: Flask-Security adds to its choices, which our page replaces."""

    help_setup = StringField()  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        vars(self.help_setup)["choices"] = []


def person(form: Any) -> User:
    """Whose form it is: Flask-Security's views have told it before it validates."""
    user: User = form.user
    return user


def held(user: User) -> User:
    """The person, whose row waits for no other request: a code serves once."""
    db.session.refresh(user, with_for_update={"of": User})
    return user


class _Answering(FlaskForm):  # type: ignore[misc]  # flask-wtf ships no types
    def text(self, name: str) -> str:
        return self[name].data or ""

    def refuse(self, refused: AccountRefused) -> None:
        """Put a refusal beside the field at fault, or above the form."""
        if refused.field and refused.field in self:
            self[refused.field].errors = [*self[refused.field].errors, refused.reason]
        else:
            self.form_errors.append(refused.reason)


def _required(text: str) -> InputRequired:
    return InputRequired(text)


def _text(label: str, missing: str, **marks: str) -> StringField:
    return StringField(label, [_required(missing)], render_kw=marks)


def _new_password() -> PasswordField:
    return PasswordField(
        PASSWORD,
        [_required("Choisissez un mot de passe.")],
        render_kw={"autocomplete": "new-password"},
    )


class _NewAccountForm(_Answering):
    """Whatever is wrong is said at once: the operation alone would stop at the first fault."""

    def validate_password(self, field: PasswordField) -> None:
        about = [self.text(name) for name in ("name", "email") if name in self]
        problem = passwords.problem(field.data or "", about)
        if problem is not None:
            raise ValidationError(problem)


class RegistrationForm(_NewAccountForm):
    name = _text("Votre nom", "Indiquez votre nom.", autocomplete="name")
    email = EmailField(
        ADDRESS,
        [_required("Indiquez votre adresse électronique.")],
        render_kw={"autocomplete": "email"},
    )
    password = _new_password()
    siret = _text("SIRET de votre organisme", "Indiquez le SIRET.", inputmode="numeric")
    organisation_name = _text(
        "Nom de votre organisme", "Indiquez le nom de l’organisme.", autocomplete="organization"
    )

    def validate_email(self, field: EmailField) -> None:
        _as_error(address_of, field)

    def validate_siret(self, field: StringField) -> None:
        _as_error(checked_siret, field)


def _as_error(check: Callable[[str], str], field: StringField) -> None:
    try:
        check(field.data or "")
    except AccountRefused as refused:
        raise ValidationError(refused.reason) from None


class ConfirmationForm(_Answering):
    password = PasswordField(
        PASSWORD,
        [_required("Indiquez le mot de passe que vous avez choisi.")],
        render_kw={"autocomplete": "current-password"},
    )


class NewcomerForm(_NewAccountForm):
    """The address is the invitation's."""

    name = _text("Votre nom", "Indiquez votre nom.", autocomplete="name")
    password = _new_password()


class InvitationForm(_Answering):
    email = EmailField(
        "Adresse électronique de votre collègue",
        [_required("Indiquez l’adresse de votre collègue.")],
        render_kw={"autocomplete": "off"},
    )
    capacity = SelectField("Rôle", validate_choice=False)

    def __init__(self, *capacities: Capacity) -> None:
        super().__init__()
        self.capacity.choices = [
            SelectChoice(each.value, CAPACITY_NAMES[each]) for each in capacities
        ]


class StandInForm(_Answering):
    user = SelectField("Agent", coerce=int, validate_choice=False)
    starts_on = DateField("Du", [_required("Indiquez le premier jour.")])
    ends_on = DateField("Au", [_required("Indiquez le dernier jour.")])

    def __init__(self, officers: list[User]) -> None:
        super().__init__()
        self.user.choices = [SelectChoice(each.id, each.name) for each in officers]
