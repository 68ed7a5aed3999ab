"""What waits for LibreOffice, on both databases: one at a time, tried again, kept or read."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.database import WRITING
from grants.documents.codes import printed_code
from grants.documents.converting import office
from grants.dossiers.errors import ProposalRefused
from grants.dossiers.models import Conversion, IssuedDocument, Proposal
from grants.dossiers.office import Desk, OfficeRun, run_conversions
from grants.dossiers.operations import discard
from grants.dossiers.operations.conversions import (
    INTERRUPTED,
    LEASE,
    RETRY_AFTER,
    SWEPT_AFTER,
    TOLD_FOR,
    ahead_of,
    ask_pdf,
    ask_reading,
    forget,
    held,
    pdf_asked,
    retry,
    sweep_conversions,
    take,
    unread_of,
)
from grants.dossiers.operations.files import held_files
from grants.dossiers.operations.importing import Place
from grants.dossiers.operations.issuing import Press, file_of, issue_by_act
from grants.dossiers.operations.proposals import MOST_KEPT, SentFile
from grants.dossiers.register import Verdict, Verified, verified
from grants.files import FileStore
from tests.answers import call_of
from tests.factories import NOW, SEMIS, a_draft, a_submitted, a_world
from tests.office import an_odt, program
from tests.pdf import words
from tests.returned import written

__all__ = ["program"]

SENT = SentFile("projet.odt", an_odt())
SECOND = timedelta(seconds=1)


@pytest.fixture
def world(session: Session):
    return a_world(session)


@pytest.fixture
def press(tmp_path):
    return Press(FileStore(tmp_path / "files"), "https://aap.example.org/verifier", b"key")


@pytest.fixture
def sent(tmp_path):
    return FileStore(tmp_path / "sent")


@pytest.fixture
def at_work(session_factory, press, sent, program):
    """Runs what is due at that instant."""

    def run(now: datetime = NOW) -> OfficeRun:
        return run_conversions(session_factory, Desk(office(), press, sent), clock=lambda: now)

    return run


def a_receipt(world, press) -> IssuedDocument:
    dossier = a_submitted(world)
    [document] = issue_by_act(world.session, dossier, dossier.events[0], press=press)
    return document


def asked(world, press, document=None) -> Conversion:
    document = document or a_receipt(world, press)
    made = ask_pdf(world.session, document, actor=world.editor, now=NOW)
    world.session.commit()
    return made


def sent_to(world, sent, place: Place, actor=None, file=SENT) -> Conversion:
    sent.put(io.BytesIO(file.content), most=len(file.content))
    with sent.open(file.sha256) as kept:
        os.utime(kept.fileno(), (NOW.timestamp(), NOW.timestamp()))
    made = ask_reading(world.session, place, file, actor=actor or world.editor, now=NOW)
    world.session.commit()
    return made


def taken(session, now=NOW) -> int | None:
    """By a worker that does no more."""
    session.rollback()
    session.connection(execution_options=WRITING)
    found = take(session, now=now)
    session.commit()
    return found.id if found else None


def again(session, conversion: Conversion) -> Conversion:
    session.rollback()
    session.refresh(conversion)
    return conversion


def test_of_all_that_is_asked_one_runs_at_a_time_in_turn(session, world, press):
    first = asked(world, press)
    second = asked(world, press)
    assert asked(world, press, first.document).id == first.id
    assert [ahead_of(session, each) for each in (first, second)] == [0, 1]

    assert taken(session) == first.id
    assert taken(session) is None
    assert again(session, second).status == "waiting"
    assert ahead_of(session, second) == 1


def test_what_a_killed_worker_held_is_taken_over_and_not_for_ever(session, world, press):
    conversion = asked(world, press)
    now, seen = NOW, []
    for _ in range(5):
        seen.append((taken(session, now), taken(session, now + LEASE - SECOND)))
        now += LEASE

    assert seen == [(conversion.id, None)] * 3 + [(None, None)] * 2
    ended = again(session, conversion)
    assert (ended.status, ended.attempts, ended.reason) == ("failed", 3, INTERRUPTED)

    retry(session, conversion, now=now)
    assert (conversion.status, conversion.attempts, conversion.reason) == ("waiting", 0, None)


def test_two_workers_at_once_take_one_of_two(session_factory, world, press):
    asked(world, press)
    asked(world, press)
    world.session.close()

    def work(_: int) -> int | None:
        with session_factory() as session:
            return taken(session)

    with ThreadPoolExecutor(2) as workers:
        found = list(workers.map(work, range(2)))
    assert found.count(None) == 1


def test_the_pdf_of_a_word_file_is_kept_and_known_as_its_document(session, world, press, at_work):
    document = a_receipt(world, press)
    other = a_receipt(world, press)
    asked(world, press, document)

    assert at_work() == OfficeRun(made=1)

    session.refresh(document, ["files"])
    frozen = file_of(document, "word_pdf")
    with press.store.open_checked(frozen.sha256) as file:
        assert verified(session, file.read()).verdict is Verdict.IDENTICAL
    assert frozen.sha256 in held_files(session)
    assert pdf_asked(session, document).status == "done"
    assert pdf_asked(session, other) is None


def test_what_fails_is_tried_three_times_and_again_when_asked(
    session, world, press, at_work, program
):
    conversion = asked(world, press)
    program.breaks()
    first, second = NOW + RETRY_AFTER[0], NOW + RETRY_AFTER[0] + RETRY_AFTER[1]

    runs = [at_work(), at_work(first - SECOND), at_work(first), at_work(second), at_work(second)]

    nothing = OfficeRun()
    assert runs == [OfficeRun(put_back=1), nothing, OfficeRun(put_back=1), *runs[3:]]
    assert runs[3:] == [OfficeRun(failed=1), nothing]
    failed = again(session, conversion)
    assert failed.reason == "Ce fichier Word n’a pas pu être mis en PDF."
    program.breaks(broken=False)
    asked(world, press, failed.document)
    assert at_work(second) == OfficeRun(made=1)


def test_a_file_that_was_sent_is_read_for_its_sender_and_then_gone(
    session, session_factory, world, sent, at_work, program
):
    dossier = a_draft(world)
    program.makes(written(call_of("hlm-accompagnes"), SEMIS | {"project_name": "Un toit"}))
    conversion = sent_to(world, sent, Place(world.call, dossier))
    assert sent_to(world, sent, Place(world.call, dossier)).id == conversion.id
    assert unread_of(session, world.editor, dossier=dossier) == [conversion]
    assert unread_of(session, world.signatory, dossier=dossier) == []
    later = NOW + SWEPT_AFTER + SECOND
    sweep_conversions(session_factory, sent, now=later)
    assert sent.missing([SENT.sha256]) == []

    assert at_work() == OfficeRun(made=1)

    proposal = again(session, conversion).proposal
    assert (proposal.author, proposal.name, proposal.dossier) == (
        world.editor,
        "projet.odt",
        dossier,
    )
    assert proposal.reading["answers"]["project_name"]["value"] == "Un toit"
    assert unread_of(session, world.editor, dossier=dossier) == []
    sweep_conversions(session_factory, sent, now=later)
    assert sent.missing([SENT.sha256]) == [SENT.sha256]

    sent_to(world, sent, Place(world.call, dossier))
    at_work()
    assert session.scalars(select(Proposal.id)).all() == [again(session, conversion).proposal_id]
    session.delete(conversion.proposal)
    session.commit()
    assert session.scalars(select(Conversion)).all() == []


def test_an_opinion_in_the_file_of_a_service_is_its_own_alone(
    session, world, sent, at_work, program
):
    dossier = a_submitted(world)
    call = call_of("hlm-accompagnes")
    program.makes(written(call, SEMIS, opinion_department_opinion="Projet utile."))
    place = Place(world.call, dossier, opinion="department")
    conversion = sent_to(world, sent, place, actor=world.ddcs17_officer)

    assert at_work() == OfficeRun(made=1)

    [proposal] = session.scalars(select(Proposal))
    assert (proposal.opinion_key, proposal.author) == ("department", world.ddcs17_officer)
    assert again(session, conversion).proposal_id == proposal.id


def test_what_another_attempt_would_say_again_fails_at_once(session, world, sent, at_work, program):
    program.makes(written(call_of("fej-2009"), {}))
    other_call = sent_to(world, sent, Place(world.call, organisation=world.semis))
    nothing_of_hers = sent_to(
        world, sent, Place(world.call, a_draft(world)), actor=world.ddcs17_officer
    )
    never_put = ask_reading(
        session,
        Place(world.call, organisation=world.semis),
        replace(SENT, content=b"elsewhere"),
        actor=world.editor,
        now=NOW,
    )
    session.commit()

    assert at_work() == OfficeRun(failed=3)

    reasons = [again(session, each).reason for each in (other_call, nothing_of_hers, never_put)]
    assert reasons[0].startswith("Ce fichier est le formulaire d’un autre appel")
    assert reasons[1].startswith("Ce fichier est le formulaire d’un autre appel")
    assert reasons[2] == "Le fichier à convertir n’est plus là : envoyez-le à nouveau."
    assert session.scalars(select(Proposal)).all() == []


def test_a_draft_takes_with_it_what_was_sent_for_it(session, world, sent, at_work):
    dossier = a_draft(world)
    sent_to(world, sent, Place(world.call, dossier))
    discard(session, dossier, actor=world.editor, now=NOW)
    session.commit()
    assert at_work() == OfficeRun()
    assert session.scalars(select(Conversion)).all() == []


def test_what_was_abandoned_while_it_ran_comes_to_nothing(session, world, sent):
    place = Place(world.call, organisation=world.semis)
    sent_to(world, sent, place)
    session.connection(execution_options=WRITING)
    running = take(session, now=NOW)
    session.commit()
    session.refresh(running)
    session.expunge(running)
    forget(session, running)
    other = sent_to(world, sent, place, file=replace(SENT, content=b"another"))

    assert taken(session) == other.id
    assert held(session, running) is None


def test_one_person_has_not_too_many_files_to_be_read(session, world, sent):
    place = Place(world.call, organisation=world.semis)
    for number in range(MOST_KEPT):
        file = SentFile("projet.odt", str(number).encode())
        ask_reading(session, place, file, actor=world.editor, now=NOW)
    with pytest.raises(ProposalRefused, match="50 fichiers"):
        ask_reading(session, place, SENT, actor=world.editor, now=NOW)
    ask_reading(session, place, file, actor=world.editor, now=NOW)
    ask_reading(session, place, SENT, actor=session.get_one(User, world.signatory.id), now=NOW)


def test_what_ended_is_forgotten_after_a_day_and_the_pdf_stays(
    session, session_factory, world, press, sent, at_work
):
    document = a_receipt(world, press)
    asked(world, press, document)
    at_work()

    sweep_conversions(session_factory, sent, now=NOW + TOLD_FOR - SECOND)
    assert again(session, pdf_asked(session, document)).status == "done"
    sweep_conversions(session_factory, sent, now=NOW + TOLD_FOR)
    session.rollback()
    assert pdf_asked(session, document) is None
    session.refresh(document, ["files"])
    assert file_of(document, "word_pdf") is not None


@pytest.mark.databases("sqlite")
def test_libreoffice_makes_a_pdf_that_shows_the_code_of_its_document(
    session, session_factory, world, press, sent
):
    if office() is None:
        pytest.skip("LibreOffice (soffice) ou unshare n’est pas là : pas de conversion essayée")
    document = a_receipt(world, press)
    asked(world, press, document)

    desk = Desk(office(), press, sent)
    assert run_conversions(session_factory, desk, clock=lambda: NOW) == OfficeRun(made=1)

    session.refresh(document, ["files"])
    with press.store.open_checked(file_of(document, "word_pdf").sha256) as kept:
        file = kept.read()
    assert verified(session, file) == Verified(Verdict.IDENTICAL, document)
    assert verified(session, file + b"\n") == Verified(Verdict.ALTERED, document)
    assert printed_code(document.code) in words(file)
