"""The mails of the calls that one manages, those that failed first; those of accounts, unsent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from grants.calls.queries import managed_calls
from grants.dossiers.models import Dossier
from grants.extensions import db
from grants.mail.models import Mail
from grants.mail.operations import MailNotFailed, retry
from grants.mail.queries import counts_by_status, outbox_of_calls, unsent_of_no_call
from grants.web import access
from grants.web.administration.room import screens
from grants.web.clock import now
from grants.web.paging import Paging

PER_PAGE = 50

STATUSES = {
    "failed": ("En échec", "danger"),
    "queued": ("En attente", "neutral"),
    "sending": ("En cours d’envoi", "accent"),
    "sent": ("Envoyé", "success"),
}

#: What a mail about an account is: its text may hold a link that opens the account.
ACCOUNT_KINDS = {
    "account.confirmation": "Confirmation d’une adresse",
    "account.invitation": "Invitation à rejoindre un organisme ou un service",
    "account.known": "Rappel d’un compte qui existe déjà",
    "account.reset_instructions": "Lien pour choisir un nouveau mot de passe",
}


@screens.get("/gestion/courriels")
@access.call_manager
def outbox() -> str:
    calls = {call.id: call for call in managed_calls(db.session(), access.actor())}
    paging = Paging.asked(request.args.get("page"), PER_PAGE)
    mails, total = outbox_of_calls(db.session(), calls, limit=paging.size, offset=paging.offset)
    counts = counts_by_status(db.session(), calls)
    return render_template(
        "administration/outbox.html",
        mails=mails,
        references=_references(mails),
        statuses=STATUSES,
        counts=[
            {"label": label.lower(), "value": counts.get(key, 0)}
            for key, (label, _) in STATUSES.items()
        ],
        failed=counts.get("failed", 0),
        of_accounts=_of_accounts(),
        page=paging.number,
        pages=paging.pages(total),
        address=lambda number: url_for("administration.outbox", page=number),
    )


@screens.post("/gestion/courriels/<int:mail_id>/renvoyer")
@access.call_manager
def resend(mail_id: int) -> Response:
    mail = db.session.get(Mail, mail_id)
    managed = {call.id for call in managed_calls(db.session(), access.actor())}
    if mail is None or mail.call_id not in managed:
        abort(404)
    try:
        retry(db.session(), mail, now=now())
    except MailNotFailed as fault:
        db.session.rollback()
        flash(str(fault), "warning")
    else:
        db.session.commit()
        flash(f"Le courriel à {mail.recipient} repart.", "success")
    return redirect(url_for("administration.outbox"), 303)


def _of_accounts() -> list[dict[str, Any]]:
    """The mails of no call that have not left: to whom and of what kind, nothing of their text."""
    return [
        {
            "what": ACCOUNT_KINDS.get(mail.kind, "Autre courriel d’un compte"),
            "recipient": mail.recipient,
            "at": mail.created_at,
            "status": STATUSES[mail.status],
        }
        for mail in unsent_of_no_call(db.session(), limit=PER_PAGE)
    ]


def _references(mails: Sequence[Mail]) -> dict[int, str]:
    """{dossier id: reference} of the mails of one page."""
    ids = {mail.dossier_id for mail in mails if mail.dossier_id is not None}
    rows = db.session.execute(db.select(Dossier.id, Dossier.reference).where(Dossier.id.in_(ids)))
    return {row.id: row.reference for row in rows}
