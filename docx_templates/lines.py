"""Lines that the papers of the house share."""

from grants.documents.writing.form import heading
from grants.documents.writing.wordml import each, paragraph, run, tab, value, when


def fact(label: str, slot: str) -> str:
    return paragraph("Fact", run(label, "Label"), tab(), value(slot, "AnswerText"))


def texts(title: str, slot: str) -> str:
    texts = each("text", f"{slot}|paragraphs", paragraph("Normal", value("text")))
    return when(slot, heading(2, title), texts)


def line(label: str, text: str) -> str:
    """As `fact`, its label being a slot as well."""
    return paragraph("Fact", value(label, "Label"), tab(), value(text, "AnswerText"))


def answers(rows: str) -> str:
    """Long answers, each under its label."""
    text = paragraph("Question", value("row.label", "Label"))
    return each("row", rows, text + paragraph("Answer", value("row.text")))


def service() -> str:
    return (
        heading(2, "Service chargé du dossier")
        + fact("Service", "service_name")
        + fact("Adresse", "service_address")
        + fact("Courriel", "service_email")
        + fact("Téléphone", "service_phone")
    )
