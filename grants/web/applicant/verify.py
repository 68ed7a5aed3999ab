"""The last look before the deposit: every answer, what blocks, the certification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, url_for

from grants.dossiers.deadlines import too_late
from grants.dossiers.operations import current_answers
from grants.dossiers.operations.freeze import as_deposited
from grants.dossiers.operations.parties import lacking_signatures
from grants.dossiers.operations.reading import reading_of
from grants.dossiers.review import deposit_gaps
from grants.dossiers.roles import organisations_of, party_acting
from grants.forms import Finding, findings, visible
from grants.web import access
from grants.web.access import Seen, applicants_dossier_or_404
from grants.web.answer_tables import table_of
from grants.web.applicant import situation
from grants.web.applicant.answering import budget, finding_lines
from grants.web.applicant.hub import field_url, figure_keys, members
from grants.web.applicant.room import screens
from grants.web.clock import now
from grants.web.deadlines import deadline_of
from grants.web.pieces import links_of
from grants.workflows.definition import Transition
from grants.workflows.machine import roles_for


@screens.get("/dossiers/<reference>/verifier")
@access.applicant
def verify(reference: str) -> str:
    seen = applicants_dossier_or_404(reference)
    dossier, call = seen.dossier, seen.call
    answers = current_answers(dossier, call)
    deposit = situation.deposit_transition(call.circuit, dossier.state)
    gaps = deposit_gaps(call, answers) if deposit else []
    found = findings(call.form, answers)
    address = field_url(seen)
    return render_template(
        "applicant/verify.html",
        seen=seen,
        dossier=dossier,
        call=call,
        state=situation.state_of(dossier, call),
        sections=[_section(seen, key, answers, found) for key in call.form.sections],
        figures=budget(call, answers, figure_keys(seen)),
        blocking=[{"href": address(each.field), "text": each.message} for each in gaps]
        + [{"href": _partners_address(seen), "text": each} for each in _unsigned(seen, deposit)],
        signing=situation.signing_act(situation.offers_on(seen)),
        reading=reading_of(dossier),
        findings=finding_lines(call, found, answers, address),
        deposit=deposit,
        mine=deposit is not None and bool(roles_for(deposit, seen.standing.roles)),
        signatories=_signatories(seen, deposit),
        too_late=too_late(dossier, deposit, now=now()) if deposit else None,
        unchanged=deposit is not None and _unchanged(seen, answers),
        deadline=deadline_of(dossier, now()),
    )


def _unsigned(seen: Seen, deposit: Transition | None) -> list[str]:
    """The organisations whose signature the deposit awaits."""
    if deposit is None or "signed" not in deposit.requires:
        return []
    own = party_acting(seen.call, deposit, deposit.roles)
    return lacking_signatures(seen.dossier, seen.call, own)


def _partners_address(seen: Seen) -> str:
    return url_for("applicant.hub", reference=seen.dossier.reference, _anchor="organismes")


def _unchanged(seen: Seen, answers: Mapping[str, Any]) -> bool:
    """Whether a deposit now would repeat the last one, word for word."""
    last = seen.dossier.version_in_hand
    return last is not None and last.answers == as_deposited(seen.call, answers)


def _section(
    seen: Seen, key: str, answers: dict[str, Any], found: list[Finding]
) -> dict[str, object]:
    """The visible questions of a section with their answers, then the justifications given."""
    section = seen.call.form.sections[key]
    shown = {each.key for each in visible(seen.call.form, answers)}
    address, writing = field_url(seen), situation.may_write_section(seen, section)
    pairs = [
        {
            "key": name,
            "question": field.label,
            "answer": field.display(answers.get(name)),
            "table": table_of(field, answers.get(name)),
            "files": links_of(seen.dossier, field, answers.get(name)),
            "edit_url": address(name) if writing else None,
        }
        for name, field in section.fields.items()
        if name in shown
    ]
    pairs += [
        {
            "key": each.justification.key,
            "question": f"Justification : {each.message}",
            "answer": each.justification.display(answers.get(each.justification.key)),
            "edit_url": address(each.justification.key) if writing else None,
        }
        for each in found
        if each.justification and seen.call.form.section_of(each.justification.key).key == key
    ]
    edit_url = url_for("applicant.section", reference=seen.dossier.reference, key=key)
    return {"title": section.title, "pairs": pairs, "edit_url": edit_url if writing else None}


def _signatories(seen: Seen, deposit: Transition | None) -> list[str]:
    if deposit is None:
        return []
    roles = [seen.call.circuit.roles[key] for key in deposit.roles]
    organisation = organisations_of(seen.dossier).get(roles[0].party, seen.dossier.organisation)
    capacities = {each.capacity for each in roles}
    return [
        each.user.name
        for each in members(organisation)
        if each.capacity in capacities and each.user.active
    ]
