"""The outbox: what must be sent is written with the act it speaks of, and sent after."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grants.mail.models import Mail

#: Waits before the second, third… attempt; after the last one the mail has failed.
RETRY_AFTER: Sequence[timedelta] = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240)]
#: Stands for the site's address in a body, so that a mail does not depend on where it is read.
SITE = "{site}"
LEASE = timedelta(minutes=2)
SUBJECT_LENGTH = 255
RECIPIENT_LENGTH = 254
ERROR_LENGTH = 1000

_INSERTS: Mapping[str, Callable[[type[Mail]], postgresql.Insert | sqlite.Insert]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


class BadRecipient(ValueError):
    """The text is not one plain e-mail address."""

    def __init__(self, recipient: str) -> None:
        super().__init__(f"« {recipient} » n’est pas une adresse électronique")
        self.recipient = recipient


class MailNotFailed(Exception):
    """Only a mail that has failed is sent again by hand; this one is not, or no longer."""

    def __init__(self, mail_id: int) -> None:
        super().__init__("Ce message n’est pas en échec : il n’y a rien à renvoyer.")
        self.mail_id = mail_id


def with_links(body: str, base_url: str) -> str:
    """The body with the site's address (no slash at the end) in front of its links."""
    return body.replace(SITE, base_url)


def enqueue(
    session: Session,
    *,
    kind: str,
    recipient: str,
    subject: str,
    body: str,
    now: datetime,
    unique_key: str | None = None,
    dossier_id: int | None = None,
    call_id: int | None = None,
    due_at: datetime | None = None,
) -> Mail | None:
    """Write a mail into the caller's transaction; None when `unique_key` already has its mail.

    Two transactions with one key at the same time give one row: the second waits for the first.
    A line break in the subject becomes a space, so no header can be smuggled in.

    :raises BadRecipient: when the recipient is not exactly one address.
    """
    values = {
        "kind": kind,
        "recipient": _checked(recipient),
        "subject": _shortened(" ".join(_printable(subject).split()), SUBJECT_LENGTH),
        "body": _printable(body.replace("\r\n", "\n").replace("\r", "\n")),
        "created_at": now,
        "due_at": due_at or now,
        "unique_key": unique_key,
        "dossier_id": dossier_id,
        "call_id": call_id,
    }
    insert = _INSERTS[session.get_bind().dialect.name](Mail).values(values)
    once = insert.on_conflict_do_nothing(index_elements=[Mail.unique_key]).returning(Mail)
    return session.scalars(once).one_or_none()


def claim(
    session: Session, *, now: datetime, lease: timedelta = LEASE, limit: int = 20
) -> list[Mail]:
    """Take the mails that are due, earliest first, so that no other worker sends them.

    A mail claimed by a worker that died is due again once its lease is over. Each claim counts
    as an attempt, whatever becomes of it.
    """
    due = or_(
        and_(Mail.status == "queued", Mail.due_at <= now),
        and_(Mail.status == "sending", Mail.leased_until <= now),
    )
    free = select(Mail.id).where(due).order_by(Mail.due_at, Mail.id).limit(limit)
    # A common table expression: PostgreSQL may run a plain subquery twice and lock other rows.
    chosen = free.with_for_update(skip_locked=True).cte("chosen")
    taken = session.scalars(
        update(Mail)
        .where(Mail.id.in_(select(chosen.c.id)))
        .values(status="sending", leased_until=now + lease, attempts=Mail.attempts + 1)
        .returning(Mail)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return sorted(taken, key=lambda mail: (mail.due_at, mail.id))


def mark_sent(session: Session, mail: Mail, *, now: datetime) -> None:
    """Record that the server took the mail, even if the lease was lost meanwhile."""
    session.execute(
        update(Mail)
        .where(Mail.id == mail.id, Mail.status != "sent")
        .values(status="sent", sent_at=now, leased_until=None, last_error=None)
    )


def mark_failed_attempt(
    session: Session, mail: Mail, *, now: datetime, error: str, permanent: bool = False
) -> bool:
    """Put the mail back for later (True), or give it up: `permanent`, or the last attempt.

    Nothing is written when another worker took the mail over: `attempts` tells claims apart.
    """
    goes_on = not permanent and mail.attempts <= len(RETRY_AFTER)
    session.execute(
        update(Mail)
        .where(Mail.id == mail.id, Mail.status == "sending", Mail.attempts == mail.attempts)
        .values(
            status="queued" if goes_on else "failed",
            due_at=now + RETRY_AFTER[mail.attempts - 1] if goes_on else Mail.due_at,
            leased_until=None,
            last_error=_shortened(_printable(error), ERROR_LENGTH),
        )
    )
    return goes_on


def retry(session: Session, mail: Mail, *, now: datetime) -> None:
    """Send a failed mail again, with all its attempts before it; the last error stays readable.

    :raises MailNotFailed: when it is not in failure, for example after a double click.
    """
    requeued = session.scalar(
        update(Mail)
        .where(Mail.id == mail.id, Mail.status == "failed")
        .values(status="queued", attempts=0, due_at=now)
        .returning(Mail.id)
    )
    if requeued is None:
        raise MailNotFailed(mail.id)


def _checked(recipient: str) -> str:
    try:
        address = Address(addr_spec=recipient)
    except (ValueError, IndexError, MessageError):
        raise BadRecipient(recipient) from None
    plain = recipient.isprintable() and not set(recipient) & set(' ",;<>()')
    if not (plain and address.username and address.domain and len(recipient) <= RECIPIENT_LENGTH):
        raise BadRecipient(recipient)
    return recipient


def _printable(text: str) -> str:
    """Without control characters but tabs and line breaks, nor surrogates: no database has them."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
