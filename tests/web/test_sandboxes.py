"""A sandbox behind its door: its maker alone gets in, and nothing gets out."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from grants.calls.models import Call
from grants.mail.models import Mail
from grants.rehearsal.sandboxes import Sandboxes
from grants.web.sandboxes import door
from tests.databases import ROOT
from tests.definitions.rich import RICH
from tests.factories import a_user
from tests.web.browsing import form_of, read, submit
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
    """Press the first seat of that role; of nobody's role for the manager of the call."""
    part = next(each for each in sandbox.rehearsal.parts if role in (each.roles or (None,)))
    seats = f"/essai/{sandbox.token}/essayer"
    return client.post(f"{seats}/{part.user_id}", data={"csrf_token": token_in(client.get(seats))})


def token_in(page):
    return re.search(r'name="csrf_token" value="([^"]+)', page.text)[1]


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
    token = token_in(manager.get("/gestion/appels"))
    part = sandbox.rehearsal.parts[0]

    answer = manager.post(at(f"/essayer/{part.user_id}"), data={"csrf_token": token})

    assert answer.status_code == 400


def test_signing_out_and_in_again_stays_inside(manager, sandbox, at):
    sit(manager, sandbox, "Porteur")

    left = submit(manager, at("/mes-dossiers"), to=at("/deconnexion"))
    asked = manager.get(at("/mes-dossiers?x=1"))

    assert left.location == at("/essayer")
    assert unquote(asked.location) == f"{at('/connexion')}?next={at('/mes-dossiers')}?x=1"
    assert manager.get("/gestion/appels").status_code == 200


def test_a_text_pasted_there_outlives_the_seat_it_was_typed_from(manager, sandbox, at):
    sit(manager, sandbox, "Porteur")
    page = at(f"/appels/{sandbox.rehearsal.slug}/importer")
    typed = dict(form_of(manager.get(page), fields=["text"]).form_values())
    manager.delete_cookie("essai", path=at("/"))

    sent = manager.post(page, data=typed | {"text": "Le jardin des lilas"})
    sit(manager, sandbox, "Porteur")

    assert unquote(sent.location) == f"{at('/connexion')}?next={page}"
    assert "Le jardin des lilas" in manager.get(page).text


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


def test_a_manager_opens_one_from_the_page_of_a_call_and_erases_it(
    app, client, world, sign_in, manager
):
    page = "/gestion/appels/hlm-accompagnes"
    entered = submit(manager, page, to="/bac-a-sable")
    shown = manager.get(page)

    (token,) = re.findall(r"/essai/([0-9a-f]{32})/essayer", entered.location)
    assert "est ouvert ici avec des personnes inventées" in read(manager.get(entered.location))
    assert entered.location in shown.text
    assert "Ouvert le 16 novembre 2026 à 12 h 00, sur la version 1 du fichier." in read(shown)
    assert entered.location in manager.get("/gestion/appels").text

    erase = f"/gestion/bacs-a-sable/{token}/effacer"
    sign_in(client, a_user(world.session, "other-manager", manages_calls=True))
    world.session.commit()
    assert client.post(erase).status_code == 404
    sign_in(client, world.call_manager)
    assert client.get(entered.location).status_code == 200
    erased = submit(client, page, to=erase)

    assert (erased.status_code, erased.location) == (303, page)
    assert client.get(entered.location).status_code == 404
    assert "Effacer" not in read(client.get(page))


def test_a_file_is_tried_before_its_import(manager, world, app):
    preview = submit(manager, "/gestion/appels/deposer", to="/deposer", text=RICH)
    form = form_of(preview, to="/gestion/appels/deposer")

    entered = manager.post("/gestion/bacs-a-sable", data=dict(form.form_values()))

    assert 'formaction="/gestion/bacs-a-sable"' in preview.text
    assert "Fabriques" in read(manager.get(entered.location))
    assert "sur un fichier non importé" in read(manager.get("/gestion/appels"))
    assert world.session.scalar(select(Call).where(Call.slug == "fabriques")) is None


def test_a_file_that_is_read_no_more_is_not_tried(manager, world):
    world.call.revision.source = "slug: hlm-accompagnes"
    world.session.commit()

    refused = submit(manager, "/gestion/appels/hlm-accompagnes", to="/bac-a-sable")

    assert refused.status_code == 409
    assert "il manque « title »" in read(refused)


def test_whoever_has_several_is_asked_to_erase_one_first(manager, sandbox, monkeypatch):
    monkeypatch.setattr("grants.rehearsal.sandboxes.AT_MOST", 1)

    refused = submit(manager, "/gestion/appels/hlm-accompagnes", to="/bac-a-sable")

    assert refused.location == "/gestion/appels#bacs-a-sable"
    assert "effacez-en un d’abord" in read(manager.get("/gestion/appels"))


def test_a_sandbox_offers_no_other_sandbox(manager, sandbox, at):
    sit(manager, sandbox, None)

    page = manager.get(at("/gestion/appels/fabriques"))

    assert (page.status_code, "bac-a-sable" in page.text) == (200, False)
    assert manager.post(at("/gestion/appels/fabriques/bac-a-sable")).status_code == 404


def test_every_page_of_a_sandbox_says_that_nothing_is_real_and_how_to_leave(manager, sandbox, at):
    for page in ("/essayer", "/appels", "/nulle-part"):
        answer = manager.get(at(page))

        assert "Bac à sable : rien n’est réel, aucun courriel ne part." in read(answer)
        assert '<a href="/gestion/appels/hlm">Quitter le bac à sable</a>' in answer.text
