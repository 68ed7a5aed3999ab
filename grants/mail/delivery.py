"""Sending what the outbox holds, one mail at a time, over SMTP."""

import logging
import smtplib
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Protocol

from sqlalchemy.orm import Session

from grants.config import SmtpServer
from grants.mail.models import Mail
from grants.mail.operations import LEASE, claim, mark_failed_attempt, mark_sent, with_links
from grants.wording import PARIS

logger = logging.getLogger(__name__)

#: Seconds for one answer. A whole exchange has about nine of them and must end within the lease.
TIMEOUT = 10.0


class MailRefused(Exception):
    """The server will never take this mail."""


class MailPostponed(Exception):
    """The server asks to try this mail again later."""


class ServerUnusable(Exception):
    """No mail can leave now: unreachable server, refused password or sender."""


class Transport(Protocol):
    def send(self, mail: Mail, *, now: datetime) -> None:
        """Hand one mail over.

        :raises MailRefused, MailPostponed, ServerUnusable: with the server's answer as text.
        """


@dataclass(frozen=True, slots=True)
class Smtp:
    server: SmtpServer
    sender: str
    #: The site's own address, where `SITE` stands in a body.
    base_url: str = ""
    timeout: float = TIMEOUT

    def send(self, mail: Mail, *, now: datetime) -> None:
        try:
            with closing(self._connected()) as client:
                client.send_message(message_of(mail, self.sender, self.base_url, now=now))
                # The mail is taken: a goodbye that fails must not have it sent again.
                with suppress(OSError):
                    client.quit()
        except smtplib.SMTPRecipientsRefused as error:
            ((code, answer),) = error.recipients.values()
            raise _judged(code, answer) from error
        except smtplib.SMTPDataError as error:
            raise _judged(error.smtp_code, error.smtp_error) from error
        except OSError as error:  # smtplib's other errors too
            raise ServerUnusable(f"Serveur de messagerie inutilisable : {_text(error)}") from error

    def _connected(self) -> smtplib.SMTP:
        server, context = self.server, ssl.create_default_context()
        client: smtplib.SMTP
        if server.security == "tls":
            client = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self.timeout, context=context
            )
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=self.timeout)
        try:
            if server.security == "starttls":
                client.starttls(context=context)
            if server.user is not None:
                client.login(server.user, server.password or "")
        except BaseException:
            client.close()
            raise
        return client


def message_of(mail: Mail, sender: str, base_url: str, *, now: datetime) -> EmailMessage:
    """The mail as it travels. Its Message-ID stays the same at every attempt."""
    message = EmailMessage()
    domain = parseaddr(sender)[1].rpartition("@")[2]
    message["From"] = sender
    message["To"] = _ascii_domain(mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now.astimezone(PARIS))
    message["Message-ID"] = f"<{mail.created_at:%Y%m%d%H%M%S%f}.{mail.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    # Quoted-printable crosses servers that know seven bits only.
    message.set_content(with_links(mail.body, base_url), charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = "fr"
    return message


def _ascii_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _judged(code: int, answer: bytes | str) -> MailRefused | MailPostponed:
    return (MailRefused if code >= 500 else MailPostponed)(_answer(code, answer))


def _answer(code: int, answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"{code} {text}"


def _text(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return str(error)


@dataclass(frozen=True, slots=True)
class Delivered:
    sent: int = 0
    retried: int = 0
    failed: int = 0


def deliver_due(
    session_factory: Callable[[], Session],
    transport: Transport,
    *,
    clock: Callable[[], datetime],
    lease: timedelta = LEASE,
    limit: int = 500,
) -> Delivered:
    """Send the mails that are due, `limit` at most; stop at the first sign of a dead server.

    Each mail is claimed, sent outside any transaction, then marked; two workers never hold the
    same one, and what a killed worker held is taken over after `lease`. One case sends a mail
    twice: a worker killed after the server's yes and before the mark is committed. Both copies
    then bear the same Message-ID, by which most mailboxes show one.
    """
    sent = retried = failed = 0
    while sent + retried + failed < limit:
        with session_factory() as session, session.begin():
            claimed = claim(session, now=clock(), lease=lease, limit=1)
            session.expunge_all()
        if not claimed:
            break
        outcome = _attempt(transport, claimed[0], clock)
        with session_factory() as session, session.begin():
            goes_on = _mark(session, claimed[0], outcome, now=clock())
        sent += outcome is None
        retried += outcome is not None and goes_on
        failed += outcome is not None and not goes_on
        if isinstance(outcome, ServerUnusable):
            break
    return Delivered(sent, retried, failed)


def _attempt(transport: Transport, mail: Mail, clock: Callable[[], datetime]) -> Exception | None:
    try:
        transport.send(mail, now=clock())
    except (MailRefused, MailPostponed, ServerUnusable) as error:
        logger.warning("mail %s (%s) not sent: %s", mail.id, mail.kind, error)
        return error
    except Exception as error:  # one mail that cannot be built must not hold the others back
        logger.exception("mail %s (%s) not sent", mail.id, mail.kind)
        return error
    return None


def _mark(session: Session, mail: Mail, outcome: Exception | None, *, now: datetime) -> bool:
    if outcome is None:
        mark_sent(session, mail, now=now)
        return False
    permanent = isinstance(outcome, MailRefused)
    return mark_failed_attempt(session, mail, now=now, error=str(outcome), permanent=permanent)
