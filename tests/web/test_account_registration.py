"""A landlord registers, and confirms the address, before anything else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grants.accounts.models import Organisation, User
from grants.accounts.operations import add_user
from grants.mail.models import Mail
from tests.factories import NOW
from tests.web.browsing import errors, read, submit

PASSWORD = "bleuet cartable ponton"
TYPED = {
    "name": "Alix Martin",
    "email": "alix@bailleur.example",
    "password": PASSWORD,
    "siret": "732 829 320 00074",
    "organisation_name": "Habitat Pilote & Cie",
}


def mails(session) -> list[Mail]:
    session.rollback()
    return list(session.scalars(select(Mail).order_by(Mail.id)))


def link(mail: Mail) -> str:
    (found,) = [line for line in mail.body.splitlines() if line.startswith("{site}")]
    return found.removeprefix("{site}")


@pytest.fixture
def registered(client, session):
    submit(client, "/inscription", **TYPED)
    return session.scalars(select(User)).one()


def test_a_landlord_registers_confirms_and_is_signatory(client, session):
    answer = submit(client, "/inscription", **TYPED)
    assert (answer.status_code, answer.location) == (303, "/inscription/courriel")

    (mail,) = mails(session)
    assert (mail.kind, mail.recipient) == ("account.confirmation", "alix@bailleur.example")
    assert "Habitat Pilote & Cie" in mail.body
    page = client.get(link(mail))
    assert "Compte de Alix Martin, alix@bailleur.example, pour Habitat Pilote & Cie." in read(page)
    entered = submit(client, link(mail), password=PASSWORD)
    assert (entered.status_code, entered.location) == (303, "/compte/accueil")

    session.rollback()
    user = session.scalars(select(User)).one()
    assert user.confirmed_at == NOW
    assert [each.capacity for each in user.memberships] == ["signatory"]
    assert "Alix Martin" in read(client.get("/compte"))


def test_nothing_opens_before_the_address_is_confirmed(client, session, registered):
    answer = submit(client, "/connexion", email=TYPED["email"], password=PASSWORD)

    assert "Confirmez d’abord votre adresse" in errors(answer)[0]
    assert [mail.kind for mail in mails(session)] == ["account.confirmation"] * 2
    assert client.get("/compte").status_code == 303


def test_an_answer_never_tells_whether_an_address_is_known(client, session):
    add_user(session, email=TYPED["email"], name="Alix", password=PASSWORD, now=NOW)
    session.commit()

    known = submit(client, "/inscription", **TYPED)
    new = submit(
        client, "/inscription", **TYPED | {"email": "new@x.example", "siret": "12345678200002"}
    )

    assert (known.status_code, known.location) == (new.status_code, new.location)
    assert [(mail.kind, mail.recipient) for mail in mails(session)] == [
        ("account.known", "alix@bailleur.example"),
        ("account.confirmation", "new@x.example"),
    ]
    assert [each.siret for each in session.scalars(select(Organisation))] == ["12345678200002"]


def test_an_organisation_already_registered_sends_to_a_colleague(client, session):
    session.add(Organisation(siret="73282932000074", name="Habitat Pilote", created_at=NOW))
    session.commit()

    answer = submit(client, "/inscription", **TYPED)

    (said,) = errors(answer)
    assert said.startswith("SIRET d’un organisme déjà inscrit. Demandez à un signataire")
    assert mails(session) == []
    assert 'value="Alix Martin"' in answer.text


def test_every_error_is_told_at_once_and_what_was_typed_stays(client):
    answer = submit(client, "/inscription", **dict.fromkeys(TYPED, "") | {"name": "Alix"})

    assert errors(answer) == [
        "Indiquez votre adresse électronique.",
        "Choisissez un mot de passe.",
        "Indiquez le SIRET.",
        "Indiquez le nom de l’organisme.",
    ]
    assert 'value="Alix"' in answer.text


def test_wrong_answers_are_all_told_too(client):
    wrong = {"email": "alix", "password": "court", "siret": "12"}

    answer = submit(client, "/inscription", **TYPED | wrong)

    assert [text.split()[0] for text in errors(answer)] == ["Écrivez", "Choisissez", "Un"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("siret", "73282932000075", "sa clé de contrôle est fausse"),
        ("email", "alix", "Écrivez une adresse électronique"),
        ("password", "court", "au moins 12 caractères"),
    ],
)
def test_an_error_stands_beside_its_field(client, field, typed, said):
    answer = submit(client, "/inscription", **TYPED | {field: typed})

    assert said in errors(answer)[0]
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text


def test_another_s_password_does_not_confirm(client, session, registered):
    (mail,) = mails(session)

    answer = submit(client, link(mail), password="not the one chosen")

    assert errors(answer) == ["Ce n’est pas le mot de passe choisi à l’inscription."]
    session.rollback()
    assert session.scalars(select(User.confirmed_at)).one() is None


@pytest.mark.parametrize("days", [2.1, 30])
def test_a_confirmation_link_lasts_two_days(client, session, clock, registered, days):
    clock.move(NOW + timedelta(days=days))

    answer = client.get(link(mails(session)[0]))

    assert answer.status_code == 404
    assert "Ce lien n’est plus valable" in read(answer)


def test_a_link_of_an_earlier_registration_is_dead(client, session, registered):
    submit(client, "/inscription", **TYPED | {"name": "Alix Martin-Durand"})
    first, second = mails(session)

    assert client.get(link(first)).status_code == 404
    assert client.get(link(second)).status_code == 200


def test_a_forged_link_is_answered_without_a_word_on_accounts(client):
    assert client.get("/inscription/confirmer/forged").status_code == 404
