"""What a file proposes, question by question, as its page shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from grants.calls.models import CallStatus
from grants.documents.reading import Compared, Found, Standing
from grants.dossiers.models import Proposal
from grants.dossiers.operations import answer_token
from grants.dossiers.operations.answers import row_token
from grants.dossiers.operations.opinions import draft_of
from grants.dossiers.operations.proposals import writable_keys
from grants.dossiers.proposals import Proposed, comparison, target_call
from grants.extensions import db
from grants.forms import FieldDefinition, FormDefinition, Unreadable
from grants.web import access
from grants.web.clock import now

#: Words and tones.
STANDINGS = {
    Standing.SAME: ("Identique", "neutral"),
    Standing.THERE: ("Changé dans le fichier", "accent"),
    Standing.HERE: ("Changé ici depuis", "neutral"),
    Standing.CONFLICT: ("Changé des deux côtés", "warning"),
    Standing.DIFFERS: ("Différent", "warning"),
    Standing.CONTRADICTION: ("À trancher", "danger"),
    Standing.TO_COPY: ("À recopier", "danger"),
}
NO_CHOICE = (Standing.SAME, Standing.CONTRADICTION, Standing.TO_COPY)
#: Why nothing of the file can be taken.
CLOSED = "L’appel n’est pas ouvert : aucun dossier ne peut être commencé avec ce fichier."
LOCKED = "Le dossier n’est plus modifiable à cette étape : rien ne peut y être écrit."
NO_ANSWER = "Ce fichier ne porte aucune réponse : il n’y a rien à reprendre."
NO_DIFFERENCE = (
    "Aucune réponse de ce fichier ne diffère de celles d’ici : il n’y a rien à enregistrer."
)
BY_HAND = "Aucune de ces réponses ne se prend d’ici : ce qui doit l’être se recopie à la main."
NOT_OPEN = (
    "Cet appel est clos : un dossier ne peut plus y être commencé. Ce qui a été lu reste à copier."
)
NEW = ("Nouveau", "accent")
STALE = ("Changé ici entre-temps", "danger")
EMPTIED = ("Vide dans le fichier", "neutral")


@dataclass(frozen=True, slots=True)
class Line:
    """One question that the file asks."""

    key: str
    question: str
    #: Texts; empty when not answered.
    here: str
    there: str
    label: str
    tone: str
    #: Where it was found, and how sure that is.
    found: str
    #: What keeps the file's answer from being deposited as it stands.
    problems: tuple[str, ...]
    #: Whose section it is, when the reader may not write it.
    foreign: bool
    choosable: bool
    taken: bool
    token: str

    @property
    def is_same(self) -> bool:
        return self.label == STANDINGS[Standing.SAME][0]


@dataclass(slots=True)
class Part:
    """A section of the form."""

    title: str
    lines: list[Line] = field(default_factory=list)

    @property
    def differing(self) -> list[Line]:
        return [each for each in self.lines if not each.is_same]


@dataclass(slots=True)
class ProposalPage:
    proposal: Proposal
    what: Proposed
    parts: list[Part]
    #: Of the draft opinion shown.
    revision: int
    form: FormDefinition
    #: Whether the reader may write no question of the dossier any more.
    locked: bool

    @property
    def notices(self) -> list[str]:
        """What to know of the file, then of what can be done with it."""
        origin, dossier = self.what.origin, self.proposal.dossier
        known = dossier.reference if dossier else ""
        told = list(self.what.notices)
        if origin is not None and origin.reference not in ("", known):
            told.append(
                f"Ce fichier est parti d’un autre dossier, {origin.reference} : ce qui a changé "
                "depuis n’est pas connu."
            )
        if self._is_too_late:
            told.append(NOT_OPEN)
        return told

    @property
    def _is_too_late(self) -> bool:
        """Whether it is for a dossier that can no longer be begun."""
        is_open = self.proposal.call.status(now()) is CallStatus.OPEN
        return self.proposal.dossier is None and not is_open

    @property
    def nothing(self) -> str:
        """Why nothing can be taken; empty when something can."""
        if self._is_too_late:
            return CLOSED
        if self.locked:
            return LOCKED
        if any(each.choosable for each in self.lines):
            return ""
        if self.differing:
            return BY_HAND
        return NO_ANSWER if self.proposal.dossier is None else NO_DIFFERENCE

    @property
    def lines(self) -> Iterator[Line]:
        for part in self.parts:
            yield from part.lines

    @property
    def differing(self) -> list[Line]:
        return [each for each in self.lines if not each.is_same]

    @property
    def same(self) -> list[Line]:
        """Identical answers; `blank` has the questions unanswered on both sides."""
        return [each for each in self.lines if each.is_same and each.here]

    @property
    def blank(self) -> list[Line]:
        return [each for each in self.lines if each.is_same and not each.here]

    @property
    def unasked(self) -> list[str]:
        """The questions that the file does not ask."""
        known = {each.key for each in self.lines}
        return [
            each.label
            for key, each in self.form.fields.items()
            if each.source == "inputs" and key not in known
        ]

    def tokens_taken(self, posted: MultiDict[str, str]) -> dict[str, str]:
        """{question: token shown beside it} of what is taken from the file."""
        return {
            each.key: posted.get(f"{each.key}-revision", "")
            for each in self.lines
            if not each.foreign and posted.get(f"take-{each.key}") == "file"
        }


def page_of(
    proposal: Proposal,
    posted: MultiDict[str, str] | None = None,
    *,
    stale: Collection[str] = (),
) -> ProposalPage:
    """The answers as they stand now; choices as `posted`, else as offered. Those of the questions
    that a colleague answered meanwhile (`stale`) are to be made again."""
    what, lines = comparison(proposal)
    call, dossier, key = target_call(proposal), proposal.dossier, proposal.opinion_key
    form = call.opinions[key].form if key else call.form
    revision = draft_of(dossier, call, key).revision if dossier and key else 0
    own, tokens = _writable(proposal), _tokens(proposal)
    shown = {each.key: _line(form.fields[each.key], each, own, tokens, posted) for each in lines}
    for name in stale:
        if name in shown and shown[name].choosable:
            label, tone = STALE
            shown[name] = replace(shown[name], label=label, tone=tone, taken=False)
    parts = [
        Part(section.title, [shown[name] for name in section.fields if name in shown])
        for section in form.sections.values()
    ]
    shown_parts = [each for each in parts if each.lines]
    return ProposalPage(proposal, what, shown_parts, revision, form, locked=own == frozenset())


def _writable(proposal: Proposal) -> frozenset[str] | None:
    """The questions that the reader may answer; None for all of them."""
    dossier = proposal.dossier
    if dossier is None or proposal.opinion_key:
        return None
    return writable_keys(db.session(), dossier, dossier.definition, actor=access.actor(), now=now())


def _tokens(proposal: Proposal) -> dict[str, str]:
    if proposal.dossier is None or proposal.opinion_key:
        return {}
    return {each.field_key: row_token(each) for each in proposal.dossier.answers}


def _line(
    question: FieldDefinition,
    compared: Compared,
    own: frozenset[str] | None,
    tokens: dict[str, str],
    posted: MultiDict[str, str] | None,
) -> Line:
    label, tone = _words(compared)
    writable = own is None or question.key in own
    choosable = compared.standing not in NO_CHOICE and writable
    chosen = posted.get(f"take-{question.key}") if posted is not None else None
    return Line(
        key=question.key,
        question=question.label,
        here=question.display(compared.here),
        there=question.display(compared.found.value),
        label=label,
        tone=tone,
        found=_found(compared.found),
        problems=_problems(question, compared),
        foreign=bool(own) and not writable,
        choosable=choosable,
        taken=choosable and (compared.is_offered_taken if chosen is None else chosen == "file"),
        token=tokens.get(question.key, answer_token(0, None)),
    )


def _words(compared: Compared) -> tuple[str, str]:
    if compared.standing is Standing.DIFFERS:
        if compared.here is None:
            return NEW
        if compared.found.value is None:
            return EMPTIED
    return STANDINGS[compared.standing]


def _found(found: Found) -> str:
    """« paragraphe 12, à son repère »: in words, for people."""
    if found.source == "anchor":
        sure = "à son repère" if found.certainty == 1 else "à son repère, dont l’intitulé a changé"
    else:
        sure = f"par son intitulé, sûr à {found.certainty * 100:.0f} %"
    return f"{found.place}, {sure}"


def _problems(question: FieldDefinition, compared: Compared) -> tuple[str, ...]:
    found = compared.found
    if found.conflict:
        return (found.conflict[:1].upper() + found.conflict[1:],)
    told: list[Any] = question.problems(found.value)
    if compared.standing is Standing.TO_COPY:
        return ("Ce texte n’a pas pu être lu comme réponse : recopiez-le dans le dossier.",)
    if isinstance(found.value, Unreadable):
        return tuple(f"Illisible, gardé comme texte à corriger. {each}" for each in told)
    return tuple(told)
