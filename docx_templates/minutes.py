"""The minutes of a sitting, as far as one dossier is concerned; for the services alone."""

from docx_templates.lines import answers, fact, line
from grants.documents.writing.form import demo_notice, footer, heading, running_header
from grants.documents.writing.package import Model
from grants.documents.writing.wordml import each, paragraph, run, value, when

_NAME = "Extrait du relevé de la séance"


def minutes() -> Model:
    return Model(
        title=_NAME,
        body=_opening() + _opinions() + _scores() + _sitting(),
        first_header=demo_notice() + paragraph("Header"),
        header=running_header(),
        footer=footer(_NAME, " · dossier {{ reference }}"),
    )


def _opening() -> str:
    return (
        paragraph("Overline", value("call_kind"))
        + paragraph("Title", value("call_title"))
        + heading(1, _NAME)
        + paragraph(
            "Normal",
            run("Cet extrait ne porte que sur le dossier désigné ci-dessous. "),
            run("Il est destiné aux services qui l’instruisent."),
        )
        + heading(2, "Dossier")
        + fact("Référence", "reference")
        + fact("Projet", "project_title")
        + fact("Porteur", "holder")
        + fact("Version examinée", "version_examined")
        + when("amount_asked", fact("Montant demandé", "amount_asked"))
    )


def _opinions() -> str:
    """What the services had said of that version."""
    return when("opinions", heading(2, "Avis rendus sur cette version"), answers("opinions"))


def _scores() -> str:
    grid = line("row.label", "row.text")
    return when("scores", heading(2, "Notation"), each("row", "scores", grid))


def _sitting() -> str:
    return (
        paragraph("Heading2", value("sitting_label"))
        + paragraph("Given", value("recorded"))
        + each("row", "facts", line("row.label", "row.text"))
        + answers("texts")
    )
