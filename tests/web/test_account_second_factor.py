"""Agents prove who they are with their telephone too; codes serve once."""

import base64
import re
from datetime import timedelta

import pyotp
import pytest

from grants.accounts.models import Capacity
from grants.accounts.operations import add_user, join_service, remove_second_factor
from tests.factories import NOW, a_service
from tests.web.browsing import errors, form_of, read, send, submit

PASSWORD = "bleuet cartable ponton"
EMAIL = "agent@ddcs.example"
STEP = timedelta(seconds=30)
FACTOR = "/compte/double-authentification"


@pytest.fixture
def app(make_app):
    return make_app(GRANTS_SECOND_FACTOR="required")


@pytest.fixture
def agent(session):
    user = add_user(session, email=EMAIL, name="Agent", password=PASSWORD, now=NOW)
    join_service(session, user, a_service(session, "ddcs", "17"), Capacity.OFFICER, now=NOW)
    session.commit()
    return user


def enter(client):
    return submit(client, "/connexion", email=EMAIL, password=PASSWORD)


def telephone(page) -> pyotp.TOTP:
    """An application of codes, from the key written on the page."""
    (key,) = re.findall(r"<code>([A-Z2-7-]+)</code>", page.text)
    return pyotp.TOTP(key.replace("-", ""))


@pytest.fixture
def set_up(client, agent, clock):
    """Signed in, with the second factor in place; gives the application of codes."""
    enter(client)
    page = submit(client, FACTOR, to="/application")
    totp = telephone(page)
    answer = send(client, page, code=totp.at(clock.now))
    assert (answer.status_code, answer.location) == (302, FACTOR)
    clock.move(clock.now + STEP)
    return totp


def new_codes(client) -> list[str]:
    page = submit(client, "/compte/codes-de-secours")
    return re.findall(r"<code>([0-9a-f-]{14})</code>", page.text)


def sign_out(client):
    submit(client, "/compte", to="/deconnexion")


def test_an_agent_without_a_second_factor_opens_nothing_but_its_set_up(client, agent):
    enter(client)

    for path in ("/instruction", "/compte", "/compte/service", "/compte/mot-de-passe"):
        answer = client.get(path)
        assert (path, answer.status_code, answer.location) == (path, 303, FACTOR)
    assert "Une étape avant de continuer" in read(client.get(FACTOR))
    assert client.get("/appels").status_code == 200


def test_an_applicant_is_not_asked_for_one(client, session):
    add_user(session, email=EMAIL, name="Alix", password=PASSWORD, now=NOW)
    session.commit()
    enter(client)

    assert client.get("/compte").status_code == 200


def test_once_set_up_all_opens_and_each_sign_in_asks_a_code(client, set_up, clock):
    assert client.get("/instruction").status_code == 200
    sign_out(client)

    asked = enter(client)
    assert asked.location.startswith("/connexion/code")
    assert client.get("/compte").status_code == 303
    entered = submit(client, asked.location, code=set_up.at(clock.now))

    assert (entered.status_code, entered.location) == (302, "/compte/accueil")
    assert client.get("/instruction").status_code == 200


def test_the_picture_holds_what_is_written_below_it(client, agent):
    enter(client)
    page = submit(client, FACTOR, to="/application")

    (image,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page.text)
    assert b"<svg" in base64.b64decode(image)
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]


def test_after_a_wrong_code_the_telephone_need_not_start_again(client, agent, clock):
    enter(client)
    page = submit(client, FACTOR, to="/application")
    totp = telephone(page)

    again = send(client, page, code="000000")
    assert errors(again) == [
        "Ce code n’est pas le bon. Chaque code sert une fois : attendez le suivant."
    ]
    assert telephone(again).secret == totp.secret
    answer = send(client, again, code=totp.at(clock.now))

    assert answer.location == FACTOR


def test_another_application_of_the_process_does_not_change_the_secrets(
    client, set_up, agent, clock, make_app, tmp_path
):
    make_app(GRANTS_INSTANCE=str(tmp_path / "other"), GRANTS_SECOND_FACTOR="off")
    sign_out(client)

    asked = enter(client)
    entered = submit(client, asked.location, code=set_up.at(clock.now))

    assert (entered.status_code, entered.location) == (302, "/compte/accueil")


def test_the_secret_is_unreadable_in_the_database(set_up, agent, session):
    session.refresh(agent)

    assert set_up.secret not in agent.tf_totp_secret
    assert len(agent.tf_totp_secret) <= 255


def test_a_code_serves_once(client, set_up, clock, app):
    sign_out(client)
    code = set_up.at(clock.now)
    submit(client, enter(client).location, code=code)

    other = app.test_client()
    answer = submit(other, enter(other).location, code=code)

    assert errors(answer) != []
    assert other.get("/compte").status_code == 303


def test_a_code_of_the_step_before_is_still_taken(client, set_up, clock):
    sign_out(client)
    clock.move(NOW + 4 * STEP)

    answer = submit(client, enter(client).location, code=set_up.at(NOW + 3 * STEP))

    assert answer.location == "/compte/accueil"


def test_an_old_code_is_refused(client, set_up, clock):
    sign_out(client)
    clock.move(NOW + 10 * STEP)

    answer = submit(client, enter(client).location, code=set_up.at(NOW + 7 * STEP))

    assert errors(answer) != []


def test_a_recovery_code_replaces_the_telephone_once(client, set_up, clock):
    codes = new_codes(client)
    assert len(set(codes)) == 8
    sign_out(client)

    enter(client)
    answer = submit(client, "/connexion/code-de-secours", code=f" {codes[3].upper()} ")
    assert (answer.status_code, answer.location) == (302, "/compte/accueil")
    assert "Il vous reste 7 codes de secours" in read(client.get(FACTOR))
    sign_out(client)
    enter(client)
    again = submit(client, "/connexion/code-de-secours", code=codes[3])

    assert errors(again) == ["Ce code de secours n’est pas valable, ou a déjà servi."]
    assert client.get("/compte").status_code == 303


def test_recovery_codes_are_unreadable_in_the_database(client, set_up, agent, session):
    first = new_codes(client)[0]

    session.refresh(agent)
    assert len(agent.mf_recovery_codes) == 8
    assert first not in str(agent.mf_recovery_codes)


@pytest.mark.parametrize("path", ["/connexion/code", "/connexion/code-de-secours"])
def test_eight_wrong_codes_lock_the_account(client, set_up, clock, path):
    sign_out(client)
    enter(client)
    for _ in range(8):
        assert errors(submit(client, path, code="000000")) != []

    locked = submit(client, "/connexion/code", code=set_up.at(clock.now))
    assert errors(locked) != []
    clock.move(clock.now + timedelta(minutes=15))
    opened = submit(client, "/connexion/code", code=set_up.at(clock.now))
    assert opened.location == "/compte/accueil"


def test_the_password_alone_is_not_a_session(client, set_up):
    sign_out(client)
    enter(client)

    assert client.get("/instruction").location.startswith("/connexion")
    assert client.get("/compte/codes-de-secours").location.startswith("/connexion")


def test_nobody_reaches_the_page_of_codes_without_a_password(client, agent):
    for path in ("/connexion/code", "/connexion/code-de-secours"):
        assert client.get(path).location == "/connexion"


def test_an_agent_cannot_take_the_second_factor_away(client, set_up, agent, session):
    page = client.get(FACTOR)
    assert "Retirer la double authentification" not in read(page)
    token = form_of(page, to="/application").fields["csrf_token"]

    answer = client.post(f"{FACTOR}/application", data={"csrf_token": token, "setup": "disable"})

    assert errors(answer) == ["La double authentification est obligatoire pour votre compte."]
    session.refresh(agent)
    assert agent.tf_primary_method == "authenticator"


def test_another_telephone_replaces_the_first(client, set_up, clock):
    page = submit(client, FACTOR, to="/application")
    second = telephone(page)
    send(client, page, code=second.at(clock.now))
    clock.move(clock.now + STEP)
    sign_out(client)

    refused = submit(client, path := enter(client).location, code=set_up.at(clock.now))
    assert errors(refused) != []
    assert submit(client, path, code=second.at(clock.now)).location == "/compte/accueil"


def test_opening_the_page_of_codes_while_signed_in_does_no_harm(client, set_up):
    assert client.get("/connexion/code").location == "/compte/accueil"
    assert client.get("/compte").status_code == 200


def test_where_it_is_off_nobody_hears_of_it(make_app, agent):
    client = make_app(GRANTS_SECOND_FACTOR="off").test_client()
    enter(client)

    assert "Double authentification" not in read(client.get("/compte"))
    assert client.get(FACTOR).status_code == 404


def test_who_lost_all_sets_up_anew_once_the_site_has_removed_it(client, set_up, agent, session):
    submit(client, "/compte", to="/deconnexion")
    session.refresh(agent)
    remove_second_factor(session, agent)
    session.commit()

    enter(client)

    assert client.get("/instruction").location == FACTOR
