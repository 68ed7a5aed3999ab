"""A sandbox behind its door: its maker alone gets in, and nothing gets out."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from grants.mail.models import Mail
from grants.rehearsal.sandboxes import Sandboxes
from grants.web import door
from tests.databases import ROOT
from tests.definitions.rich import RICH
from tests.factories import a_user
from tests.web.browsing import read, submit
from tests.web.world import world

__all__ = ["world"]

NOW = datetime.now(UTC)


@pytest.fixture
def sandbox(app, world):
    return make(app, world.call_manager)


def make(app, owner):
    sandboxes = Sandboxes(app.config["SETTINGS"])
    return sandboxes.make(
        RICH, owner=owner.email, revision=1, way_out="/gestion/appels/hlm", now=NOW
    )


@pytest.fixture
def at(sandbox):
    """The address of a page of the sandbox."""
    return lambda path: f"/essai/{sandbox.token}{path}"


@pytest.fixture
def manager(client, world, sign_in):
    """The browser of the maker, who reads the token of each form in its page, as people do."""
    sign_in(client, world.call_manager)
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    return client


def sit(client, sandbox, role):
    part = next(each for each in sandbox.rehearsal.parts if role in each.roles)
    seats = f"/essai/{sandbox.token}/essayer"
    return submit(client, seats, to=f"{seats}/{part.user_id}")


def test_its_maker_alone_finds_it_and_only_while_signed_in(client, world, sign_in, sandbox, at):
    other = a_user(world.session, "other-manager", manages_calls=True)
    world.session.commit()
    for person in (None, world.editor, other):
        sign_in(client, person)
        answers = [client.get(at(path)).status_code for path in ("", "/", "/essayer", "/appels")]
        assert (person, answers) == (person, [404] * 4)

    sign_in(client, world.call_manager)
    assert client.get(at("/essayer")).status_code == 200
    world.call_manager.manages_calls = False
    world.session.commit()
    assert client.get(at("/essayer")).status_code == 404


def test_a_manager_whose_second_factor_is_missing_stays_outside(make_app, world, sign_in):
    strict = make_app(GRANTS_SECOND_FACTOR="required")
    client = strict.test_client()
    sign_in(client, world.call_manager)

    answer = client.get(f"/essai/{make(strict, world.call_manager).token}/essayer")

    assert answer.status_code == 404


def test_a_seat_taken_inside_is_nobodys_outside(manager, world, sandbox, at):
    answer = sit(manager, sandbox, "Porteur")

    assert (answer.status_code, answer.location) == (303, at("/compte/accueil"))
    assert manager.get(at("/mes-dossiers")).status_code == 200
    assert manager.get(at("/gestion/appels")).status_code == 403
    assert manager.get("/gestion/appels").status_code == 200
    own = manager.get_cookie("essai", path=at("/"))
    assert (own.path, own.http_only, own.same_site) == (at("/"), True, "Lax")


def test_every_link_form_script_and_picture_stays_inside(manager, sandbox, at):
    walked = set()
    for role in ("Porteur", "Membre du jury"):
        sit(manager, sandbox, role)
        waiting = {at("/"), at("/essayer"), at("/compte"), at("/connexion")}
        while waiting:
            address = waiting.pop()
            page = manager.get(address, follow_redirects=True)
            assert page.status_code == 200, address
            walked.add((role, address))
            if page.mimetype != "text/html":
                page.close()
                continue
            found = re.findall(r'="(/[^"#?]*|http://localhost[^"#?]*)', page.text)
            outside = {each for each in found if not each.startswith(at("/"))}
            assert outside <= {"/gestion/appels/hlm"}, address
            links = re.findall(r'(?:href|src)="(/essai/[^"#?]*)', page.text)
            waiting |= {each for each in links if (role, each) not in walked}
    assert len(walked) > 30


def test_no_template_writes_an_address_by_hand():
    templates = ROOT / "grants" / "templates"
    written = {
        f"{each.relative_to(templates)}: {found}"
        for each in templates.rglob("*.*")
        for found in re.findall(r"""["']/[a-z][^"']*""", each.read_text())
    }

    assert written == set()


def test_a_form_of_the_real_instance_is_not_one_of_the_sandbox(manager, sandbox, at):
    token = re.search(r'name="csrf_token" value="([^"]+)', manager.get("/gestion/appels").text)
    part = sandbox.rehearsal.parts[0]

    answer = manager.post(at(f"/essayer/{part.user_id}"), data={"csrf_token": token[1]})

    assert answer.status_code == 400


def test_signing_out_and_in_again_stays_inside(manager, sandbox, at):
    sit(manager, sandbox, "Porteur")

    left = submit(manager, at("/mes-dossiers"), to=at("/deconnexion"))
    asked = manager.get(at("/mes-dossiers?x=1"))

    assert left.location == at("/essayer")
    assert unquote(asked.location) == f"{at('/connexion')}?next={at('/mes-dossiers')}?x=1"
    assert manager.get("/gestion/appels").status_code == 200


def test_its_mails_are_read_inside_and_lead_there(manager, world, sandbox, at):
    typed = {
        "name": "Alix Essai",
        "email": "alix@example.org",
        "password": "bleuet cartable ponton",
        "organisation_name": "Office imaginaire",
        "siret": "73282932000074",
    }
    before = world.session.scalar(select(func.count()).select_from(Mail))

    asked = submit(manager, at("/inscription"), **typed)
    outbox = manager.get(at("/demonstration/courriels"))

    assert asked.location == at("/inscription/courriel")
    assert "alix@example.org" in read(outbox)
    assert f'href="http://localhost{at("/inscription/confirmer/")}' in outbox.text
    world.session.rollback()
    assert world.session.scalar(select(func.count()).select_from(Mail)) == before


def test_once_erased_it_is_gone_for_an_open_browser_too(app, manager, sandbox, at):
    assert manager.get(at("/essayer")).status_code == 200

    Sandboxes(app.config["SETTINGS"]).erase(sandbox.token)

    assert manager.get(at("/essayer")).status_code == 404
    assert manager.get(at("/static/grants.css")).status_code == 404


def test_several_are_played_at_once_though_few_are_kept_ready(
    app, manager, world, sandbox, monkeypatch
):
    monkeypatch.setattr(door, "LIVE_AT_MOST", 1)
    other = make(app, world.call_manager)

    for _ in range(2):
        for each, role in ((sandbox, "Porteur"), (other, "Membre du jury")):
            assert sit(manager, each, role).status_code == 303
    mine = [manager.get(f"/essai/{each.token}/mes-dossiers") for each in (sandbox, other)]

    assert [each.status_code for each in mine] == [200, 403]


def test_behind_a_proxy_its_cookie_is_for_encrypted_connections(make_app, world, sign_in):
    app = make_app(GRANTS_PROXIES="1", GRANTS_BASE_URL="https://appels.example")
    client = app.test_client()
    sign_in(client, world.call_manager)
    token = make(app, world.call_manager).token
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "appels.example"}

    page = client.get(f"/essai/{token}/appels", headers=proxied)
    seats = client.get(f"/essai/{token}/essayer", headers=proxied)

    assert page.status_code == 200
    (cookie,) = seats.headers.getlist("Set-Cookie")
    assert cookie.startswith("essai=")
    assert {"Secure", "HttpOnly", f"Path=/essai/{token}/"} <= set(cookie.split("; "))
