"""`grants call try`: a call to play through, alone, then gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import waitress

from grants.calls.operations import CallRefused
from grants.cli.french import FrenchCommand, Refused
from grants.cli.instance import settings_of
from grants.cli.rehearsals import source_of
from grants.cli.serving import LOOPBACK, THREADS, listen, port
from grants.config import Settings
from grants.forms.types.file import MOST_BYTES
from grants.rehearsal.stage import Rehearsal, staged


@click.command(name="try", cls=FrenchCommand)
@click.argument("call", metavar="APPEL|FICHIER")
@port
def try_(call: str, port: int) -> None:
    """Ouvre un appel dans une instance jetable, pour y jouer chaque rôle.

    L’appel est ouvert autour d’aujourd’hui, avec des personnes inventées. Aucun courriel ne part.
    Tout est effacé à l’arrêt (Ctrl+C).
    """
    source = source_of(call)
    listener = listen(LOOPBACK, port)
    with TemporaryDirectory(prefix="grants-essai-") as folder, listener:
        settings = _settings(Path(folder), port)
        rehearsal = _staged(settings, source)
        # Loading the screens takes a second that no other command should wait for.
        from grants.app import create_app  # noqa: PLC0415

        app = create_app(settings, clock=rehearsal.clock, rehearsal=rehearsal)
        click.echo(f"À ouvrir : {settings.base_url}/essayer  (Ctrl+C pour arrêter et tout effacer)")
        waitress.serve(
            app,
            sockets=[listener],
            threads=THREADS,
            max_request_body_size=settings.max_form_bytes + MOST_BYTES,
            ident=None,
            _quiet=True,
        )
    click.echo("Arrêté : l’essai est effacé.")


def _settings(folder: Path, port: int) -> Settings:
    """Those of a demonstration that knows nothing of the installation's own."""
    settings = settings_of({"GRANTS_INSTANCE": str(folder), "GRANTS_DEMO": "1"})
    return replace(settings, base_url=f"http://{LOOPBACK}:{port}")


def _staged(settings: Settings, source: str) -> Rehearsal:
    try:
        return staged(settings, source)
    except CallRefused as refusal:
        raise Refused("\n".join(refusal.reasons)) from refusal
