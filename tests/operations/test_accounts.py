"""Accounts are made, confirmed, locked; passwords that would be guessed are refused."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import passwords
from grants.accounts.errors import AccountRefused, AddressTaken
from grants.accounts.models import Membership, Organisation, User
from grants.accounts.operations import (
    add_user,
    confirm,
    count_failure,
    find_user,
    forget_failures,
    is_locked,
    register,
)
from grants.database import WRITING
from tests.factories import NOW, a_user

PASSWORD = "bleuet cartable ponton"
SIRET = "73282932000074"
MINUTE = timedelta(minutes=1)


def sign_up(session: Session, **changes):
    typed = {
        "name": "Alix Martin",
        "email": "Alix@Bailleur.example",
        "password": PASSWORD,
        "siret": "732 829 320 00074",
        "organisation_name": "Habitat Pilote",
        "now": NOW,
    } | changes
    return register(session, **typed)


def refusal(session: Session, **changes) -> tuple[str | None, str]:
    with pytest.raises(AccountRefused) as refused:
        sign_up(session, **changes)
    return refused.value.field, refused.value.reason


def test_whoever_registers_an_organisation_is_its_first_signatory(session):
    user = sign_up(session)

    assert (user.email, user.confirmed_at) == ("alix@bailleur.example", None)
    (membership,) = user.memberships
    assert membership.capacity == "signatory"
    assert (membership.organisation.siret, membership.organisation.name) == (
        SIRET,
        "Habitat Pilote",
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Écrivez les 14 chiffres du SIRET, par exemple « 732 829 320 00074 »."),
        ("mon siret", "Écrivez les 14 chiffres du SIRET, par exemple « 732 829 320 00074 »."),
        (
            "732829320",
            "C’est un SIREN (9 chiffres) : ajoutez les 5 chiffres de votre établissement.",
        ),
        ("732 829 320 0007", "Un SIRET a 14 chiffres : vous en avez saisi 13."),
        (
            "73282932000075",
            "Ce SIRET comporte une erreur de frappe : sa clé de contrôle est fausse.",
        ),
    ],
)
@pytest.mark.databases("sqlite")
def test_a_wrong_siret_is_refused_with_what_is_wrong(session, typed, said):
    assert refusal(session, siret=typed) == ("siret", said)


def test_nobody_joins_an_organisation_by_its_siret(session):
    confirm(session, sign_up(session), now=NOW)

    field, said = refusal(session, email="other@bailleur.example")

    assert field == "siret"
    assert said.startswith("SIRET d’un organisme déjà inscrit.")
    assert "inviter" in said
    assert session.scalars(select(User.email)).all() == ["alix@bailleur.example"]


def test_the_address_of_a_confirmed_account_is_taken(session):
    confirm(session, sign_up(session), now=NOW)

    with pytest.raises(AddressTaken):
        sign_up(session, siret="12345678200002")

    assert session.scalars(select(Organisation.siret)).all() == [SIRET]


def test_an_account_nobody_confirmed_is_replaced_by_its_next_registration(session):
    first = sign_up(session, name="Un imposteur")
    old_key = first.fs_uniquifier

    user = sign_up(session, name="Alix Martin")

    assert [(each.name, each.email) for each in session.scalars(select(User))] == [
        ("Alix Martin", "alix@bailleur.example")
    ]
    assert user.fs_uniquifier != old_key
    assert session.scalars(select(Organisation.siret)).all() == [SIRET]


def test_an_organisation_is_free_again_when_its_founder_does_not_confirm_in_two_days(session):
    sign_up(session)
    assert refusal(session, email="other@bailleur.example")[0] == "siret"

    user = sign_up(session, email="other@bailleur.example", now=NOW + timedelta(days=2, minutes=1))

    assert find_user(session, "alix@bailleur.example") is None
    assert [each.user_id for each in session.scalars(select(Membership))] == [user.id]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("typed", ["", "alix", "alix@", "é@bailleur.example", "a b@c.fr"])
def test_what_is_no_address_is_refused(session, typed):
    field, said = refusal(session, email=typed)

    assert field == "email"
    assert "adresse" in said


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("bleuet 2026", "au moins 12 caractères"),
        ("x" * 201, "200 caractères au plus"),
        ("aaaaaaaaaaaaaa", "trop courant"),
        ("MotDePasse2026!", "trop courant"),
        ("m0tdep@sse!!!!", "trop courant"),
        ("azertyazerty123", "trop courant"),
        ("azertyuiopqsdf", "trop courant"),
        ("987654321098", "trop courant"),
        ("alix.martin2026", "se déduit"),
        ("Bailleur-Alix1", "se déduit"),
    ],
)
def test_a_password_that_would_be_guessed_is_refused(session, typed, said):
    field, reason = refusal(session, password=typed)

    assert field == "password"
    assert said in reason


@pytest.mark.databases("sqlite")
def test_the_password_itself_is_kept_nowhere(session, light_passwords, monkeypatch):
    monkeypatch.setattr(passwords, "hasher", light_passwords)
    user = sign_up(session, password="été à Boiffiers, encore")

    assert user.password is not None
    assert user.password.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.normalized("été") == passwords.normalized("e\u0301te\u0301")


def test_the_eighth_failure_locks_the_account_for_fifteen_minutes(session):
    user = a_user(session, "alix")
    for _ in range(7):
        count_failure(session, user, now=NOW)
    assert not is_locked(user, now=NOW)

    count_failure(session, user, now=NOW)

    assert is_locked(user, now=NOW + 15 * MINUTE - timedelta(seconds=1))
    assert not is_locked(user, now=NOW + 15 * MINUTE)


def test_failures_while_locked_do_not_make_the_lock_longer(session):
    user = a_user(session, "alix", failed_logins=7)
    count_failure(session, user, now=NOW)

    count_failure(session, user, now=NOW + 14 * MINUTE)

    assert not is_locked(user, now=NOW + 15 * MINUTE)


def test_failures_are_forgotten_after_a_success(session):
    user = a_user(session, "alix", failed_logins=7)

    forget_failures(session, user)
    count_failure(session, user, now=NOW)

    assert (user.failed_logins, user.locked_until) == (1, None)


def test_an_account_is_added_by_hand_once(session):
    user = add_user(session, email="a@x.example", name="A", password=PASSWORD, now=NOW)

    assert user.confirmed_at == NOW
    with pytest.raises(AddressTaken):
        add_user(session, email="A@x.example", name="A", password=PASSWORD, now=NOW)


def test_two_people_who_register_one_body_at_once_found_it_once(session_factory):
    results: list[str | None] = []
    start = Barrier(2)

    def found(address: str) -> None:
        with session_factory() as own:
            start.wait(10)
            own.connection(execution_options=WRITING)
            try:
                sign_up(own, email=address)
                own.commit()
                results.append("founded")
            except AccountRefused as refused:
                results.append(refused.field)

    people = [Thread(target=found, args=(f"{name}@bailleur.example",)) for name in ("a", "b")]
    for person in people:
        person.start()
    for person in people:
        person.join(20)

    assert sorted(map(str, results)) == ["founded", "siret"]
