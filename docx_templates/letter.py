"""The letter that notifies a decision, whatever the call: its form says what was decided."""

from docx_templates.lines import answers, fact, line, service, texts
from grants.documents.writing.form import demo_notice, footer, heading, running_header
from grants.documents.writing.package import Model
from grants.documents.writing.wordml import each, paragraph, run, value, when

_NAME = "Notification de la décision"


def letter() -> Model:
    return Model(
        title=_NAME,
        body=_opening()
        + _decision()
        + _signed()
        + texts("Délais et voies de recours", "remedies")
        + service(),
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
            run("Madame, Monsieur, la décision prise sur le dossier désigné ci-dessous vous est "),
            run("notifiée par cette lettre."),
        )
        + heading(2, "Dossier")
        + fact("Destinataire", "holder")
        + fact("SIRET", "holder_siret")
        + fact("Référence", "reference")
        + fact("Projet", "project_title")
        + fact("Version", "version_label")
        + fact("Lettre du", "notified_on")
    )


def _decision() -> str:
    """One line for each short answer of the decision's form, then its texts."""
    return (
        paragraph("Heading2", value("decision_label"))
        + paragraph("Given", value("decided"))
        + each("row", "facts", line("row.label", "row.text"))
        + answers("texts")
    )


def _signed() -> str:
    """By whoever notified it, if it was somebody."""
    polite = "Veuillez agréer, Madame, Monsieur, l’expression de notre considération distinguée."
    signature = paragraph("Normal", value("signed_by", "Label"))
    return paragraph("Normal", run(polite)) + when("signed_by", signature)
