"""`grants dossiers`, `grants document write` and `grants document read`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from grants.calls.models import Call
from grants.cli.calls import OUTPUT, call_or_refused
from grants.cli.french import FrenchGroup, Refused
from grants.cli.instance import columns, now, reading
from grants.cli.returned import read
from grants.documents import DocumentError
from grants.dossiers.models import Dossier, DossierParty, DossierVersion
from grants.dossiers.papers import ModelMissing, presentation_docx
from grants.dossiers.presentation import Reader, version_numbered
from grants.dossiers.queries import dossier_by_reference
from grants.dossiers.roles import holders_name
from grants.web.rendering import DEMO_NOTICE
from grants.workflows.definition import Audience


@click.command(name="dossiers")
@click.option("--call", "slug", metavar="APPEL", help="D’un seul appel.")
@click.option("--json", "as_json", is_flag=True, help="En JSON, pour un autre programme.")
def dossiers(slug: str | None, as_json: bool) -> None:
    """Liste les dossiers : référence, porteur, appel, état, version."""
    query = (
        select(Dossier)
        .order_by(Dossier.reference)
        .options(
            joinedload(Dossier.call).joinedload(Call.revision),
            joinedload(Dossier.revision),
            joinedload(Dossier.organisation),
            selectinload(Dossier.parties).joinedload(DossierParty.organisation),
        )
    )
    with reading() as (_, session):
        if slug is not None:
            query = query.where(Dossier.call == call_or_refused(session, slug))
        lines = [_line(each) for each in session.scalars(query)]
    if as_json:
        click.echo(json.dumps(lines, ensure_ascii=False, indent=2))
    elif lines:
        titles = ("RÉFÉRENCE", "PORTEUR", "APPEL", "ÉTAT", "VERSION")
        shown = ("reference", "holder", "call", "state_label", "version")
        click.echo(columns([tuple(str(line[key]) for key in shown) for line in lines], titles))
    else:
        click.echo("Aucun dossier.")


def _line(dossier: Dossier) -> dict[str, str | int]:
    state = dossier.definition.circuit.states[dossier.state]
    return {
        "reference": dossier.reference,
        "holder": holders_name(dossier),
        "call": dossier.call.slug,
        "state": dossier.state,
        "state_label": state.labels.of(Audience.SERVICE),
        "version": dossier.version_number,
    }


@click.group(cls=FrenchGroup, name="document")
def document() -> None:
    """Document officiel d’un dossier."""


document.add_command(read)


@document.command(name="write")
@click.argument("reference", metavar="RÉFÉRENCE")
@click.option("--version", "number", type=int, metavar="N", help="Version déposée n° N.")
@click.option("-o", "--output", type=OUTPUT, required=True, metavar="FICHIER", help="Où l’écrire.")
def write(reference: str, number: int | None, output: Path) -> None:
    """Écrit la présentation du dossier en Word, telle que les services la lisent."""
    with reading() as (settings, session):
        dossier = dossier_by_reference(session, reference)
        if dossier is None:
            raise Refused(f"Aucun dossier n’a la référence « {reference} ».")
        try:
            paper = presentation_docx(
                dossier,
                dossier.definition,
                Reader(Audience.SERVICE),
                version=_version(dossier, number),
                demo_notice=DEMO_NOTICE if settings.demo else "",
                now=now(),
                key=settings.secret_key.encode(),
            )
        except DocumentError as fault:
            raise Refused(f"Le document ne peut être écrit : {fault}") from fault
        except ModelMissing as missing:
            raise Refused(f"Le modèle Word « {missing} » n’existe pas.") from missing
    output.write_bytes(paper)
    click.echo(f"Document écrit : {output}")


def _version(dossier: Dossier, number: int | None) -> DossierVersion | None:
    """The version asked for, or the one in hand; None is the draft of what was never deposited."""
    if number is None:
        return dossier.version_in_hand
    version = version_numbered(dossier, number)
    if version is None:
        numbers = ", ".join(str(each.number) for each in dossier.versions) or "aucune"
        raise Refused(f"Le dossier n’a pas de version {number}. Versions : {numbers}.")
    return version
