"""The `grants` command."""

from __future__ import annotations

import click

from grants.cli.calls import calls
from grants.cli.documents import document
from grants.cli.dossiers import dossiers
from grants.cli.files import files
from grants.cli.french import FrenchGroup
from grants.cli.people import user
from grants.cli.rehearsals import simulate
from grants.cli.serving import demo, serve
from grants.cli.trying import try_
from grants.cli.upkeep import clock, database, office
from grants.cli.workflows import workflows


@click.group(cls=FrenchGroup, name="grants")
def main() -> None:
    """Appels à projets : du dépôt du dossier à la décision et à son document Word.

    GRANTS_INSTANCE choisit le dossier d’instance. Codes de sortie : 0 fait, 1 refusé,
    2 commande mal écrite.
    """


for command in (demo, serve, calls, workflows, dossiers, document, files):
    main.add_command(command)
for command in (clock, office, user, database):
    main.add_command(command)
calls.add_command(try_)
workflows.add_command(simulate)
