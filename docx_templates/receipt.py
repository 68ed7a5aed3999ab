"""The receipt of a submission, with what article R. 112-5 of the CRPA wants it to say."""

from grants.documents.writing.form import demo_notice, footer, heading, running_header
from grants.documents.writing.package import Model
from grants.documents.writing.wordml import each, paragraph, run, tab, value, when

_NAME = "Accusé de réception"


def receipt() -> Model:
    return Model(
        title=_NAME,
        body=_opening() + _deposit() + _service() + _law(),
        first_header=demo_notice() + paragraph("Header"),
        header=running_header(),
        footer=footer(_NAME, " · dossier {{ reference }}"),
    )


def _opening() -> str:
    return (
        paragraph("Overline", run("Appel à projets"))
        + paragraph("Title", value("call_title"))
        + heading(1, _NAME)
        + paragraph(
            "Normal",
            run("Le dossier désigné ci-dessous a été reçu le "),
            value("submitted_at", "Label"),
            run("."),
        )
        + when("legal_basis", paragraph("Normal", value("legal_basis")))
    )


def _deposit() -> str:
    return (
        heading(2, "Dossier déposé")
        + fact("Référence", "reference")
        + fact("Projet", "project_title")
        + fact("Version", "version_label")
        + fact("Porteur", "holder")
        + fact("SIRET", "holder_siret")
        + fact("Reçu le", "submitted_at")
        + fact("Certifié par", "certified_by")
        + fact("Empreinte (SHA-256)", "fingerprint")
        + when("certification", paragraph("Normal", value("certification")))
    )


def _service() -> str:
    return (
        heading(2, "Service chargé du dossier")
        + fact("Service", "service_name")
        + fact("Adresse", "service_address")
        + fact("Courriel", "service_email")
        + fact("Téléphone", "service_phone")
    )


def _law() -> str:
    return (
        texts("Suite donnée au dossier", "next_steps")
        + texts("En l'absence de réponse", "silence")
        + texts("Délais et voies de recours", "remedies")
    )


def fact(label: str, slot: str) -> str:
    return paragraph("Fact", run(label, "Label"), tab(), value(slot, "AnswerText"))


def texts(title: str, slot: str) -> str:
    texts = each("text", f"{slot}|paragraphs", paragraph("Normal", value("text")))
    return when(slot, heading(2, title), texts)


def line(label: str, text: str) -> str:
    """The same, its label being a slot as well."""
    return paragraph("Fact", value(label, "Label"), tab(), value(text, "AnswerText"))


def answers(rows: str) -> str:
    """Long answers, each under its label."""
    text = paragraph("Question", value("row.label", "Label"))
    return each("row", rows, text + paragraph("Answer", value("row.text")))
