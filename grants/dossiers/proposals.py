"""What a file proposes, kept between its reading and the choice; and read again for that choice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.documents.reading import (
    Compared,
    FileNotRead,
    Found,
    ReadApart,
    Reading,
    compared,
    is_to_copy,
)
from grants.documents.writing.sealing import Origin
from grants.dossiers.departures import departure_of
from grants.dossiers.models import Dossier, Proposal
from grants.dossiers.operations.answers import current_answers
from grants.dossiers.operations.opinions import draft_of, last_given
from grants.dossiers.operations.revisions import asks_otherwise
from grants.dossiers.presentation import decided_words, given_words
from grants.forms import Answers, FormDefinition, decode_answers

#: Over the answers in a service's file that are not those of the dossier.
APPLICANTS: Final = "Réponses du porteur changées dans le fichier"


@dataclass(frozen=True, slots=True)
class Apart:
    """A block of the file that is not its sender's to fill: shown, never imported."""

    title: str
    #: Question and text of what is written there.
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """What was read, in the terms of the form that it is proposed to."""

    found: Mapping[str, Found]
    apart: tuple[Apart, ...]
    left_over: tuple[str, ...]
    notices: tuple[str, ...]
    #: Where the file comes from, when it is we who wrote that.
    origin: Origin | None


def kept(form: FormDefinition, reading: Reading) -> dict[str, Any]:
    """What an applicant's file proposes, as JSON. An opinion in it is text, never an answer."""
    apart = [_apart(each, {}, ()) for each in reading.apart]
    return _kept(form, reading, reading.answers, reading.left_over, apart)


def kept_opinion(
    dossier: Dossier, call: CallDefinition, key: str, reading: Reading
) -> dict[str, Any]:
    """What a service's file proposes for that opinion, as JSON, and what belongs to nothing. The
    answers and the other opinions in it are texts, where they are not those of the dossier.

    :raises FileNotRead: when nothing is written in that block.
    """
    prefix = f"opinion_{key}_"
    own = next((each for each in reading.apart if each.prefix == prefix), None)
    if own is None:
        raise FileNotRead(f"Rien n’est écrit dans ce fichier sous « {call.opinions[key].label} ».")
    known, ours = _known(dossier, call, reading), _printed(dossier)
    answers = ReadApart(APPLICANTS, call.form, reading.answers)
    apart = (
        _apart(each, known.get(each.prefix, {}), ours)
        for each in (answers, *reading.apart)
        if each is not own
    )
    left_over = [*(each for each in own.left_over if each not in ours), *reading.left_over]
    written = [each for each in apart if each["lines"]]
    return _kept(call.opinions[key].form, reading, own.answers, left_over, written)


def _known(dossier: Dossier, call: CallDefinition, reading: Reading) -> Mapping[str, Answers]:
    """What the file may hold unchanged, by the prefix of its form: the deposited answers that it
    left with, the opinions given, the decision."""
    origin, version = reading.origin, dossier.versions[-1]
    if origin is not None and reading.authentic and origin.reference == dossier.reference:
        left = [each for each in dossier.versions if str(each.number) == origin.version]
        version = left[0] if left else version
    known = {"": decode_answers(call.form, version.answers)}
    for key, opinion in call.opinions.items():
        if (given := last_given(dossier, key)) is not None:
            known[f"opinion_{key}_"] = decode_answers(opinion.form, given.answers)
    if dossier.decision is not None:
        known["decision_"] = decode_answers(call.decision.form, dossier.decision.answers)
    return known


def _printed(dossier: Dossier) -> set[str]:
    """The words that its document puts under an opinion, and under the decision."""
    return {
        *map(given_words, dossier.opinions),
        *map(decided_words, dossier.decisions),
    }


def _kept(
    form: FormDefinition,
    reading: Reading,
    answers: Mapping[str, Found],
    left_over: Sequence[str],
    apart: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    return {
        "answers": {
            key: {**asdict(each), "value": form.fields[key].encode(each.value)}
            for key, each in answers.items()
        },
        "apart": list(apart),
        "left_over": list(left_over),
        "notices": list(reading.notices),
        "origin": asdict(reading.origin) if reading.origin and reading.authentic else None,
    }


def _apart(read: ReadApart, known: Answers, ours: Collection[str]) -> dict[str, Any]:
    """Question and text of what is written and not known yet; then what answers no question."""
    others = [each for each in read.left_over if each not in ours]
    fields = read.form.fields
    told = [
        [fields[key].label, text]
        for key, each in read.answers.items()
        if (text := each.conflict or fields[key].display(each.value))
        and text != fields[key].display(known.get(key))
    ]
    return {"title": read.title, "lines": [*told, *(["", text] for text in others)]}


# Read again


def proposed(proposal: Proposal, form: FormDefinition) -> Proposed:
    """What is proposed to `form`; where the form now asks otherwise than when the file was read,
    the text is left over and no answer."""
    kept_ = proposal.reading
    asked = _form_of(proposal)
    found: dict[str, Found] = {}
    left_over: list[str] = list(kept_["left_over"])
    for key, each in kept_["answers"].items():
        before, now = asked.fields[key], form.fields.get(key)
        value = before.decode(each["value"])
        if now is not None and not asks_otherwise(before, now):
            found[key] = Found(**{**each, "value": value})
        elif value is not None:
            left_over.append(f"{before.label} : {before.display(value)}")
    return Proposed(
        found,
        tuple(Apart(each["title"], _pairs(each["lines"])) for each in kept_["apart"]),
        tuple(left_over),
        tuple(kept_["notices"]),
        Origin(**kept_["origin"]) if kept_["origin"] else None,
    )


def _form_of(proposal: Proposal) -> FormDefinition:
    call = definition_of(proposal.revision)
    return call.opinions[proposal.opinion_key].form if proposal.opinion_key else call.form


def _pairs(lines: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((question, text) for question, text in lines)


def texts_to_copy(proposal: Proposal) -> bool:
    """Whether the file holds texts that no answer can take: they wait for whoever copies them."""
    call, key = target_call(proposal), proposal.opinion_key
    form = call.opinions[key].form if key else call.form
    what = proposed(proposal, form)
    return bool(what.left_over) or any(
        is_to_copy(form.fields[key], each.value) for key, each in what.found.items()
    )


def target_call(proposal: Proposal) -> CallDefinition:
    """The call as the dossier follows it; as it is now, for a dossier to be begun."""
    if proposal.dossier is not None:
        return proposal.dossier.definition
    return definition_of(proposal.call.revision or proposal.revision)


def comparison(proposal: Proposal) -> tuple[Proposed, list[Compared]]:
    """What was read, each answer held against the one that stands there now."""
    call, dossier = target_call(proposal), proposal.dossier
    if dossier is not None and proposal.opinion_key is not None:
        form = call.opinions[proposal.opinion_key].form
        what = proposed(proposal, form)
        here = draft_of(dossier, call, proposal.opinion_key).answers
        return what, list(compared(form, here, what.found))
    what = proposed(proposal, call.form)
    if dossier is None:
        return what, list(compared(call.form, {}, what.found))
    left = departure_of(dossier, call, what.origin) if what.origin else None
    here = current_answers(dossier, call)
    return what, list(compared(call.form, here, what.found, left))
