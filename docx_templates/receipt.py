"""The receipt of a submission, with what article R. 112-5 of the CRPA wants it to say."""

from docx_templates.lines import fact, service, texts
from grants.documents.writing.form import demo_notice, footer, heading, running_header
from grants.documents.writing.package import Model
from grants.documents.writing.wordml import paragraph, run, value, when

_NAME = "Accusé de réception"


def receipt() -> Model:
    return Model(
        title=_NAME,
        body=_opening() + _deposit() + service() + _law(),
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


def _law() -> str:
    return (
        texts("Suite donnée au dossier", "next_steps")
        + texts("En l’absence de réponse", "silence")
        + texts("Délais et voies de recours", "remedies")
    )
