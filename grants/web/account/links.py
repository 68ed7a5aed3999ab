"""The signed link that confirms an address."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from grants.accounts.models import User
from grants.accounts.operations import CONFIRM_WITHIN
from grants.extensions import db
from grants.web.addresses import in_mail
from grants.web.clock import now


def confirmation(user: User) -> str:
    """The link to the page; it lasts two days, or until the account is made anew."""
    token = _signer().dumps([user.fs_uniquifier, int(now().timestamp())])
    return in_mail("account.confirm_address", token=token)


def whose(token: str) -> User | None:
    """The account that a confirmation link is about; None when the link is forged or too old."""
    try:
        uniquifier, issued = _signer().loads(token)
    except (BadSignature, ValueError):
        return None
    if now() > datetime.fromtimestamp(issued, UTC) + CONFIRM_WITHIN:
        return None
    return db.session().scalar(select(User).where(User.fs_uniquifier == uniquifier))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="confirm an address")
