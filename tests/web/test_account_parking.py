"""A session that ends in mid-form: the text is there after signing in, for its author alone."""

from datetime import timedelta

import pytest
from flask import request
from sqlalchemy import select

from grants.accounts.models import ParkedForm
from grants.accounts.operations import add_user
from grants.extensions import db
from grants.web import access, parking
from tests.factories import NOW
from tests.web.browsing import form_of, submit

PASSWORD = "bleuet cartable ponton"
PAGE = "/page"


@pytest.fixture
def app(make_app):
    """The application, with one protected page of two fields."""
    app = make_app()

    @app.route(PAGE, methods=["GET", "POST"], endpoint="page")
    @access.signed_in
    def page():
        if request.method == "POST":
            parking.forget(PAGE)
            db.session.commit()
            return "saved"
        typed = parking.parked_inputs(PAGE)
        token = app.jinja_env.globals["csrf_token"]()
        return (
            f'<form method="post"><input name="csrf_token" value="{token}">'
            f'<input name="author_token" value="{parking.author_token()}">'
            f'<input name="text" value="{typed.get("text", "") if typed else ""}">'
            f'<input name="new_password"></form>'
        )

    return app


@pytest.fixture
def people(session):
    made = [
        add_user(session, email=f"{name}@x.example", name=name, password=PASSWORD, now=NOW)
        for name in ("alix", "noa")
    ]
    session.commit()
    return made


@pytest.fixture
def alix(app, people):
    """Alix's browser, with the page open and her text in it."""
    client = app.test_client()
    submit(client, "/connexion", email="alix@x.example", password=PASSWORD)
    return client


def typed(client, text="Trois ans de travail & d’idées") -> dict[str, str]:
    fields = dict(form_of(client.get(PAGE), fields=["text"]).form_values())
    return fields | {"text": text, "new_password": "hidden"}


def end_session(client) -> None:
    client.delete_cookie("session")


def sign_in_again(client, answer, name="alix"):
    return submit(client, answer.location, email=f"{name}@x.example", password=PASSWORD)


def shown(client) -> str:
    return form_of(client.get(PAGE), fields=["text"]).fields["text"]


def test_the_text_is_there_after_signing_in_again(alix, session):
    inputs = typed(alix)
    end_session(alix)

    answer = alix.post(PAGE, data=inputs)
    assert (answer.status_code, answer.location) == (303, "/connexion?next=/page")
    assert "Ce que vous aviez saisi est gardé" in alix.get(answer.location).text
    back = sign_in_again(alix, answer)

    assert back.location == PAGE
    assert shown(alix) == "Trois ans de travail & d’idées"


def test_passwords_and_tokens_are_not_kept(alix, session):
    inputs = typed(alix)
    end_session(alix)

    alix.post(PAGE, data=inputs)

    kept = session.scalars(select(ParkedForm)).one().inputs
    assert kept == {"text": ["Trois ans de travail & d’idées"]}


def test_somebody_else_who_signs_in_there_sees_nothing(alix):
    inputs = typed(alix)
    end_session(alix)
    answer = alix.post(PAGE, data=inputs)

    sign_in_again(alix, answer, "noa")

    assert shown(alix) == ""


def test_once_saved_it_is_forgotten(alix, session):
    inputs = typed(alix)
    end_session(alix)
    sign_in_again(alix, alix.post(PAGE, data=inputs))

    assert alix.post(PAGE, data=typed(alix)).text == "saved"

    assert session.scalars(select(ParkedForm)).all() == []


def test_after_a_day_it_is_gone(alix, session, clock):
    inputs = typed(alix)
    end_session(alix)
    answer = alix.post(PAGE, data=inputs)
    clock.move(NOW + timedelta(hours=24))

    sign_in_again(alix, answer)

    assert shown(alix) == ""


def test_the_last_text_of_a_page_replaces_the_one_before(alix, session):
    inputs = typed(alix)
    end_session(alix)
    for text in ("first", "second"):
        answer = alix.post(PAGE, data=inputs | {"text": text})

    sign_in_again(alix, answer)

    assert shown(alix) == "second"
    assert len(session.scalars(select(ParkedForm)).all()) == 1


def test_a_session_closed_by_a_new_password_loses_nothing_either(alix, people, session):
    inputs = typed(alix)
    people[0].fs_uniquifier = "changed"
    session.commit()

    answer = alix.post(PAGE, data=inputs)
    assert answer.location == "/connexion?next=/page"
    sign_in_again(alix, answer)

    assert shown(alix) == inputs["text"]


def test_signed_in_again_in_another_tab_the_old_page_still_gives_its_text(alix):
    inputs = typed(alix)
    end_session(alix)
    submit(alix, "/connexion", email="alix@x.example", password=PASSWORD)

    answer = alix.post(PAGE, data=inputs)

    assert (answer.status_code, answer.location) == (303, PAGE)
    page = alix.get(PAGE)
    assert form_of(page, fields=["text"]).fields["text"] == inputs["text"]


def test_a_page_of_another_account_saves_nothing_and_keeps_it_for_its_author(alix, session):
    inputs = typed(alix)
    end_session(alix)
    submit(alix, "/connexion", email="noa@x.example", password=PASSWORD)

    answer = alix.post(PAGE, data=inputs)

    assert answer.status_code == 400
    assert "rempli" in answer.text
    assert shown(alix) == ""
    end_session(alix)
    submit(alix, "/connexion", email="alix@x.example", password=PASSWORD)
    assert shown(alix) == inputs["text"]


@pytest.mark.parametrize("token", ["", "forged", "WzEsIi9wYWdlIl0.forged"])
def test_without_a_true_author_nothing_is_kept(alix, session, token):
    inputs = typed(alix) | {"author_token": token}
    end_session(alix)

    answer = alix.post(PAGE, data=inputs)

    assert (answer.status_code, answer.location) == (303, "/connexion")
    assert session.scalars(select(ParkedForm)).all() == []


def test_a_script_is_told_401(alix, session):
    inputs = typed(alix)
    end_session(alix)
    as_script = {"Accept": "application/json"}

    posted = alix.post(PAGE, data=inputs, headers=as_script)
    asked = alix.get(PAGE, headers=as_script)

    for answer in (posted, asked):
        assert answer.status_code == 401
        assert answer.get_json() == {
            "error": "Votre session a pris fin : connectez-vous pour continuer.",
            "sign_in": "/connexion",
        }
    assert session.scalars(select(ParkedForm)).all() == []


def test_a_person_keeps_ten_pages_at_most(alix, app, session, clock):
    inputs = typed(alix)
    with app.test_request_context("/"):
        signer = parking._signer()
    end_session(alix)
    author, _ = signer.loads(inputs["author_token"])
    for number in range(12):
        clock.move(NOW + timedelta(minutes=number))
        alix.post(PAGE, data=inputs | {"author_token": signer.dumps([author, f"/page/{number}"])})

    paths = set(session.scalars(select(ParkedForm.path)))
    assert paths == {f"/page/{number}" for number in range(2, 12)}


def test_more_than_the_site_takes_is_refused(make_app, people, session):
    client = make_app(GRANTS_MAX_FORM_BYTES="100000").test_client()

    answer = client.post("/compte/mot-de-passe", data={"text": "x" * 100_001})

    assert answer.status_code == 413


def test_a_character_no_database_takes_is_left_out(alix, session):
    inputs = typed(alix, "a\0b")
    end_session(alix)

    alix.post(PAGE, data=inputs)

    assert session.scalars(select(ParkedForm)).one().inputs["text"] == ["ab"]


def test_a_public_page_left_open_too_long_opens_again(client):
    answer = client.post("/connexion", data={"email": "a@x.example", "password": "x"})

    assert (answer.status_code, answer.location) == (303, "/connexion")
    assert "La page était ouverte depuis trop longtemps" in client.get("/connexion").text


def test_every_page_of_flask_security_has_a_gate_and_no_other_is_served(app):
    served = {
        rule.endpoint: str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("security.")
    }

    assert set(served) == {name for name in app.config["GATES"] if name.startswith("security.")}
    assert sorted(served.values()) == [
        "/compte/codes-de-secours",
        "/compte/double-authentification/application",
        "/compte/mot-de-passe",
        "/compte/verification",
        "/connexion",
        "/connexion/code",
        "/connexion/code-de-secours",
        "/connexion/telephone-perdu",
        "/deconnexion",
        "/mot-de-passe-oublie",
        "/mot-de-passe-oublie/<token>",
    ]
