"""`grants document write`, `read` and `verify`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls.loader import definition_of
from grants.calls.models import Call
from grants.cli.calls import FILE, call_or_refused
from grants.cli.french import FrenchGroup, Refused
from grants.cli.instance import now, reading
from grants.cli.returned import read
from grants.database import WRITING
from grants.documents import DocumentError
from grants.documents.codes import printed_code
from grants.dossiers.errors import ModelMissing, StillWritten
from grants.dossiers.models import Dossier, DossierVersion
from grants.dossiers.operations.issuing import Press, file_of, issue_pdf, issue_presentation
from grants.dossiers.papers import PROJECT_MARK, presentation_manuscript
from grants.dossiers.pdf import presentation_pdf
from grants.dossiers.presentation import Reader, version_numbered
from grants.dossiers.queries import dossier_by_reference
from grants.dossiers.register import KINDS, Verdict, verified
from grants.files import FileMissing
from grants.web.press import press_of
from grants.wording import joined, moment, plural
from grants.workflows.definition import Audience

Format = Literal["docx", "pdf"]

VERDICTS = {
    Verdict.IDENTICAL: "identique au document émis",
    Verdict.ALTERED: "émis ici, mais modifié depuis",
    Verdict.UNKNOWN: "inconnu",
}


@click.group(cls=FrenchGroup, name="document")
def document() -> None:
    """Document officiel d’un dossier."""


document.add_command(read)


@document.command(name="write")
@click.argument("reference", required=False, metavar="[RÉFÉRENCE]")
@click.option("--version", "number", type=int, metavar="N", help="Version déposée n° N.")
@click.option("--call", "slug", metavar="APPEL", help="Tous les dossiers d’un appel.")
@click.option("--state", "states", multiple=True, metavar="ÉTAT", help="Ceux de cet état.")
@click.option("--pdf", "as_pdf", is_flag=True, help="En PDF plutôt qu’en Word.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FICHIER",
    help="Où l’écrire ; un dossier de fichiers, avec « --call ».",
)
def write(
    *,
    reference: str | None,
    number: int | None,
    slug: str | None,
    states: tuple[str, ...],
    as_pdf: bool,
    output: Path,
) -> None:
    """Écrit la présentation d’un dossier en Word, telle que les services la lisent.

    Une version déposée est émise : son fichier est gardé, un code est sur chaque page. Un
    brouillon n’est qu’imprimé.

    Avec « --call », un fichier pour chaque dossier de l’appel, nommé d’après sa référence ; un
    dossier qui ne s’écrit pas n’empêche pas les autres.
    """
    if (reference is None) == (slug is None) or (slug is None and states) or (slug and number):
        raise Refused("Donnez une référence, ou « --call » (avec « --state » au besoin).")
    format_: Format = "pdf" if as_pdf else "docx"
    with reading() as (settings, session):
        press = press_of(settings)
        if not os.environ.get("GRANTS_BASE_URL", "").strip():
            click.echo(
                f"GRANTS_BASE_URL n’est pas donnée : ce qui est émis renvoie à {press.verify_at}.",
                err=True,
            )
        if slug is not None:
            references = _references(session, slug, states)
            _write_all(session, references, format_, press, output)
        elif reference is not None:
            output.write_bytes(_written(session, reference, number, format_, press))
            click.echo(f"Document écrit : {output}")


def _write_all(
    session: Session,
    references: list[str],
    format_: Format,
    press: Press,
    folder: Path,
) -> None:
    """:raises Refused: at the end, with those that could not be written."""
    folder.mkdir(parents=True, exist_ok=True)
    failed = []
    with click.progressbar(references, label="Documents", file=sys.stderr) as bar:
        for reference in bar:
            try:
                paper = _written(session, reference, None, format_, press)
            except Refused as refusal:
                failed.append(f"{reference} : {refusal}")
            else:
                (folder / f"{reference}-presentation.{format_}").write_bytes(paper)
    written = plural(len(references) - len(failed), "document écrit", "documents écrits")
    click.echo(f"{written} dans {folder}")
    if failed:
        raise Refused("\n".join(["Les autres n’ont pas pu l’être :", *failed]))


def _references(session: Session, slug: str, states: tuple[str, ...]) -> list[str]:
    """:raises Refused: for a state that the call does not have."""
    with session.begin():
        call: Call = call_or_refused(session, slug)
        known = definition_of(call.revision).circuit.states if call.revision else {}
        unknown = [each for each in states if each not in known]
        if unknown:
            raise Refused(
                f"États inconnus : {joined(unknown)}. Ceux de l’appel : {joined(list(known))}."
            )
        query = select(Dossier.reference).where(Dossier.call == call).order_by(Dossier.reference)
        return list(session.scalars(query.where(Dossier.state.in_(states)) if states else query))


def _written(
    session: Session, reference: str, number: int | None, format_: Format, press: Press
) -> bytes:
    """The file of one dossier, in a transaction of its own.

    :raises Refused: when there is none.
    """
    with session.begin():
        session.connection(execution_options=WRITING)
        dossier = dossier_by_reference(session, reference)
        if dossier is None:
            raise Refused(f"Aucun dossier n’a la référence « {reference} ».")
        try:
            return _paper(session, dossier, _version(dossier, number), press, format_)
        except DocumentError as fault:
            raise Refused(f"Le document ne peut être écrit : {fault}") from fault
        except ModelMissing as missing:
            raise Refused(f"Le modèle Word « {missing} » n’existe pas.") from missing
        except FileMissing as missing:
            raise Refused(
                f"Le fichier de ce document émis est perdu : {missing.sha256}"
            ) from missing


def _paper(
    session: Session,
    dossier: Dossier,
    version: DossierVersion | None,
    press: Press,
    format_: Format,
) -> bytes:
    reader, at = Reader(Audience.SERVICE), now()
    if version is None:
        return _project(dossier, reader, None, press, format_)
    try:
        issued, words = issue_presentation(
            session, dossier, reader, version, actor=None, now=at, press=press
        )
    except StillWritten:
        return _project(dossier, reader, version, press, format_)
    file = file_of(issued, format_) or issue_pdf(session, issued, words, press=press)
    with press.store.open_checked(file.sha256) as kept:
        return kept.read()


def _project(
    dossier: Dossier,
    reader: Reader,
    version: DossierVersion | None,
    press: Press,
    format_: Format,
) -> bytes:
    """What is still being written is only printed."""
    call, at = dossier.definition, now()
    words = presentation_manuscript(
        dossier, call, reader, version=version, demo_notice=press.demo_notice, now=at
    )
    if format_ == "pdf":
        return presentation_pdf(words, call, dated=at, mark=PROJECT_MARK)
    return words.printed(PROJECT_MARK, key=press.key)


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
