"""Signing in and out, passwords lost and changed, doors that close after too many tries."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grants.accounts.models import User
from grants.accounts.operations import add_user
from grants.mail.models import Mail
from tests.factories import NOW
from tests.web.browsing import errors, form_of, read, submit

PASSWORD = "bleuet cartable ponton"
OTHER = "girafe moulin horloge"
EMAIL = "alix@bailleur.example"
REFUSED = ["Adresse ou mot de passe incorrect. Huit échecs ferment un compte quinze minutes."]


@pytest.fixture
def user(session):
    made = add_user(session, email=EMAIL, name="Alix", password=PASSWORD, now=NOW)
    session.commit()
    return made


def enter(client, password=PASSWORD, email=EMAIL):
    return submit(client, "/connexion", email=email, password=password)


def is_in(client) -> bool:
    return client.get("/compte").status_code == 200


def reset_link(session) -> str:
    session.rollback()
    mail = session.scalars(select(Mail).where(Mail.kind == "account.reset_instructions")).one()
    assert mail.recipient == EMAIL
    (found,) = [line for line in mail.body.splitlines() if line.startswith("{site}")]
    return found.removeprefix("{site}")


def test_the_right_password_opens_and_sign_out_closes(client, user):
    answer = enter(client)
    assert (answer.status_code, answer.location) == (302, "/compte/accueil")
    assert is_in(client)

    submit(client, "/compte", to="/deconnexion")

    assert not is_in(client)


def test_capital_letters_in_an_address_do_not_matter(client, user):
    enter(client, email="Alix@Bailleur.Example")

    assert is_in(client)


def test_a_wrong_password_and_an_unknown_address_get_one_answer(client, user):
    wrong = enter(client, password=OTHER)
    unknown = enter(client, email="nobody@bailleur.example")

    assert errors(wrong) == errors(unknown) == REFUSED
    assert not is_in(client)


def test_after_eight_failures_even_the_right_password_waits_fifteen_minutes(client, user, clock):
    for _ in range(8):
        assert errors(enter(client, password=OTHER)) == REFUSED

    assert errors(enter(client)) == REFUSED
    clock.move(NOW + timedelta(minutes=14, seconds=59))
    assert errors(enter(client)) == REFUSED
    clock.move(NOW + timedelta(minutes=15))
    enter(client)
    assert is_in(client)


def test_a_success_forgets_the_failures_before_it(client, user, session):
    for _ in range(7):
        enter(client, password=OTHER)
    enter(client)

    session.expire_all()
    assert user.failed_logins == 0


def test_a_closed_account_does_not_open(client, user, session):
    user.active = False
    session.commit()

    assert errors(enter(client)) == REFUSED


def test_who_was_on_the_way_to_a_page_gets_there(client, user):
    asked = client.get("/compte?x=1")
    assert (asked.status_code, asked.location) == (303, "/connexion?next=/compte?x%3D1")

    answer = submit(client, asked.location, email=EMAIL, password=PASSWORD)

    assert answer.location == "/compte?x=1"


@pytest.mark.parametrize(
    ("elsewhere", "place"),
    [
        ("https://evil.example/", "/compte/accueil"),
        ("//evil.example", "/compte/accueil"),
        (r"\\evil.example", "%5C%5Cevil.example"),  # a page of ours, that is not there
    ],
)
def test_a_page_elsewhere_is_passed_over_and_the_password_still_opens(
    client, user, elsewhere, place
):
    page = client.get("/connexion", query_string={"next": elsewhere})

    answer = client.post(
        "/connexion",
        data={
            "csrf_token": form_of(page, fields=["email"]).fields["csrf_token"],
            "email": EMAIL,
            "password": PASSWORD,
            "next": elsewhere,
        },
    )

    assert (answer.status_code, answer.location) == (302, place)
    assert is_in(client)


def test_what_a_browser_knew_before_signing_in_is_worth_nothing_after(client, user):
    before = form_of(client.get("/connexion"), fields=["email"]).fields["csrf_token"]
    enter(client)

    answer = client.post("/deconnexion", data={"csrf_token": before})

    assert answer.status_code == 400
    assert is_in(client)


def test_no_cookie_outlives_the_browser(client, user):
    enter(client)

    (cookie,) = client._cookies.values()
    assert (cookie.key, cookie.expires, cookie.http_only, cookie.same_site) == (
        "session",
        None,
        True,
        "Lax",
    )


def test_a_machine_that_tries_passwords_is_slowed_down(client, user):
    answers = tries(client, 31)

    assert [each.status_code for each in answers] == [200] * 30 + [429]
    assert "Trop d’essais Attendez 1 minute, puis recommencez." in read(answers[-1])


def test_each_application_of_a_process_counts_for_itself(client, make_app):
    tries(client, 30)
    other = make_app().test_client()

    assert [each.status_code for each in tries(client, 1)] == [429]
    assert [each.status_code for each in tries(other, 1)] == [200]


def tries(client, times):
    page = client.get("/connexion")
    token = form_of(page, fields=["email"]).fields["csrf_token"]
    return [
        client.post("/connexion", data={"csrf_token": token, "email": f"a{n}@x.example"})
        for n in range(times)
    ]


def test_a_lost_password_is_chosen_anew_by_mail(client, user, session, app):
    enter(elsewhere := app.test_client())
    asked = submit(client, "/mot-de-passe-oublie", email=EMAIL)
    assert "Si un compte a cette adresse" in read(asked)
    path = reset_link(session)

    chosen = submit(client, path, password=OTHER, password_confirm=OTHER)

    assert (chosen.status_code, chosen.location) == (302, "/connexion")
    assert not is_in(client)
    assert not is_in(elsewhere)
    assert errors(enter(client)) == REFUSED
    enter(client, password=OTHER)
    assert is_in(client)
    session.rollback()
    kinds = session.scalars(select(Mail.kind).order_by(Mail.id)).all()
    assert kinds == ["account.reset_instructions", "account.reset_notice"]


def test_a_reset_link_serves_once(client, user, session):
    submit(client, "/mot-de-passe-oublie", email=EMAIL)
    path = reset_link(session)
    submit(client, path, password=OTHER, password_confirm=OTHER)

    again = client.get(path)

    assert (again.status_code, again.location) == (302, "/mot-de-passe-oublie")


def test_the_link_leads_to_our_address_whatever_the_request_says(client, user, session):
    page = client.get("/mot-de-passe-oublie")
    token = form_of(page, fields=["email"]).fields["csrf_token"]
    client.post(
        "/mot-de-passe-oublie",
        data={"csrf_token": token, "email": EMAIL},
        headers={"Host": "evil.example", "Cookie": page.headers["Set-Cookie"].split(";")[0]},
    )

    session.rollback()
    assert "evil" not in "".join(session.scalars(select(Mail.body)))


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, user, session):
    known = submit(client, "/mot-de-passe-oublie", email=EMAIL)
    unknown = submit(client, "/mot-de-passe-oublie", email="nobody@bailleur.example")

    assert read(known) == read(unknown).replace("nobody@bailleur.example", EMAIL)
    assert session.scalars(select(Mail.recipient)).all() == [EMAIL]


def test_a_new_password_is_judged_like_the_first(client, user, session):
    submit(client, "/mot-de-passe-oublie", email=EMAIL)
    path = reset_link(session)

    for typed, said in [("court", "au moins 12"), ("motdepasse2026", "trop courant")]:
        answer = submit(client, path, password=typed, password_confirm=typed)
        assert said in errors(answer)[0]
    answer = submit(client, path, password=OTHER, password_confirm=PASSWORD)
    assert errors(answer) == ["Les deux mots de passe diffèrent."]


def test_changing_the_password_closes_the_other_sessions_and_keeps_this_one(
    client, app, user, session
):
    enter(client)
    enter(elsewhere := app.test_client())
    assert is_in(elsewhere)

    answer = submit(
        client,
        "/compte/mot-de-passe",
        password=PASSWORD,
        new_password=OTHER,
        new_password_confirm=OTHER,
    )

    assert (answer.status_code, answer.location) == (302, "/compte")
    assert is_in(client)
    assert not is_in(elsewhere)
    assert session.scalars(select(Mail.kind)).all() == ["account.change_notice"]


def test_the_old_password_is_asked_to_change_it(client, user):
    enter(client)

    answer = submit(
        client,
        "/compte/mot-de-passe",
        password=OTHER,
        new_password=OTHER,
        new_password_confirm=OTHER,
    )

    assert errors(answer) == ["Mot de passe incorrect."]


def test_a_hash_made_outside_the_site_is_one_the_site_knows(client, user, session):
    stored = session.scalars(select(User.password)).one()
    enter(client)

    session.rollback()
    assert session.scalars(select(User.password)).one() == stored
