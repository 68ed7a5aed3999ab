"""`grants document read`: what a filled file answers to the questions of a call."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.cli.calls import FILE, read_file, revision_or_refused
from grants.cli.french import FrenchCommand, Refused
from grants.cli.instance import columns, reading
from grants.documents.converting import converter
from grants.documents.reading import FileNotRead, Found, Reading, read_answers
from grants.dossiers.papers import paper_of
from grants.forms import FieldDefinition, FormDefinition, Unreadable

#: Letters of an answer that fit a line; `--json` gives it whole.
WIDTH = 70
SOURCES = {"anchor": "ancre", "label": "intitulé"}


@dataclass(frozen=True, slots=True)
class _Asked:
    """The call whose questions a file answers; no key when its own file was given."""

    call: CallDefinition
    form_hash: str = ""
    key: bytes | None = None


@click.command(name="read", cls=FrenchCommand)
@click.argument("file", type=FILE, metavar="FICHIER")
@click.option(
    "--call",
    "source",
    required=True,
    metavar="APPEL",
    help="Appel importé, ou fichier d’appel (.yaml).",
)
@click.option("--json", "as_json", is_flag=True, help="En JSON, pour un autre programme.")
def read(file: Path, source: str, as_json: bool) -> None:
    """Lit un formulaire rempli (.docx, .txt, .pdf) : chaque réponse, d’où elle vient, et le reste.

    Rien n’est enregistré.
    """
    found = _asked(source)
    paper = paper_of(found.call)
    try:
        result = read_answers(
            file.read_bytes(),
            paper.questionnaire.of_revision(found.form_hash),
            key=found.key,
            convert=converter(),
        )
    except FileNotRead as refusal:
        raise Refused(f"{file} : {refusal.reason}") from refusal
    if as_json:
        click.echo(json.dumps(_as_json(result, found.call), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_told(result, found.call)))


def _asked(name: str) -> _Asked:
    path = Path(name)
    if path.suffix in (".yaml", ".yml") and path.is_file():
        return _Asked(read_file(path, proved=False))
    with reading() as (settings, session):
        revision = revision_or_refused(session, name)
        return _Asked(definition_of(revision), revision.sha256, settings.secret_key.encode())


# For people


def _told(result: Reading, call: CallDefinition) -> Iterator[str]:
    yield from (f"! {notice}" for notice in result.notices)
    if result.origin is not None and result.origin.reference:
        number = result.origin.version
        version = f", version {number}" if number.isdecimal() else ""
        yield f"Dossier {result.origin.reference}{version}."
    yield columns(_lines(call.form, result.answers), ("QUESTION", "RÉPONSE", "SOURCE", "SÛRETÉ"))
    for each in result.apart:
        yield f"\nÀ part, jamais repris comme réponse : {each.title}"
        yield columns(_lines(each.form, each.answers), ("QUESTION", "TEXTE", "SOURCE", "SÛRETÉ"))
        yield from (f"  {text}" for text in each.left_over)
    if result.left_over:
        yield "\nTexte qui ne répond à aucune question :"
        yield from (f"  {text}" for text in result.left_over)


def _lines(form: FormDefinition, answers: Mapping[str, Found]) -> list[tuple[str, ...]]:
    return [_line(field, answers.get(key)) for key, field in form.fields.items()]


def _line(field: FieldDefinition, found: Found | None) -> tuple[str, ...]:
    if found is None:
        return (field.key, "absente du fichier", "", "")
    source = f"{SOURCES[found.source]}, {found.place}"
    return (field.key, _answer(field, found), source, f"{found.certainty * 100:.0f} %")


def _answer(field: FieldDefinition, found: Found) -> str:
    if found.conflict:
        return f"à trancher : {found.conflict}"
    if found.value is None:
        return "non renseigné"
    text = " / ".join(field.display(found.value).split("\n"))
    text = f"illisible : {text}" if isinstance(found.value, Unreadable) else text
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


# For programs


def _as_json(result: Reading, call: CallDefinition) -> dict[str, Any]:
    return {
        "answers": _values(call.form, result.answers),
        "apart": [
            {
                "title": each.title,
                "answers": _values(each.form, each.answers),
                "left_over": each.left_over,
            }
            for each in result.apart
        ],
        "left_over": result.left_over,
        "notices": result.notices,
        "origin": asdict(result.origin) if result.origin is not None else None,
        "authentic": result.authentic,
    }


def _values(form: FormDefinition, answers: Mapping[str, Found]) -> dict[str, Any]:
    return {key: _value(field, answers.get(key)) for key, field in form.fields.items()}


def _value(field: FieldDefinition, found: Found | None) -> dict[str, Any] | None:
    """None for a question that the file does not ask."""
    if found is None:
        return None
    return {
        "value": field.encode(found.value),
        "text": field.display(found.value),
        "source": found.source,
        "certainty": found.certainty,
        "place": found.place,
        "conflict": found.conflict,
    }
