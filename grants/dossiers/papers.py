"""The Word papers of a dossier: the presentation, the receipt, the letter, the blank form."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Final

from grants.accounts.models import User
from grants.calls.checks import COMMON_SLOTS
from grants.calls.definition import CallDefinition
from grants.documents import Content, render
from grants.documents.codes import printed_code
from grants.documents.printing.plan import Plan, plan_of
from grants.documents.questionnaire import Questionnaire
from grants.documents.writing.anchoring import anchored, outlined
from grants.documents.writing.marking import MARK, marked
from grants.documents.writing.presentation import Part, Scoring, presentation_model
from grants.documents.writing.sealing import Origin, sealed
from grants.dossiers.departures import draft_stamp
from grants.dossiers.errors import ModelMissing
from grants.dossiers.models import Decision, Dossier, DossierEvent, DossierVersion, Receipt
from grants.dossiers.presentation import (
    Reader,
    answers_of,
    blank,
    calculations_of,
    presentation,
)
from grants.dossiers.questionnaire import questionnaire_of
from grants.dossiers.roles import holders_name, organisations_of
from grants.forms import FormDefinition, decode_answers, visible
from grants.wording import day, joined, local_day

#: Beside the package in a checkout, inside it once installed.
_FOLDERS = (
    Path(__file__).parents[2] / "docx_templates",
    Path(__file__).parents[1] / "docx_templates",
)


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
    #: The same for its PDF.
    plan: Plan
    #: Of the model as it was given, before anything was put into it.
    model_sha256: str


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
    complete = marked(anchored(model, questionnaire))
    ready = Paper(
        complete,
        outlined(model, questionnaire),
        plan_of(complete, questionnaire),
        sha256(model).hexdigest(),
    )
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


#: Printed at the foot of what is not issued.
PROJECT_MARK: Final = "Projet : ce document n’est pas émis et ne porte pas de code."
#: Slots that say when and under which code a document was printed, not what it says.
_CIRCUMSTANCES: Final = frozenset({MARK, "printed_on"})


@dataclass(frozen=True, slots=True)
class Manuscript:
    """All that a document says, before it is printed."""

    model: bytes = field(repr=False)
    model_sha256: str
    title: str
    content: Content = field(repr=False)
    origin: Origin
    #: As `calculations_of` says them.
    worked_out: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Names these words on that model, whenever and under whatever code they are printed."""
        words = {key: self.content[key] for key in self.content if key not in _CIRCUMSTANCES}
        said = [self.model_sha256, self.title, astuple(self.origin), words]
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def printed(self, mark: str = "", *, key: bytes | None = None, code: str = "") -> bytes:
        """The .docx.

        :param mark: at the foot of each page.
        :param key: seals the file, so that it is known again when it comes back.
        :param code: of an issued document.
        """
        paper = render(self.model, {**self.content, MARK: mark}, title=self.title)
        if key is None:
            return paper
        issued = printed_code(code) if code else ""
        return sealed(paper, self.origin, key, issued=issued, printed=self._around(mark))

    def _around(self, mark: str) -> list[str]:
        """What is printed around the answers, and worked out from them."""
        said = [
            words
            for slot, words in self.content.items()
            if slot in COMMON_SLOTS or slot.endswith("_given")
        ]
        return [mark, *(each for each in said if isinstance(each, str)), *self.worked_out]


def presentation_manuscript(
    dossier: Dossier,
    call: CallDefinition,
    reader: Reader,
    *,
    version: DossierVersion | None,
    demo_notice: str,
    now: datetime,
) -> Manuscript:
    """The official document of a version, or of the draft, as `reader` may see it."""
    paper = paper_of(call)
    return Manuscript(
        paper.model,
        paper.model_sha256,
        f"{call.document.title} - {dossier.reference}",
        presentation(dossier, call, reader, version=version, demo_notice=demo_notice, now=now),
        _origin(dossier, call, version),
        tuple(calculations_of(call, answers_of(dossier, call, version))),
    )


def blank_docx(call: CallDefinition, seal: Seal | None = None) -> bytes:
    """The form to be read, or filled by hand."""
    paper = render(paper_of(call).model, blank(call), title=call.document.title)
    return paper if seal is None else seal.put_on(paper, call)


def receipt_manuscript(
    dossier: Dossier, version: DossierVersion, receipt: Receipt, *, demo_notice: str
) -> Manuscript:
    """The accusé de réception as it was worded when issued."""
    kept = receipt.content
    contact = kept["contact"]
    content: Content = {
        "call_kind": dossier.definition.kind,
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
        "silence": _silence(kept["silence"], kept["silence_on"]),
        "remedies": kept["remedies"],
        "next_steps": "\n\n".join(kept["next_steps"]),
        "demo_notice": demo_notice,
    }
    title = f"Accusé de réception - {kept['reference']}"
    return of_the_house("receipt.docx", title, content, dossier, version)


def _silence(rule: str, on: str) -> str:
    return f"{rule} Pour ce dossier, ce serait le {on}." if rule else ""


def letter_manuscript(
    dossier: Dossier, decision: Decision, event: DossierEvent, *, demo_notice: str
) -> Manuscript:
    """The letter by which `event` notified a decision.

    It names who decided, and as what (CRPA, art. L212-1).
    """
    call = dossier.definition
    short, long = told(call.decision.form, decision.answers)
    content: Content = {
        "call_kind": call.kind,
        "call_title": call.title,
        "reference": dossier.reference,
        "project_title": dossier.title,
        "holder": holders_name(dossier),
        "holder_siret": joined([each.siret for each in organisations_of(dossier).values()]),
        "version_label": f"Version {decision.version.number}",
        "decision_label": call.decision.label,
        "notified_on": day(local_day(event.at)),
        "decided": _decided(dossier, call, decision, event.step),
        "facts": short,
        "texts": long,
        "signed_by": _named(event.actor, call, event.role),
        "service_name": call.contact.name,
        "service_address": call.contact.address,
        "service_email": call.contact.email,
        "service_phone": call.contact.phone,
        "remedies": call.receipt.remedies,
        "demo_notice": demo_notice,
    }
    title = f"Notification de la décision - {dossier.reference}"
    return of_the_house("letter.docx", title, content, dossier, decision.version)


def told(form: FormDefinition, stored: Mapping[str, Any]) -> tuple[list[Told], list[Told]]:
    """What was answered, label and words: in a line, and at length."""
    answers = decode_answers(form, stored)
    short, long = list[Told](), list[Told]()
    for each in visible(form, answers):
        if answers.get(each.key) is not None:
            line = {"label": each.label, "text": each.display(answers[each.key])}
            beside = each.type not in _AT_LENGTH and len(each.label) <= _BESIDE
            (short if beside else long).append(line)
    return short, long


#: The `label` and the `text` of an answer.
Told = dict[str, str]
#: Signs of a label that leaves its answer in the column of those around it.
_BESIDE: Final = 26
#: Types of answers that do not fit a line.
_AT_LENGTH: Final = frozenset({"long_text", "lines", "table", "choices"})


def _decided(dossier: Dossier, call: CallDefinition, decision: Decision, step: int) -> str:
    acts = call.circuit.transitions
    made = [
        each
        for each in dossier.events
        if each.step <= step and each.trigger in acts and acts[each.trigger].decides
    ]
    role = made[-1].role if made else None
    stood_in = ", par suppléance" if decision.stood_in else ""
    by = _named(decision.decided_by, call, role)
    return f"Décision prise le {day(local_day(decision.decided_at))} par {by}{stood_in}."


def _named(person: User | None, call: CallDefinition, role: str | None) -> str:
    """« Anne Pilote, Responsable de la DREAL »; nothing for a clock."""
    if person is None:
        return ""
    return ", ".join(filter(None, [person.name, call.circuit.roles[role].label if role else ""]))


def of_the_house(
    name: str, title: str, content: Content, dossier: Dossier, version: DossierVersion
) -> Manuscript:
    """What a paper says that is the same for every call: a model of ours, filled."""
    model = model_bytes(name)
    origin = _origin(dossier, dossier.definition, version)
    return Manuscript(_ready(model), sha256(model).hexdigest(), title, content, origin)


@lru_cache(maxsize=8)
def _ready(model: bytes) -> bytes:
    return marked(model)


def _origin(dossier: Dossier, call: CallDefinition, version: DossierVersion | None) -> Origin:
    number = str(version.number) if version else draft_stamp(dossier, call)
    return Origin(call.slug, call.title, dossier.revision.sha256, dossier.reference, number)
