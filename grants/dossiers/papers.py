"""The Word papers of a dossier: the official presentation, the receipt, the blank form."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock

from grants.calls.definition import CallDefinition
from grants.documents import Content, render
from grants.documents.questionnaire import Questionnaire
from grants.documents.writing.anchoring import anchored, outlined
from grants.documents.writing.presentation import Part, Scoring, presentation_model
from grants.documents.writing.sealing import Origin, sealed
from grants.dossiers.models import Dossier, DossierVersion, Receipt
from grants.dossiers.presentation import Reader, blank, presentation
from grants.dossiers.questionnaire import questionnaire_of

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


@dataclass(frozen=True, slots=True)
class Paper:
    """The model of a call with its anchors, and what is asked in its order and words."""

    model: bytes
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class Seal:
    """What a document is marked with, to be known again when it comes back."""

    #: Hash of the revision of its call.
    form_hash: str
    key: bytes = field(repr=False)

    def put_on(
        self, document: bytes, call: CallDefinition, reference: str = "", version: str = ""
    ) -> bytes:
        origin = Origin(call.slug, call.title, self.form_hash, reference, version)
        return sealed(document, origin, self.key)


_KEPT = 64
_papers: OrderedDict[str, Paper] = OrderedDict()
_one_keeps = Lock()


def paper_of(call: CallDefinition) -> Paper:
    """The official document of a call; made ready once for each model and form."""
    model, questionnaire = model_of(call), questionnaire_of(call)
    key = _key(model, questionnaire)
    with _one_keeps:
        if key in _papers:
            _papers.move_to_end(key)
            return _papers[key]
    ready = Paper(anchored(model, questionnaire), outlined(model, questionnaire))
    with _one_keeps:
        _papers[key] = ready
        while len(_papers) > _KEPT:
            _papers.popitem(last=False)
    return ready


def _key(model: bytes, questionnaire: Questionnaire) -> str:
    asked = [questionnaire.form, *(each.form for each in questionnaire.apart)]
    digest = sha256(model)
    for form in asked:
        digest.update(form.model_dump_json().encode())
    told = (questionnaire.call, questionnaire.furniture, dict(questionnaire.compose))
    digest.update(repr(told).encode())
    return digest.hexdigest()


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
    key: bytes | None = None,
) -> bytes:
    """The official document of a version, or of the draft, as `reader` may see it.

    :param key: marks the file, so that it is known again when it comes back filled.
    """
    content = presentation(dossier, call, reader, version=version, demo_notice=demo_notice, now=now)
    title = f"{call.document.title} - {dossier.reference}"
    paper = render(paper_of(call).model, content, title=title)
    if key is None:
        return paper
    number = str(version.number) if version else ""
    return Seal(dossier.revision.sha256, key).put_on(paper, call, dossier.reference, number)


def blank_docx(call: CallDefinition, seal: Seal | None = None) -> bytes:
    """The form to be read, or filled by hand."""
    paper = render(paper_of(call).model, blank(call), title=call.document.title)
    return paper if seal is None else seal.put_on(paper, call)


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
