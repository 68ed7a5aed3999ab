"""Mails leave through a real SMTP server, once each, whatever happens to server or worker."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from grants.config import SmtpServer
from grants.mail.delivery import Delivered, Smtp, deliver_due
from grants.mail.models import Mail
from grants.mail.operations import SITE, enqueue

NOW = datetime(2014, 3, 25, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SENDER = "Appels à projets <appels@example.fr>"


class Mailboxes:
    """A mail server's side: keeps what it takes, refuses what its tests ask it to refuse."""

    def __init__(self) -> None:
        self.received: list[tuple[str, EmailMessage]] = []
        self.refusals: dict[str, str] = {}
        self.refused_content: str | None = None
        self.seconds_before_goodbye = 0.0

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refused_content:
            return self.refused_content
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.extend((address, message) for address in envelope.rcpt_tos)
        return "250 OK"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.seconds_before_goodbye)
        return "221 Au revoir"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def mailboxes() -> Mailboxes:
    return Mailboxes()


@pytest.fixture
def server(mailboxes: Mailboxes) -> Iterator[SmtpServer]:
    controller = Controller(mailboxes, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield SmtpServer("127.0.0.1", controller.port)
    controller.stop()


def queue(
    session_factory: sessionmaker[Session],
    recipient: str = "bailleur@example.fr",
    *,
    subject: str = "Dossier déposé",
    body: str = "Bonjour.\n",
) -> None:
    with session_factory() as session, session.begin():
        enqueue(
            session,
            kind="dossier.submit",
            recipient=recipient,
            subject=subject,
            body=body,
            now=NOW,
        )


def deliver(
    session_factory: sessionmaker[Session], server: SmtpServer, now: datetime = NOW
) -> Delivered:
    return deliver_due(session_factory, Smtp(server, SENDER), clock=lambda: now)


def outbox(session_factory: sessionmaker[Session]) -> list[tuple[str, str, int]]:
    with session_factory() as session:
        mails = session.scalars(select(Mail).order_by(Mail.id))
        return [(mail.recipient, mail.status, mail.attempts) for mail in mails]


def only_mail(session_factory: sessionmaker[Session]) -> Mail:
    with session_factory() as session:
        return session.scalars(select(Mail)).one()


def test_a_mail_arrives_with_its_accents_and_its_headers(
    session_factory: sessionmaker[Session], mailboxes: Mailboxes, server: SmtpServer
) -> None:
    body = (
        "Bonjour,\n\n.Montant demandé : 47\u202f000\u00a0€ — « été », œuvre 🏠\n"
        + "é" * 2000
        + "\n"
    )
    queue(session_factory, subject="Accusé de réception : « SEMIS » — 10 000 logements", body=body)
    assert deliver(session_factory, server) == Delivered(sent=1)
    ((recipient, message),) = mailboxes.received
    assert recipient == "bailleur@example.fr"
    assert message.get_content().replace("\r\n", "\n") == body
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    assert {name: str(message[name]) for name in ("From", "To", "Subject", "Date")} == {
        "From": "Appels à projets <appels@example.fr>",
        "To": "bailleur@example.fr",
        "Subject": "Accusé de réception : « SEMIS » — 10 000 logements",
        "Date": "Tue, 25 Mar 2014 10:00:00 +0100",
    }
    assert message["Message-ID"] == "<20140325090000000000.1@example.fr>"
    assert (message["Auto-Submitted"], message["Content-Language"]) == ("auto-generated", "fr")
    assert only_mail(session_factory).sent_at == NOW


def test_a_link_leads_to_the_site_that_sends_it(
    session_factory: sessionmaker[Session], mailboxes: Mailboxes, server: SmtpServer
) -> None:
    queue(session_factory, body=f"Ici : {SITE}/dossiers/HLM14-0001\n")
    transport = Smtp(server, SENDER, base_url="https://appels.example.fr")

    deliver_due(session_factory, transport, clock=lambda: NOW)

    ((_, message),) = mailboxes.received
    assert message.get_content().strip() == "Ici : https://appels.example.fr/dossiers/HLM14-0001"


@pytest.mark.parametrize(
    "subject",
    ["é" * 255, "é" * 120 + " " + "à" * 134, ("dépôt réussi, " * 18).strip(), "a" * 255],
)
def test_a_long_subject_survives_its_folding(
    session_factory: sessionmaker[Session], mailboxes: Mailboxes, server: SmtpServer, subject: str
) -> None:
    queue(session_factory, subject=subject)
    deliver(session_factory, server)
    ((_, message),) = mailboxes.received
    assert str(message["Subject"]) == subject


def test_a_temporary_refusal_is_tried_again_later_under_the_same_message_id(
    session_factory: sessionmaker[Session], mailboxes: Mailboxes, server: SmtpServer
) -> None:
    queue(session_factory)
    mailboxes.refusals["bailleur@example.fr"] = "450 4.2.1 Revenez plus tard"
    assert deliver(session_factory, server) == Delivered(retried=1)
    waiting = only_mail(session_factory)
    assert (waiting.status, waiting.due_at) == ("queued", NOW + MINUTE)
    assert waiting.last_error == "450 4.2.1 Revenez plus tard"

    mailboxes.refusals.clear()
    mailboxes.refused_content = "451 4.3.0 Pas maintenant"
    assert deliver(session_factory, server) == Delivered()
    assert deliver(session_factory, server, NOW + MINUTE) == Delivered(retried=1)
    assert only_mail(session_factory).due_at == NOW + 6 * MINUTE

    mailboxes.refused_content = None
    assert deliver(session_factory, server, NOW + 6 * MINUTE) == Delivered(sent=1)
    ((_, message),) = mailboxes.received
    assert message["Message-ID"] == "<20140325090000000000.1@example.fr>"
    assert outbox(session_factory) == [("bailleur@example.fr", "sent", 3)]


def test_an_unknown_recipient_fails_at_once_and_the_others_get_their_mail(
    session_factory: sessionmaker[Session], mailboxes: Mailboxes, server: SmtpServer
) -> None:
    queue(session_factory, "parti@example.fr")
    queue(session_factory, "presente@example.fr")
    queue(session_factory, "bailleur@hôtel.example.fr")
    mailboxes.refusals["parti@example.fr"] = "550 5.1.1 Destinataire inconnu"
    assert deliver(session_factory, server) == Delivered(sent=2, failed=1)
    assert outbox(session_factory) == [
        ("parti@example.fr", "failed", 1),
        ("presente@example.fr", "sent", 1),
        ("bailleur@hôtel.example.fr", "sent", 1),
    ]
    assert [recipient for recipient, _ in mailboxes.received] == [
        "presente@example.fr",
        "bailleur@xn--htel-vqa.example.fr",
    ]
    with session_factory() as session:
        errors = session.scalars(select(Mail.last_error).order_by(Mail.id)).all()
    assert errors == ["550 5.1.1 Destinataire inconnu", None, None]


def test_a_refused_content_fails_at_once(
    session_factory: sessionmaker[Session], mailboxes: Mailboxes, server: SmtpServer
) -> None:
    queue(session_factory)
    mailboxes.refused_content = "554 5.7.1 Indésirable"
    assert deliver(session_factory, server) == Delivered(failed=1)
    assert only_mail(session_factory).last_error == "554 5.7.1 Indésirable"


def test_an_unreachable_server_costs_one_attempt_and_leaves_the_rest_of_the_queue(
    session_factory: sessionmaker[Session],
) -> None:
    queue(session_factory, "a@example.fr")
    queue(session_factory, "b@example.fr")
    nobody = SmtpServer("127.0.0.1", free_port())
    assert deliver(session_factory, nobody) == Delivered(retried=1)
    assert outbox(session_factory) == [("a@example.fr", "queued", 1), ("b@example.fr", "queued", 0)]
    with session_factory() as session:
        error = session.scalars(select(Mail.last_error).order_by(Mail.id)).first()
    assert error == "Serveur de messagerie inutilisable : [Errno 111] Connection refused"


def test_a_server_without_encryption_gets_no_mail_when_encryption_was_asked(
    session_factory: sessionmaker[Session], mailboxes: Mailboxes, server: SmtpServer
) -> None:
    queue(session_factory)
    encrypted = SmtpServer(server.host, server.port, "robot", "secret", "starttls")
    assert deliver(session_factory, encrypted) == Delivered(retried=1)
    assert mailboxes.received == []


def test_a_mute_server_is_given_up_after_the_timeout(
    session_factory: sessionmaker[Session],
) -> None:
    queue(session_factory)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        transport = Smtp(SmtpServer("127.0.0.1", mute.getsockname()[1]), SENDER, timeout=0.2)
        delivered = deliver_due(session_factory, transport, clock=lambda: NOW)
    assert delivered == Delivered(retried=1)
    assert only_mail(session_factory).last_error == (
        "Serveur de messagerie inutilisable : Connection unexpectedly closed: timed out"
    )


def test_a_goodbye_that_fails_does_not_have_the_mail_sent_again(
    session_factory: sessionmaker[Session], mailboxes: Mailboxes, server: SmtpServer
) -> None:
    queue(session_factory)
    mailboxes.seconds_before_goodbye = 0.5
    transport = Smtp(server, SENDER, timeout=0.2)
    assert deliver_due(session_factory, transport, clock=lambda: NOW) == Delivered(sent=1)
    assert outbox(session_factory) == [("bailleur@example.fr", "sent", 1)]


def test_a_mail_that_cannot_be_built_does_not_hold_up_the_others(
    session_factory: sessionmaker[Session], mailboxes: Mailboxes, server: SmtpServer
) -> None:
    queue(session_factory, f"a@{'d' * 70}.fr")
    queue(session_factory, "b@example.fr")
    assert deliver(session_factory, server) == Delivered(sent=1, retried=1)
    assert [recipient for recipient, _ in mailboxes.received] == ["b@example.fr"]


def test_a_delivery_stops_at_its_limit(
    session_factory: sessionmaker[Session], mailboxes: Mailboxes, server: SmtpServer
) -> None:
    for number in range(3):
        queue(session_factory, f"b{number}@example.fr")
    transport = Smtp(server, SENDER)
    assert deliver_due(session_factory, transport, clock=lambda: NOW, limit=2) == Delivered(sent=2)
    assert deliver_due(session_factory, transport, clock=lambda: NOW, limit=2) == Delivered(sent=1)


def test_two_workers_send_each_mail_once(
    session_factory: sessionmaker[Session], mailboxes: Mailboxes, server: SmtpServer
) -> None:
    recipients = [f"b{number}@example.fr" for number in range(30)]
    for recipient in recipients:
        queue(session_factory, recipient)
    reports: list[Delivered] = []
    workers = [
        Thread(target=lambda: reports.append(deliver(session_factory, server))) for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(report.sent for report in reports) == len(recipients)
    assert all(report.sent for report in reports), "both had a share, or this proves nothing"
    assert Counter(recipient for recipient, _ in mailboxes.received) == Counter(recipients)


KILLED_WORKER = """
import sys
from datetime import datetime
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from grants.config import SmtpServer
from grants.mail.delivery import Smtp, deliver_due

url, port, now = sys.argv[1:]
transport = Smtp(SmtpServer("127.0.0.1", int(port)), "appels@example.fr", timeout=60)
deliver_due(sessionmaker(create_engine(url)), transport, clock=lambda: datetime.fromisoformat(now))
"""


def test_a_mail_held_by_a_killed_worker_is_taken_over_after_its_lease(
    database_url: str,
    session_factory: sessionmaker[Session],
    mailboxes: Mailboxes,
    server: SmtpServer,
) -> None:
    queue(session_factory)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.settimeout(30)
        arguments = [database_url, str(mute.getsockname()[1]), NOW.isoformat()]
        worker = subprocess.Popen([sys.executable, "-c", KILLED_WORKER, *arguments])
        try:
            connection, _ = mute.accept()
        finally:
            worker.kill()
        connection.close()
    assert worker.wait(10) == -signal.SIGKILL
    assert outbox(session_factory) == [("bailleur@example.fr", "sending", 1)]
    assert deliver(session_factory, server, NOW + MINUTE) == Delivered()
    assert deliver(session_factory, server, NOW + 2 * MINUTE) == Delivered(sent=1)
    assert [recipient for recipient, _ in mailboxes.received] == ["bailleur@example.fr"]
    assert outbox(session_factory) == [("bailleur@example.fr", "sent", 2)]
