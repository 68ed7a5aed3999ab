"""`grants workflow …`: what is proved of a circuit, and its picture."""

from __future__ import annotations

from pathlib import Path

import click

from grants.calls.checks import proofs_of
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.staffing import unstaffed, vacancies
from grants.cli.calls import OUTPUT, call_or_refused, read_file
from grants.cli.french import FrenchGroup, Refused
from grants.cli.instance import reading
from grants.wording import plural
from grants.workflows.definition import Audience
from grants.workflows.drawing import chart_of, stages_of, svg_of

READERS = {
    "applicant": Audience.APPLICANT,
    "service": Audience.SERVICE,
    "manager": Audience.MANAGER,
}


@click.group(cls=FrenchGroup, name="workflow")
def workflows() -> None:
    """Circuits : prouver qu’aucun dossier ne s’y perd, les dessiner."""


@workflows.command(name="check")
@click.argument("call", metavar="APPEL|FICHIER")
def check(call: str) -> None:
    """Prouve le circuit d’un fichier, ou celui d’un appel importé.

    Pour un appel importé, dit aussi les rôles que personne ne tient dans un territoire.
    """
    file = Path(call)
    failures = _told(read_file(file, proved=False)) if file.is_file() else _on_the_instance(call)
    if failures:
        raise Refused(f"{plural(failures, 'preuve manque', 'preuves manquent')}.")


def _told(call: CallDefinition) -> int:
    """Print each proof; how many fail."""
    failed = 0
    for proof in proofs_of(call):
        failed += bool(proof.failures)
        click.echo(f"{'✗' if proof.failures else '✓'} {proof.said}")
        for error in proof.failures:
            click.echo(f"    {error.message}")
    return failed


def _on_the_instance(slug: str) -> int:
    with reading() as (_, session):
        call = call_or_refused(session, slug)
        if call.revision is None:
            raise Refused(f"L’appel « {slug} » n’a pas encore de fichier.")
        failed = _told(definition_of(call.revision))
        stopping = unstaffed(session, call)
        others = [each for each in vacancies(session, call) if each not in stopping]
    click.echo(f"{'✗' if stopping or others else '✓'} chaque rôle est tenu dans chaque territoire")
    for sentence in stopping:
        click.echo(f"    {sentence} L’ouverture est refusée.")
    for sentence in others:
        click.echo(f"    {sentence} D’autres peuvent agir.")
    return failed + bool(stopping or others)


@workflows.command(name="draw")
@click.argument("call", metavar="APPEL|FICHIER")
@click.option("-o", "--output", type=OUTPUT, metavar="FICHIER", help="Où écrire le dessin (SVG).")
@click.option("--text", "told", is_flag=True, help="Le circuit en texte, étape par étape.")
@click.option(
    "--for",
    "reader",
    type=click.Choice(list(READERS)),
    default="manager",
    help="Dans les mots de qui ; le porteur (applicant) ne voit pas tout.",
)
def draw(call: str, output: Path | None, told: bool, reader: str) -> None:
    """Dessine en SVG le circuit d’un fichier, ou celui d’un appel importé."""
    definition = _definition_of(call)
    chart = chart_of(definition.circuit, READERS[reader])
    if told:
        drawn = "\n".join(
            line
            for stage in stages_of(chart)
            for line in (stage.heading, *(f"    {act}" for act in stage.acts or ["fin du circuit"]))
        )
    else:
        drawn = svg_of(chart, title=f"Circuit de l’appel « {definition.title} »")
    if output is None:
        click.echo(drawn)
        return
    output.write_text(f"{drawn}\n", encoding="utf-8")
    click.echo(f"Circuit écrit : {output}")


def _definition_of(call: str) -> CallDefinition:
    """A file of that name when there is one, else the present file of an imported call."""
    file = Path(call)
    if file.is_file():
        return read_file(file, proved=False)
    with reading() as (_, session):
        found = call_or_refused(session, call)
        if found.revision is None:
            raise Refused(f"L’appel « {call} » n’a pas encore de fichier.")
        return definition_of(found.revision)
