"""The Word papers of a dossier: the official presentation, the receipt, the blank form."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from grants.calls.definition import CallDefinition
from grants.documents import Content, render
from grants.documents.writing.presentation import Part, Scoring, presentation_model
from grants.dossiers.models import Dossier, DossierVersion, Receipt
from grants.dossiers.presentation import Reader, blank, presentation

#: Beside the package in a checkout, inside it once installed.
_FOLDERS = (
    Path(__file__).parents[2] / "docx_templates",
    Path(__file__).parents[1] / "docx_templates",
)


class ModelMissing(LookupError):
    """No Word model has that name."""


def model_bytes(name: str) -> bytes:
    """The Word model `name`, such as « presentation-hlm.docx ».

    :raises ModelMissing: no such file; a name never leaves the folder of models.
    """
    for folder in _FOLDERS:
        path = folder / name
        if path.parent == folder and path.is_file():
            return path.read_bytes()
    raise ModelMissing(name)


def model_of(call: CallDefinition) -> bytes:
    """The call's own Word model; without one, a presentation built from its forms."""
    if call.document.model is not None:
        return model_bytes(call.document.model)
    opinions = [
        Part(
            title=opinion.label,
            form=opinion.form,
            prefix=f"opinion_{key}_",
            given=f"opinion_{key}_given",
            only_when_given=opinion.optional,
        )
        for key, opinion in call.opinions.items()
    ]
    grids = [Scoring(each.label, f"grid_{key}_") for key, each in call.grids.items()]
    decision = Part(
        title=call.decision.label,
        form=call.decision.form,
        prefix="decision_",
        given="decision_given",
        only_when_given=True,
    )
    answers = Part(title=call.document.title, form=call.form)
    return presentation_model(
        call.kind, call.title, call.document.title, [answers, *opinions, *grids, decision]
    )


def presentation_docx(
    dossier: Dossier,
    call: CallDefinition,
    reader: Reader,
    *,
    version: DossierVersion | None,
    demo_notice: str,
    now: datetime,
) -> bytes:
    """The official document of a version, or of the draft, as `reader` may see it."""
    content = presentation(dossier, call, reader, version=version, demo_notice=demo_notice, now=now)
    return render(
        model_of(call),
        content,
        title=f"{call.document.title} - {dossier.reference}",
    )


def blank_docx(call: CallDefinition) -> bytes:
    """The form to be read, or filled by hand."""
    return render(model_of(call), blank(call), title=call.document.title)


def receipt_docx(receipt: Receipt, *, demo_notice: str) -> bytes:
    """The accusé de réception as it was worded when issued."""
    kept = receipt.content
    contact = kept["contact"]
    content: Content = {
        "call_title": kept["call"],
        "reference": kept["reference"],
        "project_title": kept["title"],
        "certification": kept["certification"],
        "fingerprint": kept["sha256"],
        "legal_basis": kept["legal_basis"],
        "holder": kept["holder"],
        "holder_siret": kept["siret"],
        "submitted_at": kept["received"],
        "version_label": f"Version {kept['version']}",
        "certified_by": kept["certified_by"],
        "service_name": contact["name"],
        "service_address": contact["address"],
        "service_email": contact["email"],
        "service_phone": contact["phone"],
        "silence": f"{kept['silence']} Date : {kept['silence_on']}." if kept["silence"] else "",
        "remedies": kept["remedies"],
        "next_steps": "\n\n".join(kept["next_steps"]),
        "demo_notice": demo_notice,
    }
    title = f"Accusé de réception - {kept['reference']}"
    return render(model_bytes("receipt.docx"), content, title=title)
