"""Throw-away instances inside the real one: what they hold, whose they are, how they end."""

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.loader import CallFileInvalid
from grants.calls.models import Call, CallStatus
from grants.cli.instance import engine_of
from grants.cli.serving import _workers
from grants.config import SmtpServer, read_settings
from grants.rehearsal import sandboxes as module
from grants.rehearsal.sandboxes import AT_MOST, Sandboxes, TooManySandboxes
from tests.databases import ROOT
from tests.definitions.small import SMALL
from tests.factories import NOW

ALONE = SMALL.replace("model: presentation-hlm.docx, ", "")
OWNER = "responsable@dihal.example"
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("instance")
    environ = {
        "GRANTS_INSTANCE": str(folder),
        "GRANTS_BASE_URL": "https://appels.example",
        "GRANTS_PROXIES": "1",
    }
    return replace(read_settings(environ, ROOT), smtp=SmtpServer("mail.example", 25))


@pytest.fixture(scope="module")
def once(settings):
    """One sandbox, that every test finds in a copy of its own."""
    return make(Sandboxes(settings))


def make(sandboxes, *, owner=OWNER, source=ALONE, now=NOW):
    return sandboxes.make(source, owner=owner, revision=2, way_out="/gestion", now=now)


@pytest.fixture
def sandboxes(settings, once, tmp_path):
    """Installations are known by their folder alone."""
    shutil.copytree(settings.instance / "sandboxes", tmp_path / "sandboxes")
    return Sandboxes(replace(settings, instance=tmp_path))


def test_a_sandbox_is_found_again_as_it_was_made(settings, once):
    assert Sandboxes(settings).find(once.token) == once
    assert (once.rehearsal.slug, once.rehearsal.way_out, once.revision) == (
        "jardins-partages",
        "/gestion",
        2,
    )
    assert once.ends_at == NOW + WEEK


def test_its_call_is_open_in_a_database_of_its_own_for_the_people_it_names(once):
    engine = create_engine(once.settings.database_url)
    with Session(engine) as session:
        call = session.scalars(select(Call)).one()
        people = {session.get_one(User, part.user_id).name for part in once.rehearsal.parts}

        assert call.status(once.rehearsal.clock()) is CallStatus.OPEN
        assert people == {part.name for part in once.rehearsal.parts}
    engine.dispose()


def test_nothing_in_its_settings_leads_outside(settings, once):
    own = once.settings

    assert own.instance == settings.instance / "sandboxes" / once.token
    assert own.database_url == f"sqlite:///{own.instance}/grants.sqlite"
    assert own.files == own.instance / "files"
    assert own.base_url == f"https://appels.example/essai/{once.token}"
    assert (own.smtp, own.demo, own.second_factor, own.proxies) == (None, True, "off", 0)


def test_its_secrets_are_no_other_instances(settings, once, sandboxes):
    other = make(sandboxes).settings
    secrets = [
        getattr(each, name)
        for each in (settings, once.settings, other)
        for name in ("secret_key", "password_salt", "totp_secret")
    ]

    assert len(set(secrets)) == 9
    assert min(map(len, secrets)) >= 32


def test_a_person_has_some_at_most_and_sees_only_these(sandboxes, once):
    for _ in range(AT_MOST - 1):
        make(sandboxes, now=NOW + HOUR)

    with pytest.raises(TooManySandboxes):
        make(sandboxes)
    others = make(sandboxes, owner="autre@dihal.example")

    assert [each.made_at for each in sandboxes.of(OWNER)] == [NOW + HOUR, NOW + HOUR, NOW]
    assert [each.token for each in sandboxes.of("autre@dihal.example", "jardins-partages")] == [
        others.token
    ]
    assert sandboxes.of(OWNER, "another-call") == []


def test_an_erased_one_is_gone_from_the_disk(sandboxes, once):
    sandboxes.erase(once.token)
    sandboxes.erase(once.token)

    assert sandboxes.find(once.token) is None
    assert list(sandboxes.folder.iterdir()) == []


def test_a_demonstration_made_anew_erases_them_all(sandboxes, once):
    make(sandboxes)
    sandboxes.erase_all()
    assert list(sandboxes.folder.iterdir()) == []


def test_a_file_at_fault_leaves_nothing_behind(sandboxes, once):
    with pytest.raises(CallFileInvalid):
        make(sandboxes, source="slug: small")

    assert [each.name for each in sandboxes.folder.iterdir()] == [once.token]


def test_after_a_week_it_is_swept(sandboxes, once):
    assert sandboxes.sweep(now=NOW + WEEK - HOUR) == 0
    assert sandboxes.find(once.token) is not None

    assert sandboxes.sweep(now=NOW + WEEK) == 1
    assert list(sandboxes.folder.iterdir()) == []


def test_what_was_never_whole_is_swept_once_it_is_old(sandboxes, once):
    half = sandboxes.folder / ("0" * 32)
    half.mkdir()
    os.utime(half, (NOW.timestamp(), NOW.timestamp()))

    assert sandboxes.find(half.name) is None
    assert sandboxes.sweep(now=NOW + HOUR / 2) == 0
    assert sandboxes.sweep(now=NOW + HOUR) == 1
    assert [each.name for each in sandboxes.folder.iterdir()] == [once.token]


def test_the_server_sweeps_them(sandboxes, once):
    engine = engine_of(once.settings)  # any database with tables does for the clocks
    worker, *_ = _workers(replace(sandboxes.real, smtp=None), engine)
    old = make(sandboxes, now=datetime(2014, 5, 18, tzinfo=UTC))

    worker.run_once()

    assert sandboxes.find(old.token) is None
    engine.dispose()


def test_one_whose_tables_are_of_another_version_is_not_opened(sandboxes, once, monkeypatch):
    monkeypatch.setattr(module, "_tables", lambda: "others")

    assert sandboxes.find(once.token) is None


@pytest.mark.parametrize("token", ["", ".", "..", "0" * 31, "../" + "0" * 29, "É" * 32, "A" * 32])
def test_what_is_no_token_is_looked_for_nowhere(sandboxes, token):
    assert sandboxes.find(token) is None
