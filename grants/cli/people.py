"""`grants user …`: make an account, take a lost second factor away."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.errors import AccountRefused, AddressTaken
from grants.accounts.models import Capacity, Organisation, User
from grants.accounts.operations import (
    add_user,
    ensure_organisation,
    ensure_service,
    find_user,
    join_organisation,
    join_service,
    remove_second_factor,
)
from grants.accounts.operations.sirets import checked_siret
from grants.cli.french import FrenchGroup, Refused
from grants.cli.instance import now, writing


@click.group(cls=FrenchGroup, name="user")
def user() -> None:
    """Comptes."""


@user.command(name="add")
@click.option("--email", required=True, metavar="ADRESSE", help="Adresse de connexion.")
@click.option("--name", required=True, metavar="NOM", help="Nom affiché.")
@click.option("--organisation", "siret", metavar="SIRET", help="Organisme qui candidate.")
@click.option("--organisation-name", metavar="NOM", help="Son nom, s’il n’est pas encore inscrit.")
@click.option("--service", metavar="SORTE:TERRITOIRE", help="Service instructeur : ddcs:17.")
@click.option(
    "--capacity",
    type=click.Choice([each.value for each in Capacity]),
    help="Pour un organisme : editor, signatory ; pour un service : officer, head.",
)
@click.option("--manages-calls", is_flag=True, help="Peut déposer et gérer des appels.")
@click.option("--password-stdin", is_flag=True, help="Lit le mot de passe sur l’entrée standard.")
def add(
    *,
    email: str,
    name: str,
    siret: str | None,
    organisation_name: str | None,
    service: str | None,
    capacity: str | None,
    manages_calls: bool,
    password_stdin: bool,
) -> None:
    """Crée un compte, et le rattache à un organisme ou à un service."""
    if (siret or service) and not capacity:
        raise click.UsageError("--capacity doit accompagner --organisation ou --service")
    password = _password(password_stdin)
    with writing() as (_, session):
        try:
            person = add_user(
                session,
                email=email,
                name=name,
                password=password,
                now=now(),
                manages_calls=manages_calls,
            )
            if siret:
                organisation = _organisation(session, siret, organisation_name)
                join_organisation(session, person, organisation, capacity or "", now=now())
            if service:
                _join_service(session, person, service, capacity or "")
        except AccountRefused as refusal:
            raise Refused(refusal.reason) from refusal
        except AddressTaken as taken:
            raise Refused(f"L’adresse « {email} » a déjà un compte.") from taken
        click.echo(f"Compte créé : {person.name} <{person.email}>")


@user.command(name="reset-second-factor")
@click.argument("email", metavar="ADRESSE")
def reset_second_factor(email: str) -> None:
    """Retire le second facteur d’un compte dont le téléphone et les codes sont perdus.

    À faire une fois sûr de qui le demande : la personne en choisira un autre à sa connexion.
    """
    with writing() as (_, session):
        person = find_user(session, email)
        if person is None:
            raise Refused(f"Aucun compte n’a l’adresse « {email} ».")
        remove_second_factor(session, person)
        click.echo(f"Second facteur retiré : {person.name} <{person.email}>")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Mot de passe", hide_input=True, confirmation_prompt="Encore une fois"))


def _organisation(session: Session, siret: str, name: str | None) -> Organisation:
    digits = checked_siret(siret)
    known = session.scalar(select(Organisation).where(Organisation.siret == digits))
    if known is not None:
        return known
    if not name:
        raise Refused("Cet organisme n’est pas encore inscrit : donnez --organisation-name.")
    return ensure_organisation(session, siret=digits, name=name, now=now())


def _join_service(session: Session, person: User, text: str, capacity: str) -> None:
    kind, _, territory = text.partition(":")
    join_service(session, person, ensure_service(session, kind, territory), capacity, now=now())
