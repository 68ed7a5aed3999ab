"""Once deposited: the receipt, the timeline, the decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, render_template

from grants.dossiers.disclosure import made_known
from grants.dossiers.models import Decision, Receipt
from grants.dossiers.operations.revisions import definitions_followed
from grants.dossiers.presentation import notifying_events, shown_decision, shown_opinion
from grants.dossiers.scoring import known_scores
from grants.extensions import db
from grants.forms import FormDefinition, decode_answers, visible
from grants.web import access
from grants.web.access import Seen, applicants_dossier_or_404
from grants.web.applicant import situation
from grants.web.applicant.room import screens
from grants.web.timeline import Line, lines_of
from grants.wording import money


@screens.get("/dossiers/<reference>/accuse-de-reception")
@screens.get("/dossiers/<reference>/accuse-de-reception/<int:number>")
@access.applicant
def receipt(reference: str, number: int | None = None) -> str:
    """The receipt of a version; of the last one that has one when no number is given."""
    seen = applicants_dossier_or_404(reference)
    receipts = _receipts(seen)
    wanted = number if number is not None else max(receipts, default=0)
    if wanted not in receipts:
        abort(404)
    return render_template(
        "applicant/receipt.html",
        seen=seen,
        dossier=seen.dossier,
        receipt=receipts[wanted],
        kept=receipts[wanted].content,
        number=wanted,
        others=sorted((each for each in receipts if each != wanted), reverse=True),
    )


@screens.get("/dossiers/<reference>/historique")
@access.applicant
def history(reference: str) -> str:
    seen = applicants_dossier_or_404(reference)
    return render_template(
        "applicant/history.html",
        seen=seen,
        dossier=seen.dossier,
        call=seen.call,
        lines=_timeline(seen),
        remedies=situation.remedies(seen),
    )


@screens.get("/dossiers/<reference>/decision")
@access.applicant
def decision(reference: str) -> str:
    """The decision once made known, with the opinions that may now be read."""
    seen = applicants_dossier_or_404(reference)
    dossier, call = seen.dossier, seen.call
    known = shown_decision(call, dossier, seen.reader)
    if known is None:
        abort(404)
    return render_template(
        "applicant/decision.html",
        seen=seen,
        dossier=dossier,
        call=call,
        decision=known,
        notified_at=_notified_at(seen),
        notified=bool(notifying_events(dossier, call)),
        outcome=call.decision.form.fields["outcome"].display(known.outcome),
        pairs=_pairs(call.decision.form, known.answers, without=("outcome", "amount", "rank")),
        opinions=_opinions(seen),
        facts=_facts(known),
        scores=known_scores(dossier, call),
        ahead=_waiting_words(known.rank),
    )


def _notified_at(seen: Seen) -> datetime:
    """When the decision that the applicant reads was made known: what follows, such as the
    signatures of an agreement, does not notify it anew."""
    step = made_known(seen.dossier, seen.call.decision.applicant_sees_in)
    acts = seen.call.circuit.transitions
    until = [each for each in seen.dossier.events if each.step <= step]
    notices = [each for each in until if each.trigger in acts and acts[each.trigger].notifies]
    return (notices or until)[-1].at


def _timeline(seen: Seen) -> list[Line]:
    """What the applicant may know of what happened, the latest first."""
    dossier = seen.dossier
    joined = [
        Line(each.joined_at, f"{each.organisation.name} a rejoint le dossier", "")
        for each in dossier.parties
    ]
    begun = Line(dossier.created_at, "Dossier créé", dossier.created_by.name)
    calls = definitions_followed(db.session(), dossier)
    told = [*lines_of(dossier.events, calls, seen.audience), *reversed(joined), begun]
    return sorted(told, key=lambda each: each.at, reverse=True)


def _receipts(seen: Seen) -> dict[int, Receipt]:
    """The dossier's receipts by version number."""
    numbers = {each.id: each.number for each in seen.dossier.versions}
    rows = db.session.scalars(db.select(Receipt).where(Receipt.dossier_id == seen.dossier.id))
    return {numbers[each.version_id]: each for each in rows}


def _pairs(
    form: FormDefinition, stored: dict[str, Any], without: tuple[str, ...] = ()
) -> list[dict[str, str]]:
    """The questions that were put, with what was answered; those left empty are left out."""
    answers = decode_answers(form, stored)
    return [
        {"key": each.key, "question": each.label, "answer": each.display(answers[each.key])}
        for each in visible(form, answers)
        if each.key in answers and each.key not in without
    ]


def _opinions(seen: Seen) -> list[dict[str, Any]]:
    """The opinions that the call lets the applicant read by now."""
    found = []
    for key, opinion in seen.call.opinions.items():
        record = shown_opinion(seen.call, seen.dossier, key, seen.reader, None)
        if record is not None and record.version is not None:
            found.append(
                {
                    "label": opinion.label,
                    "given_at": record.given_at,
                    "version": record.version.number,
                    "pairs": _pairs(opinion.form, record.answers),
                }
            )
    return found


def _facts(made: Decision) -> list[dict[str, str]]:
    """What the decision gives, in figures."""
    facts = []
    if made.amount_cents is not None:
        facts.append({"label": "Montant attribué", "value": money(made.amount_cents)})
    if made.rank is not None:
        facts.append({"label": "Rang sur la liste d’attente", "value": str(made.rank)})
    return facts


def _waiting_words(rank: int | None) -> str:
    if rank is None:
        return ""
    if rank == 1:
        return "Votre dossier est le premier de la liste : des crédits libérés lui reviendront."
    return (
        f"Votre dossier est au rang {rank} de la liste : il sera servi si des crédits se libèrent, "
        "après les dossiers mieux classés."
    )
