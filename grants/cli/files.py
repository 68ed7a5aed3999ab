"""`grants files …`: the files that applicants handed in."""

from __future__ import annotations

import click

from grants.cli.french import FrenchGroup
from grants.cli.instance import now, reading
from grants.dossiers.operations.files import held_files, sweep_files
from grants.files import FileStore
from grants.wording import plural


@click.group(cls=FrenchGroup, name="files")
def files() -> None:
    """Fichiers déposés."""


@files.command()
def sweep() -> None:
    """Efface les fichiers que plus aucun dossier ne tient, passé un jour."""
    with reading() as (settings, session):
        gone = sweep_files(session, FileStore(settings.files), now=now())
    click.echo(f"{plural(len(gone), 'fichier effacé', 'fichiers effacés')}.")


@files.command()
def check() -> None:
    """Dit les fichiers qu’un dossier tient et que le dossier d’instance n’a plus."""
    with reading() as (settings, session):
        held = sorted(held_files(session))
        missing = FileStore(settings.files).missing(held)
    for sha256 in missing:
        click.echo(sha256, err=True)
    found = plural(len(held) - len(missing), "fichier présent", "fichiers présents")
    click.echo(f"{found}, {plural(len(missing), 'manquant', 'manquants')}.")
    if missing:
        raise click.exceptions.Exit(1)
