"""What an act writes, besides the state: a version, an opinion, a sheet, a slot, a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grants.calls.acts import SLOT
from grants.dossiers.awaiting import slot_words
from grants.dossiers.operations import opinions
from grants.dossiers.operations.acting import Act, asked_by
from grants.dossiers.operations.decisions import record_decision
from grants.dossiers.operations.drafts import encoded
from grants.dossiers.operations.freeze import freeze, issue_receipt
from grants.dossiers.operations.hearings import book, let_go
from grants.dossiers.operations.parties import sign
from grants.dossiers.operations.sheets import return_sheet
from grants.forms import FormDefinition, visible
from grants.workflows.definition import Phase


def take_effect(act: Act) -> None:
    """Write all that the transition says it does. Called by `fire` alone."""
    act.note = _note(act)
    transition = act.transition
    if transition.freezes:
        _deposit(act)
    if transition.gives:
        _give(act, transition.gives)
    for key in transition.reopens:
        opinions.reopen(act.session, act.dossier, key)
    if transition.scores:
        _return_sheet(act, transition.scores)
    if transition.books:
        _book(act, transition.books)
    if transition.signs and act.party is not None:
        sign(act.session, act.dossier, act.call, act.party, actor=act.person, now=act.now)
    if transition.decides:
        _decide(act)
    if act.dossier.phase == Phase.CLOSED:
        _free_slots(act)


def _note(act: Act) -> dict[str, Any]:
    """The answers to the act's form, for the timeline; those of a sheet stay on the sheet."""
    if act.transition.scores or act.transition.books:
        return {}
    form = asked_by(act.session, act.dossier, act.call, act.transition, now=act.now)
    return encode_inputs(form, act.inputs) if form else {}


def encode_inputs(form: FormDefinition, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The act's answers as stored, those of hidden fields left out."""
    shown = {each.key for each in visible(form, inputs)}
    return encoded(form, {key: value for key, value in inputs.items() if key in shown})


def _deposit(act: Act) -> None:
    version = freeze(act.session, act.dossier, act.call, actor=act.person, now=act.now)
    if act.transition.receipt:
        issue_receipt(act.session, act.dossier, act.call, version, now=act.now)


def _give(act: Act, key: str) -> None:
    opinions.give(
        act.session,
        act.dossier,
        key,
        act.version,
        actor=act.person,
        stood_in=act.stood_in,
        now=act.now,
    )


def _return_sheet(act: Act, key: str) -> None:
    return_sheet(
        act.session,
        act.dossier,
        act.call.grids[key],
        act.inputs,
        act.version,
        actor=act.person,
        now=act.now,
    )


def _book(act: Act, key: str) -> None:
    chosen = str(act.inputs[SLOT])
    slot = book(act.session, act.dossier, key, chosen, actor=act.person, now=act.now)
    act.note = {SLOT: slot_words(slot)}


def _free_slots(act: Act) -> None:
    """Another may have the hearings that a dossier which is over will not come to."""
    for slot in list(act.dossier.slots):
        if slot.starts_at > act.now:
            let_go(act.session, act.dossier, slot.hearing_key)


def _decide(act: Act) -> None:
    record_decision(
        act.session,
        act.dossier,
        act.call,
        act.note,
        act.version,
        actor=act.person,
        stood_in=act.stood_in,
        now=act.now,
    )
