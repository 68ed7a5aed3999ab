"""`grants db upgrade`, `grants clock run` and `grants office run`."""

from __future__ import annotations

import click

from grants.cli.french import FrenchGroup, Refused
from grants.cli.instance import check_schema, engine_of, now, sessions_of, settings_of
from grants.cli.schema import newest_revision, revision_of, upgrade
from grants.dossiers.clocks import run_clocks
from grants.dossiers.office import run_conversions
from grants.dossiers.operations.conversions import sweep_conversions
from grants.files import FileStore
from grants.web.press import desk_of, press_of
from grants.wording import plural


@click.group(cls=FrenchGroup, name="db")
def database() -> None:
    """Base de données."""


@database.command(name="upgrade")
def upgrade_() -> None:
    """Crée les tables, ou les met à jour."""
    settings = settings_of()
    engine = engine_of(settings)
    before = revision_of(engine)
    if before == newest_revision():
        click.echo(f"La base est à jour (révision {before}).")
        return
    click.echo("Mise à jour de la base…")
    upgrade(settings)
    click.echo(f"Base à jour : révision {revision_of(engine)} (avant : {before or 'vide'}).")


@click.group(cls=FrenchGroup, name="clock")
def clock() -> None:
    """Échéances."""


@clock.command(name="run")
def run() -> None:
    """Envoie les rappels dus et exécute les échéances passées."""
    settings = settings_of()
    engine = engine_of(settings)
    check_schema(engine)
    done = run_clocks(sessions_of(engine), now=now(), press=press_of(settings))
    reminded = plural(done.reminded, "dossier rappelé", "dossiers rappelés")
    fired = plural(done.fired, "échéance exécutée", "échéances exécutées")
    click.echo(f"{reminded}, {fired}.")
    for reference, reasons in done.refused.items():
        click.echo(f"{reference} : échéance refusée. {' '.join(reasons)}", err=True)
    for reference in done.failed:
        click.echo(f"{reference} : erreur, voir le journal.", err=True)
    if done.refused or done.failed:
        raise click.exceptions.Exit(1)


@click.group(cls=FrenchGroup, name="office")
def office() -> None:
    """Conversions par LibreOffice."""


@office.command(name="run")
def run_office() -> None:
    """Fait les conversions qui attendent, une à une."""
    settings = settings_of()
    engine = engine_of(settings)
    check_schema(engine)
    desk = desk_of(settings)
    if desk is None:
        raise Refused("LibreOffice (soffice), ou unshare, manque sur cette machine.")
    done = run_conversions(sessions_of(engine), desk, clock=now)
    sweep_conversions(sessions_of(engine), FileStore(settings.sent), now=now())
    made = plural(done.made, "conversion faite", "conversions faites")
    put_back = plural(done.put_back, "à retenter", "à retenter")
    click.echo(f"{made}, {put_back}, {plural(done.failed, 'en échec', 'en échec')}.")
    if done.failed:
        raise click.exceptions.Exit(1)
