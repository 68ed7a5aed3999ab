"""Documents issued: frozen once, known again by their code and by their bytes."""

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from grants.accounts.models import User
from grants.database import WRITING
from grants.dossiers.errors import StillWritten
from grants.dossiers.models import IssuedDocument
from grants.dossiers.operations.files import SWEPT_AFTER, held_files, sweep_files
from grants.dossiers.operations.issuing import (
    Press,
    issue_by_act,
    issue_pdf,
    issue_presentation,
)
from grants.dossiers.papers import presentation_manuscript
from grants.dossiers.presentation import Reader, is_project
from grants.dossiers.queries import dossier_by_reference
from grants.dossiers.register import Verdict, Verified, document_of_code, verified
from grants.files import FileStore
from grants.forms import Count
from grants.workflows.definition import Audience
from tests.factories import (
    DEPARTMENT_OPINION,
    NOW,
    SEMIS,
    a_decided,
    a_department_given,
    a_draft,
    a_notified,
    a_submitted,
    a_world,
    act,
    opine,
)
from tests.word import lines, opened

APPLICANT, SERVICE = Reader(Audience.APPLICANT), Reader(Audience.SERVICE)
MARK = (
    r"Code de vérification : ((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}) · https://aap\.example\.org/verifier"
)


@pytest.fixture
def press(tmp_path):
    return Press(FileStore(tmp_path / "files"), "https://aap.example.org/verifier", b"key")


@pytest.fixture
def world(session):
    return a_world(session)


def issued(session):
    return session.scalars(select(IssuedDocument).order_by(IssuedDocument.id)).all()


def content(document, press):
    [file] = document.files
    with press.store.open_checked(file.sha256) as stored:
        return stored.read()


def feet(file):
    """What stands at the foot of the first page, and of the others."""
    [section] = opened(file).sections
    return [
        [each.text.replace("\N{NO-BREAK SPACE}", " ") for each in foot.paragraphs]
        for foot in (section.first_page_footer, section.footer)
    ]


def shown(world, dossier, press, reader=SERVICE, *, version=0, now=NOW):
    document, _ = issue_presentation(
        world.session, dossier, reader, dossier.versions[version], actor=None, now=now, press=press
    )
    return document


def changed(file, *, without=()):
    """The file saved by another program: the same words, other bytes."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as source, zipfile.ZipFile(saved, "w") as target:
        for name in source.namelist():
            if name not in without:
                target.writestr(name, source.read(name))
    return saved.getvalue()


# By an act


def test_a_deposit_issues_its_receipt_and_a_notification_its_letter(session, world, press):
    deposited, decided = a_draft(world, SEMIS), a_decided(world)
    act(world, deposited, "submit", world.signatory, press=press)
    act(world, decided, "notify", world.dreal_head, press=press)

    receipt, letter = issued(session)
    told = [(each.kind, each.dossier, each.act_step, each.issued_by) for each in (receipt, letter)]
    assert told == [
        ("receipt", deposited, 1, world.signatory),
        ("letter", decided, decided.step, world.dreal_head),
    ]
    first, second = (content(each, press) for each in (receipt, letter))
    assert "Accusé de réception" in lines(first)
    assert lines(second)[12:17] == [
        "Décision prise le 16 novembre 2026 par Dreal54 Head, Décideur (niveau régional).",
        "Décision\tRetenu",
        "Montant attribué\t20\N{NARROW NO-BREAK SPACE}000 €",
        "Conditions",
        "Bilan annuel.",
    ]
    codes = [re.fullmatch(MARK, foot[-1])[1] for file in (first, second) for foot in feet(file)]
    assert [document_of_code(session, each) for each in codes] == [receipt] * 2 + [letter] * 2


def test_what_an_act_that_is_undone_issued_was_never_issued(session, world, press):
    dossier = a_draft(world, SEMIS)
    session.commit()
    act(world, dossier, "submit", world.signatory, press=press)
    session.rollback()

    assert issued(session) == []
    assert len(sweep_files(session, press.store, now=NOW + timedelta(days=40_000))) == 1


def test_a_receipt_that_cannot_be_written_keeps_nobody_from_depositing(
    session, world, press, tmp_path, caplog
):
    (tmp_path / "files").write_text("A file where the folder of files should be.")
    dossier = a_draft(world, SEMIS)
    event = act(world, dossier, "submit", world.signatory, press=press)
    session.commit()
    assert (dossier.state, issued(session)) == ("submitted", [])
    assert f"nothing issued for {dossier.reference}, step 1" in caplog.text

    (tmp_path / "files").unlink()
    assert [each.kind for each in issue_by_act(session, dossier, event, press=press)] == ["receipt"]


def test_an_act_of_before_documents_were_issued_has_them_issued_when_asked_for(
    session, world, press
):
    dossier = a_notified(world)

    late = [issue_by_act(session, dossier, each, press=press) for each in dossier.events]
    again = [issue_by_act(session, dossier, each, press=press) for each in dossier.events]

    assert [[each.kind for each in documents] for documents in late] == [
        ["receipt"],
        [],
        [],
        [],
        ["letter"],
    ]
    assert again == late


def test_a_second_notification_in_the_same_words_gives_a_letter_of_its_own(session, world, press):
    waiting = {"outcome": "waiting_list", "rank": Count(3), "reason": "Enveloppe épuisée."}
    dossier = a_decided(world, waiting)
    first = act(world, dossier, "notify", world.dreal_head, press=press)
    act(world, dossier, "promote", world.dreal_head, waiting)
    second = act(world, dossier, "notify", world.dreal_head, press=press)

    assert [each.act_step for each in issued(session)] == [first.step, second.step]


# On demand


def test_the_same_words_are_the_same_document_whenever_and_by_whomever_asked(session, world, press):
    dossier = a_submitted(world)

    first = shown(world, dossier, press)
    later = shown(world, dossier, press, now=NOW + timedelta(days=9))
    applicants = shown(world, dossier, press, APPLICANT)

    assert later is first
    assert applicants is not first  # the state is worded otherwise for them
    assert verified(session, content(first, press)) == Verified(Verdict.IDENTICAL, first)


def test_each_step_has_its_own_document_and_the_earlier_one_stays(session, world, press):
    dossier = a_department_given(world)
    before = shown(world, dossier, press)
    act(
        world,
        dossier,
        "return_to_department",
        world.dreal_head,
        {"comment": "Préciser les conditions."},
    )
    after = shown(world, dossier, press)

    assert after.code != before.code
    assert [each.code for each in issued(session)] == [before.code, after.code]
    assert verified(session, content(before, press)).verdict is Verdict.IDENTICAL


def test_what_is_still_being_written_is_a_project(world):
    dossier = a_submitted(world)
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)
    writer = Reader(Audience.SERVICE, frozenset({"department_officer"}))
    call, version = dossier.definition, dossier.versions[0]

    assert is_project(dossier, call, writer, version)
    assert is_project(dossier, call, APPLICANT, None)
    assert not is_project(dossier, call, SERVICE, version)


def test_a_project_is_not_issued_by_whoever_asks(session, world, press):
    dossier = a_submitted(world)
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)
    writer = Reader(Audience.SERVICE, frozenset({"department_officer"}))

    with pytest.raises(StillWritten):
        shown(world, dossier, press, writer)
    assert issued(session) == []


def test_a_pdf_of_other_words_than_its_word_file_is_refused(world, press):
    dossier = a_submitted(world)
    document = shown(world, dossier, press)
    others = presentation_manuscript(
        dossier,
        dossier.definition,
        SERVICE,
        version=dossier.versions[0],
        demo_notice="Démonstration",
        now=NOW,
    )

    with pytest.raises(ValueError, match=document.code):
        issue_pdf(world.session, document, others, press=press)
    assert [each.format for each in document.files] == ["docx"]


def test_two_who_ask_first_at_once_are_given_one_document_and_its_one_pdf(
    session, session_factory, world, press
):
    reference, officer = a_submitted(world).reference, world.ddcs17_officer.id
    session.commit()
    together = Barrier(2)

    def ask():
        with session_factory() as own:
            together.wait(timeout=10)
            own.connection(execution_options=WRITING)
            dossier = dossier_by_reference(own, reference)
            document, words = issue_presentation(
                own,
                dossier,
                SERVICE,
                dossier.versions[0],
                actor=own.get_one(User, officer),
                now=NOW,
                press=press,
            )
            pdf = issue_pdf(own, document, words, press=press)
            own.commit()
            return document.code, pdf.sha256

    with ThreadPoolExecutor(max_workers=2) as people:
        given = [each.result(20) for each in [people.submit(ask) for _ in range(2)]]

    assert given[0] == given[1]
    assert session.scalar(select(func.count()).select_from(IssuedDocument)) == 1


# Verifying


def test_a_file_is_identical_altered_or_unknown(session, world, press):
    document = shown(world, a_submitted(world), press)
    file = content(document, press)
    sealed = changed(file)
    printed = changed(file, without=["docProps/custom.xml"])
    bare = changed(file, without=["docProps/custom.xml", "word/footer1.xml"])

    assert [verified(session, each) for each in (file, sealed, printed, bare, file[:-9])] == [
        Verified(Verdict.IDENTICAL, document),
        Verified(Verdict.ALTERED, document),
        Verified(Verdict.ALTERED, document),
        Verified(Verdict.UNKNOWN),
        Verified(Verdict.ALTERED, document),
    ]


def test_the_files_of_issued_documents_are_held(session, world, press):
    document = shown(world, a_submitted(world), press)

    assert held_files(session) == {document.files[0].sha256}
    assert sweep_files(session, press.store, now=NOW + SWEPT_AFTER * 40_000) == []
