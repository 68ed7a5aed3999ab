"""A call tried in a throw-away instance: everybody's seat, and days that pass at will."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from grants.app import create_app
from grants.calls.models import Call, CallStatus, HearingSlot
from grants.config import read_settings
from grants.extensions import db
from grants.rehearsal.stage import set_up
from tests.databases import ROOT
from tests.definitions.rich import RICH
from tests.web.browsing import read


@pytest.fixture
def tried(tmp_path, database_url):
    settings = read_settings(
        {
            "GRANTS_INSTANCE": str(tmp_path),
            "GRANTS_DATABASE_URL": database_url,
            "GRANTS_DEMO": "1",
        },
        ROOT,
    )
    bare = create_app(settings)
    with bare.app_context():
        rehearsal = set_up(db.session(), RICH, tmp_path)
        db.session.commit()
        db.engine.dispose()
    app = create_app(settings, clock=rehearsal.clock, rehearsal=rehearsal)
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


def token_of(client) -> str:
    page = client.get("/essayer").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def part(app, role):
    parts = app.extensions["rehearsal"].parts
    return next(each for each in parts if role in each.roles)


def sit(client, somebody):
    return client.post(f"/essayer/{somebody.user_id}", data={"csrf_token": token_of(client)})


def test_the_call_is_open_and_its_hearings_are_to_come(tried):
    clock = tried.extensions["rehearsal"].clock
    with tried.app_context():
        call = db.session.scalars(select(Call)).one()
        starts = db.session.scalars(select(HearingSlot.starts_at)).all()

        assert call.status(clock()) is CallStatus.OPEN
        assert [each > clock() for each in starts] == [True] * 3


def test_the_page_lists_every_role_under_a_notice_that_nothing_is_real(tried):
    page = read(tried.test_client().get("/essayer"))

    assert "Bac à sable : rien n’est réel" in page
    for role in ("Porteur", "Agent du service social", "Membre du jury", "Président du comité"):
        assert role in page


def test_one_press_takes_a_seat_and_the_next_one_another(tried):
    client = tried.test_client()

    assert sit(client, part(tried, "Porteur")).status_code == 303
    assert client.get("/mes-dossiers").status_code == 200
    assert client.get("/instruction").status_code == 403

    assert sit(client, part(tried, "Membre du jury")).status_code == 303
    assert client.get("/instruction").status_code == 200
    assert client.get("/mes-dossiers").status_code == 403


def test_a_seat_is_not_taken_without_the_token_of_the_page(tried):
    client = tried.test_client()

    answer = client.post(f"/essayer/{part(tried, 'Porteur').user_id}")

    assert answer.status_code == 400
    assert client.get("/mes-dossiers").status_code == 303


def test_nobody_outside_the_cast_can_be_played(tried):
    client = tried.test_client()

    answer = client.post("/essayer/999", data={"csrf_token": token_of(client)})

    assert answer.status_code == 404


def test_days_pass_at_will_and_the_call_closes_with_them(tried):
    client = tried.test_client()
    clock = tried.extensions["rehearsal"].clock
    before = clock()

    answer = client.post("/essayer/calendrier", data={"csrf_token": token_of(client), "days": "60"})

    assert answer.status_code == 303
    assert clock() - before >= timedelta(days=60)
    with tried.app_context():
        assert db.session.scalars(select(Call)).one().status(clock()) is CallStatus.CLOSED


@pytest.mark.parametrize("days", ["0", "-3", "91", "demain", ""])
def test_the_calendar_goes_forward_by_a_few_days_only(tried, days):
    client = tried.test_client()

    answer = client.post("/essayer/calendrier", data={"csrf_token": token_of(client), "days": days})

    assert answer.status_code == 400


def test_an_ordinary_instance_has_no_such_page(client):
    assert client.get("/essayer").status_code == 404
    assert client.post("/essayer/1").status_code == 404


def test_the_command_serves_the_call_then_erases_everything(tmp_path):
    file = tmp_path / "rich.yaml"
    file.write_text(RICH, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    served = subprocess.Popen(
        [Path(sys.executable).with_name("grants"), "call", "try", str(file), "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        # A shell that runs the tests behind has them ignore it, and their children with them.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    try:
        said = served.stdout.readline()
        kept = [each.name for each in tmp_path.iterdir() if each.is_dir()]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/essayer") as answer:
            page = answer.read().decode()
    finally:
        served.send_signal(signal.SIGINT)
        told, _ = served.communicate(timeout=90)

    assert said.startswith(f"À ouvrir : http://127.0.0.1:{port}/essayer")
    assert "Essayer cet appel" in page
    assert len(kept) == 1
    assert "Arrêté : l’essai est effacé." in told
    assert [each.name for each in tmp_path.iterdir()] == ["rich.yaml"]
