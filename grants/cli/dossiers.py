"""`grants dossiers`: the dossiers, in a list."""

from __future__ import annotations

import json

import click
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from grants.calls.models import Call
from grants.cli.calls import call_or_refused
from grants.cli.instance import columns, reading
from grants.dossiers.models import Dossier, DossierParty
from grants.dossiers.roles import holders_name
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
