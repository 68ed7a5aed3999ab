"""`grants dossiers`; `grants document write`, `read` and `verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import click
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.calls.models import Call
from grants.cli.calls import FILE, OUTPUT, call_or_refused
from grants.cli.french import FrenchGroup, Refused
from grants.cli.instance import columns, now, reading, writing
from grants.cli.returned import read
from grants.documents import DocumentError
from grants.documents.codes import printed_code
from grants.dossiers.errors import ModelMissing
from grants.dossiers.models import Dossier, DossierParty, DossierVersion
from grants.dossiers.operations.issuing import Press, file_of, issue_pdf, issue_presentation
from grants.dossiers.papers import PROJECT_MARK, presentation_manuscript
from grants.dossiers.pdf import presentation_pdf
from grants.dossiers.presentation import Reader, version_numbered
from grants.dossiers.queries import dossier_by_reference
from grants.dossiers.register import KINDS, Verdict, verified
from grants.dossiers.roles import holders_name
from grants.files import FileMissing
from grants.web.press import press_of
from grants.wording import moment
from grants.workflows.definition import Audience

VERDICTS = {
    Verdict.IDENTICAL: "identique au document émis",
    Verdict.ALTERED: "émis ici, mais modifié depuis",
    Verdict.UNKNOWN: "inconnu",
}


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
@click.option("--pdf", "as_pdf", is_flag=True, help="En PDF plutôt qu’en Word.")
@click.option("-o", "--output", type=OUTPUT, required=True, metavar="FICHIER", help="Où l’écrire.")
def write(reference: str, number: int | None, as_pdf: bool, output: Path) -> None:
    """Écrit la présentation du dossier en Word, telle que les services la lisent.

    Une version déposée est émise : son fichier est gardé, un code est sur chaque page. Un
    brouillon n’est qu’imprimé.
    """
    with writing() as (settings, session):
        dossier = dossier_by_reference(session, reference)
        if dossier is None:
            raise Refused(f"Aucun dossier n’a la référence « {reference} ».")
        try:
            version, press = _version(dossier, number), press_of(settings)
            paper = _paper(session, dossier, version, press, "pdf" if as_pdf else "docx")
        except DocumentError as fault:
            raise Refused(f"Le document ne peut être écrit : {fault}") from fault
        except ModelMissing as missing:
            raise Refused(f"Le modèle Word « {missing} » n’existe pas.") from missing
        except FileMissing as missing:
            raise Refused(
                f"Le fichier de ce document émis est perdu : {missing.sha256}"
            ) from missing
    output.write_bytes(paper)
    click.echo(f"Document écrit : {output}")


def _paper(
    session: Session,
    dossier: Dossier,
    version: DossierVersion | None,
    press: Press,
    format_: Literal["docx", "pdf"],
) -> bytes:
    call, reader, at = dossier.definition, Reader(Audience.SERVICE), now()
    words = presentation_manuscript(
        dossier, call, reader, version=version, demo_notice=press.demo_notice, now=at
    )
    if version is None:
        if format_ == "pdf":
            return presentation_pdf(words, call, dated=at, mark=PROJECT_MARK)
        return words.printed(PROJECT_MARK, key=press.key)
    issued = issue_presentation(session, dossier, reader, version, actor=None, now=at, press=press)
    file = file_of(issued, format_) or issue_pdf(session, issued, words, press=press)
    with press.store.open_checked(file.sha256) as kept:
        return kept.read()


@document.command()
@click.argument("file", type=FILE, metavar="FICHIER")
def verify(file: Path) -> None:
    """Dit si un fichier est un document émis ici : identique, modifié depuis, ou inconnu.

    Rend 0 s’il est identique, 1 sinon.
    """
    with reading() as (_, session):
        found = verified(session, file.read_bytes())
        click.echo(f"{file} : {VERDICTS[found.verdict]}.")
        if (issued := found.document) is not None:
            click.echo(
                f"{KINDS[issued.kind]}, dossier {issued.dossier.reference}, version "
                f"{issued.version.number}, émis le {moment(issued.issued_at)}, "
                f"code {printed_code(issued.code)}."
            )
    if found.verdict is not Verdict.IDENTICAL:
        raise click.exceptions.Exit(1)


def _version(dossier: Dossier, number: int | None) -> DossierVersion | None:
    """The version asked for, or the one in hand; None is the draft of what was never deposited."""
    if number is None:
        return dossier.version_in_hand
    version = version_numbered(dossier, number)
    if version is None:
        numbers = ", ".join(str(each.number) for each in dossier.versions) or "aucune"
        raise Refused(f"Le dossier n’a pas de version {number}. Versions : {numbers}.")
    return version
