"""Mails about accounts: written into the outbox with the act they speak of."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_security.mail_util import MailUtil

from grants.accounts.models import Invitation, User
from grants.extensions import db
from grants.mail.operations import enqueue
from grants.web.account import links
from grants.web.clock import now


class OutboxMailUtil(MailUtil):
    """Flask-Security's own mails: a new password, and the news that it changed."""

    def send_mail(  # noqa: PLR0917  # as Flask-Security calls it
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        _send(template.rpartition("/")[2], str(recipient), str(subject), body or "")


def send_confirmation(user: User) -> None:
    """The link that shows that the address is theirs."""
    _send(
        "confirmation",
        user.email,
        "Confirmez votre adresse électronique",
        render_template("account/mail/confirmation.txt", user=user, link=links.confirmation(user)),
    )


def send_known(user: User) -> None:
    """Somebody, perhaps the same person, asked for an account with an address that has one."""
    _send(
        "known",
        user.email,
        "Vous avez déjà un compte",
        render_template("account/mail/known.txt", user=user),
    )


def send_invitation(invitation: Invitation, token: str, body_name: str) -> None:
    _send(
        "invitation",
        invitation.email,
        f"Invitation à rejoindre {body_name}",
        render_template(
            "account/mail/invitation.txt", invitation=invitation, token=token, body=body_name
        ),
    )


def _send(kind: str, recipient: str, subject: str, body: str) -> None:
    enqueue(
        db.session(),
        kind=f"account.{kind}",
        recipient=recipient,
        subject=subject,
        body=body,
        now=now(),
    )
