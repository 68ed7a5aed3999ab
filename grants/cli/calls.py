"""`grants call …`: check, import, list, print the blank form."""

from __future__ import annotations

import json
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.accounts.operations import find_user
from grants.calls.calendar import last_minute
from grants.calls.definition import CallDefinition
from grants.calls.loader import CallFileInvalid, decoded, definition_of, read_call
from grants.calls.models import Call, CallRevision, CallStatus
from grants.calls.operations import CallRefused, add_manager, open_call
from grants.calls.schema import call_schema
from grants.cli.french import FrenchGroup, Refused
from grants.cli.instance import ROOT, columns, now, reading, writing
from grants.dossiers.errors import ModelMissing
from grants.dossiers.operations.revisions import drafts_changed, renew_call
from grants.dossiers.papers import Seal, blank_docx, model_bytes
from grants.wording import moment, plural

STATUS = {
    CallStatus.PREPARATION: "en préparation",
    CallStatus.COMING: "à venir",
    CallStatus.OPEN: "ouvert",
    CallStatus.CLOSED: "clos",
}

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group(cls=FrenchGroup, name="call")
def calls() -> None:
    """Appels : contrôler un fichier, l’importer, lister."""


@calls.command(name="check")
@click.argument("file", type=FILE, metavar="FICHIER")
def check(file: Path) -> None:
    """Dit toutes les erreurs d’un fichier d’appel, avec leur ligne."""
    call = read_file(file)
    click.echo(f"{file} : aucune erreur. {_summary(call)}")


@calls.command(name="import")
@click.argument("file", type=FILE, metavar="FICHIER")
@click.option("--open", "opens", is_flag=True, help="Publie l’appel aussitôt.")
@click.option("--manager", metavar="ADRESSE", help="Compte qui gérera l’appel.")
def import_(file: Path, opens: bool, manager: str | None) -> None:
    """Importe un fichier d’appel : nouvel appel, ou nouvelle révision."""
    read_file(file)
    with writing() as (_, session):
        actor = _manager(session, manager)
        try:
            revision = renew_call(
                session,
                decoded(file.read_bytes()),
                actor=actor,
                now=now(),
                models=model_bytes,
            )
            if opens:
                open_call(session, revision.call, actor=actor, now=now())
        except CallRefused as refusal:
            raise Refused("\n".join(refusal.reasons)) from refusal
        except CallFileInvalid as invalid:
            raise Refused(_faults(file, invalid)) from invalid
        status = STATUS[revision.call.status(now())]
        click.echo(f"Appel « {revision.call.slug} », révision {revision.number} : {status}.")
        for line in _told_of_drafts(session, revision):
            click.echo(line)


def _told_of_drafts(session: Session, revision: CallRevision) -> list[str]:
    """What the drafts begun before would find changed; they move by their people's act alone."""
    changed = drafts_changed(session, revision.call, definition_of(revision))
    if not changed:
        return []
    told = ["Les brouillons commencés gardent leur formulaire. Ce que trouverait chacun :"]
    for references, changes in changed:
        told += [f"{', '.join(references)} :", *(f"  - {each}" for each in changes)]
    return told


@calls.command(name="list")
def list_() -> None:
    """Liste les appels, leurs dates et leur nombre de dossiers."""
    with reading() as (_, session):
        found = session.scalars(select(Call).order_by(Call.opens_at, Call.slug)).all()
        if not found:
            click.echo("Aucun appel. Pour en importer un : grants call import FICHIER")
            return
        rows = [
            (
                call.slug,
                STATUS[call.status(now())],
                moment(call.opens_at),
                moment(last_minute(call.closes_at)),
                str(call.dossier_count),
                call.title,
            )
            for call in found
        ]
    click.echo(columns(rows, ("APPEL", "ÉTAT", "OUVERTURE", "CLÔTURE", "DOSSIERS", "TITRE")))


@calls.command(name="blank")
@click.argument("slug", metavar="APPEL")
@click.option("-o", "--output", type=OUTPUT, required=True, metavar="FICHIER", help="Où l’écrire.")
def blank(slug: str, output: Path) -> None:
    """Écrit le formulaire officiel vierge, en Word."""
    with reading() as (settings, session):
        revision = revision_or_refused(session, slug)
        seal = Seal(revision.sha256, settings.secret_key.encode())
        output.write_bytes(blank_docx(definition_of(revision), seal))
    click.echo(f"Formulaire vierge écrit : {output}")


@calls.command(name="schema")
@click.option("-o", "--output", type=OUTPUT, metavar="FICHIER", help="Où l’écrire.")
def schema(output: Path | None) -> None:
    """Écrit le schéma JSON des fichiers d’appel, pour les éditeurs."""
    page = ROOT / "docs" / "ecrire-un-appel.md"
    told = call_schema(page.read_text() if page.exists() else "")
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text)
        click.echo(f"Schéma écrit : {output}")


@calls.command(name="manage")
@click.argument("slug", metavar="APPEL")
@click.argument("email", metavar="ADRESSE")
def manage(slug: str, email: str) -> None:
    """Donne un appel à gérer à un compte de plus."""
    with writing() as (_, session):
        call = call_or_refused(session, slug)
        person = _manager(session, email)
        if person is not None:
            add_manager(session, call, person)
        click.echo(f"« {call.slug} » est géré par {email}.")


def call_or_refused(session: Session, slug: str) -> Call:
    found = session.scalar(select(Call).where(Call.slug == slug))
    if found is None:
        known = session.scalars(select(Call.slug).order_by(Call.slug)).all()
        hint = f"Appels connus : {', '.join(known)}." if known else "Aucun appel n’est importé."
        raise Refused(f"Appel « {slug} » inconnu. {hint}")
    return found


def revision_or_refused(session: Session, slug: str) -> CallRevision:
    """The newest file of a call."""
    revision = call_or_refused(session, slug).revision
    if revision is None:
        raise Refused(f"L’appel « {slug} » n’a pas encore de fichier.")
    return revision


def read_file(file: Path, *, proved: bool = True) -> CallDefinition:
    """:raises Refused: with every fault; those of the circuit left out when not `proved`."""
    try:
        return read_call(decoded(file.read_bytes()), models=model_bytes, proved=proved)
    except CallFileInvalid as invalid:
        raise Refused(_faults(file, invalid)) from invalid
    except ModelMissing as missing:
        raise Refused(f"{file} : le modèle Word « {missing} » n’existe pas.") from missing


def _faults(file: Path, invalid: CallFileInvalid) -> str:
    count = plural(len(invalid.errors), "erreur", "erreurs")
    lines = [f"{file}:{error.line} : {error.message}" for error in invalid.errors]
    return "\n".join([*lines, f"{count}."])


def _summary(call: CallDefinition) -> str:
    counted = (
        plural(len(call.form.sections), "rubrique", "rubriques"),
        plural(len(call.form.fields), "question", "questions"),
        plural(len(call.form.checks), "contrôle", "contrôles"),
        plural(len(call.circuit.states), "état", "états"),
        plural(len(call.circuit.transitions), "action", "actions"),
        plural(len(call.messages), "courriel", "courriels"),
    )
    return f"« {call.title} » : {', '.join(counted)}."


def _manager(session: Session, email: str | None) -> User | None:
    if email is None:
        return None
    user = find_user(session, email)
    if user is None:
        raise Refused(f"Aucun compte n’a l’adresse « {email} » : créez-le par « grants user add ».")
    if not user.manages_calls:
        raise Refused(f"{email} ne gère pas d’appels (option --manages-calls de « user add »).")
    return user
