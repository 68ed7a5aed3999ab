"""The outbox itself: one row for one mail, claimed by one worker, tried again a few times."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from grants.mail.models import Mail
from grants.mail.operations import (
    BadRecipient,
    MailNotFailed,
    claim,
    enqueue,
    mark_failed_attempt,
    mark_sent,
    retry,
)

NOW = datetime(2014, 3, 25, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def queue(
    session: Session,
    recipient: str = "bailleur@example.fr",
    *,
    subject: str = "Dossier déposé",
    body: str = "Votre dossier est déposé.",
    unique_key: str | None = None,
    due_at: datetime | None = None,
) -> Mail | None:
    return enqueue(
        session,
        kind="dossier.submit",
        recipient=recipient,
        subject=subject,
        body=body,
        now=NOW,
        unique_key=unique_key,
        due_at=due_at,
    )


def queued(session: Session, recipient: str = "bailleur@example.fr") -> Mail:
    mail = queue(session, recipient)
    assert mail is not None
    return mail


def test_a_mail_waits_in_the_outbox_as_it_was_written(session: Session) -> None:
    mail = queued(session)
    session.expire_all()
    assert (mail.kind, mail.recipient, mail.subject, mail.body) == (
        "dossier.submit",
        "bailleur@example.fr",
        "Dossier déposé",
        "Votre dossier est déposé.",
    )
    assert (mail.status, mail.attempts, mail.created_at, mail.due_at) == ("queued", 0, NOW, NOW)
    assert (mail.leased_until, mail.sent_at, mail.last_error) == (None, None, None)


def test_a_mail_of_an_act_that_is_rolled_back_never_existed(session: Session) -> None:
    with session.begin_nested() as act:
        queued(session)
        act.rollback()
    assert claim(session, now=NOW) == []


def test_one_key_gives_one_mail(session: Session) -> None:
    first = queue(session, unique_key="rappel/17/7-jours")
    again = queue(session, unique_key="rappel/17/7-jours", subject="Autre texte")
    other = queue(session, unique_key="rappel/17/1-jour")
    assert first is not None
    assert again is None
    assert other is not None
    assert session.scalars(select(Mail.subject)).all() == ["Dossier déposé"] * 2


def test_a_key_written_by_two_transactions_at_once_gives_one_mail(
    session_factory: sessionmaker[Session],
) -> None:
    together = Barrier(4)
    results: list[bool] = []

    def write() -> None:
        together.wait()
        with session_factory() as session, session.begin():
            results.append(queue(session, unique_key="accusé/SEMIS") is not None)

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, False, False, True]
    with session_factory() as session:
        assert session.scalar(select(func.count()).select_from(Mail)) == 1


def test_a_line_break_in_a_subject_smuggles_no_header(session: Session) -> None:
    mail = queue(session, subject="Dossier\r\nBcc: tous@example.fr\x00\u2028 SEMIS")
    assert mail is not None
    assert mail.subject == "Dossier Bcc: tous@example.fr SEMIS"


def test_a_long_subject_is_cut_and_says_so(session: Session) -> None:
    mail = queue(session, subject="é" * 300)
    assert mail is not None
    assert mail.subject == "é" * 254 + "…"


def test_a_body_keeps_its_lines_and_loses_what_no_database_takes(session: Session) -> None:
    mail = queue(session, body="Bonjour,\r\n\tvoilà\x00 l’avis\ud800 \x1b[1m🏠.\r")
    assert mail is not None
    session.expire_all()
    assert mail.body == "Bonjour,\n\tvoilà l’avis [1m🏠.\n"


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "bailleur",
        "@example.fr",
        "bailleur@",
        "a@example.fr, b@example.fr",
        "a@example.fr b@example.fr",
        "Nom <a@example.fr>",
        "a@example.fr\nBcc: b@example.fr",
        "a@example.fr\r\n",
        '"a b"@example.fr',
        "a@b@example.fr",
        "accentué@example.fr",
        f"{'a' * 250}@example.fr",
    ],
)
def test_what_is_not_one_plain_address_is_refused(session: Session, recipient: str) -> None:
    with pytest.raises(BadRecipient) as caught:
        queue(session, recipient)
    assert caught.value.recipient == recipient
    assert session.scalars(select(Mail)).all() == []


def test_mails_are_claimed_when_due_and_earliest_first(session: Session) -> None:
    queue(session, "demain@example.fr", due_at=NOW + timedelta(days=1))
    queue(session, "second@example.fr", due_at=NOW)
    queue(session, "premier@example.fr", due_at=NOW - MINUTE)
    claimed = claim(session, now=NOW, lease=2 * MINUTE)
    assert [mail.recipient for mail in claimed] == ["premier@example.fr", "second@example.fr"]
    assert {(mail.status, mail.attempts, mail.leased_until) for mail in claimed} == {
        ("sending", 1, NOW + 2 * MINUTE)
    }


def test_a_claim_takes_no_more_than_its_limit(session: Session) -> None:
    for number in range(3):
        queued(session, f"b{number}@example.fr")
    assert len(claim(session, now=NOW, limit=2)) == 2
    assert len(claim(session, now=NOW, limit=2)) == 1


@pytest.mark.databases("postgresql")  # SQLite has one writer at a time
def test_a_claim_passes_over_mails_that_another_claim_is_taking(
    session_factory: sessionmaker[Session],
) -> None:
    with session_factory() as session, session.begin():
        queued(session, "a@example.fr")
        queued(session, "b@example.fr")
    with session_factory() as first, session_factory() as second:
        second.execute(text("SET lock_timeout = '2s'"))
        claims = [claim(session, now=NOW, limit=1) for session in (first, second)]
        assert [[mail.recipient for mail in mails] for mails in claims] == [
            ["a@example.fr"],
            ["b@example.fr"],
        ]
        assert claim(second, now=NOW) == []


def test_a_claimed_mail_is_free_again_only_when_its_lease_is_over(session: Session) -> None:
    queued(session)
    claim(session, now=NOW, lease=2 * MINUTE)
    assert claim(session, now=NOW + 2 * MINUTE - timedelta(seconds=1)) == []
    (again,) = claim(session, now=NOW + 2 * MINUTE)
    assert again.attempts == 2


def test_a_sent_mail_is_never_claimed_again(session: Session) -> None:
    mail = queued(session)
    claim(session, now=NOW)
    mark_sent(session, mail, now=NOW + MINUTE)
    session.expire_all()
    assert (mail.status, mail.sent_at, mail.leased_until) == ("sent", NOW + MINUTE, None)
    assert claim(session, now=NOW + timedelta(days=365)) == []


def test_attempts_wait_longer_and_longer_before_the_mail_has_failed(session: Session) -> None:
    mail = queued(session)
    waits = []
    now = NOW
    while claim(session, now=now):
        mark_failed_attempt(session, mail, now=now, error="450 réessayez")
        session.refresh(mail)
        waits.append((mail.status, mail.attempts, (mail.due_at - now) // MINUTE))
        now = mail.due_at
        if mail.status == "failed":
            break
    assert waits == [
        ("queued", 1, 1),
        ("queued", 2, 5),
        ("queued", 3, 15),
        ("queued", 4, 60),
        ("queued", 5, 240),
        ("failed", 6, 0),
    ]
    assert mail.last_error == "450 réessayez"
    assert claim(session, now=now + timedelta(days=365)) == []


def test_a_permanent_refusal_fails_at_once(session: Session) -> None:
    mail = queued(session)
    claim(session, now=NOW)
    goes_on = mark_failed_attempt(session, mail, now=NOW, error="550 inconnu", permanent=True)
    session.refresh(mail)
    assert (goes_on, mail.status, mail.last_error) == (False, "failed", "550 inconnu")


def test_a_failed_mail_is_sent_again_by_hand_once(session: Session) -> None:
    mail = queued(session)
    claim(session, now=NOW)
    mark_failed_attempt(session, mail, now=NOW, error="550 inconnu", permanent=True)
    retry(session, mail, now=NOW + MINUTE)
    session.refresh(mail)
    assert (mail.status, mail.attempts, mail.due_at) == ("queued", 0, NOW + MINUTE)
    assert mail.last_error == "550 inconnu"
    with pytest.raises(MailNotFailed):
        retry(session, mail, now=NOW + MINUTE)


def test_a_slow_worker_cannot_undo_what_its_successor_did(session: Session) -> None:
    queued(session)
    (slow,) = claim(session, now=NOW, lease=MINUTE)
    session.expunge(slow)
    (taken_over,) = claim(session, now=NOW + MINUTE, lease=MINUTE)
    mark_failed_attempt(session, slow, now=NOW + MINUTE, error="trop tard")
    session.refresh(taken_over)
    assert (taken_over.status, taken_over.last_error) == ("sending", None)
    mark_sent(session, taken_over, now=NOW + MINUTE)
    mark_sent(session, slow, now=NOW + 2 * MINUTE)
    mark_failed_attempt(session, slow, now=NOW + 2 * MINUTE, error="trop tard")
    session.refresh(taken_over)
    assert (taken_over.status, taken_over.sent_at) == ("sent", NOW + MINUTE)
