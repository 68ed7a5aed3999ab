"""Freeze the answers as deposited, and issue the receipt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.dossiers.deadlines import silence_from
from grants.dossiers.models import Dossier, DossierVersion, Receipt
from grants.dossiers.operations.answers import current_answers
from grants.dossiers.roles import holders_name, organisations_of
from grants.forms import decode_answers, figures, visible
from grants.reference.territories import region_on
from grants.wording import day, joined, moment


def freeze(
    session: Session, dossier: Dossier, call: CallDefinition, *, actor: User, now: datetime
) -> DossierVersion:
    """Keep the visible answers as version n+1, with the figures that lists show."""
    answers = current_answers(dossier, call)
    stored = as_deposited(call, answers)
    version = DossierVersion(
        dossier=dossier,
        number=dossier.version_number + 1,
        answers=stored,
        figures={
            key: _exact(each.value)
            for key, each in figures(call.form, decode_answers(call.form, stored)).items()
        },
        sha256=sha256_of(stored),
        frozen_at=now,
        frozen_by=actor,
    )
    session.add(version)
    dossier.version_number = version.number
    dossier.submitted_at = dossier.submitted_at or now
    _place(dossier, call, answers)
    session.flush()
    return version


def as_deposited(call: CallDefinition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What a deposit keeps of `answers`, as JSON: the visible ones and the justifications."""
    stored = {
        each.key: each.encode(answers[each.key])
        for each in visible(call.form, answers)
        if each.key in answers and each.source != "rule"
    }
    return stored | {
        key: call.form.answerable(key).encode(value)
        for key, value in answers.items()
        if key not in call.form.fields
    }


def _place(dossier: Dossier, call: CallDefinition, answers: dict[str, Any]) -> None:
    """The territory as of the call's reference date decides which services see the dossier."""
    commune = answers[call.territory_field]
    dossier.department_code = commune.department
    dossier.region_code = region_on(commune.department, call.reference_date).code


def _exact(value: Any) -> str | None:
    return None if value is None else str(Fraction(value))


def sha256_of(stored: Mapping[str, Any]) -> str:
    """Names answers as stored: the same answers, the same 64 digits."""
    text = json.dumps(stored, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def issue_receipt(
    session: Session,
    dossier: Dossier,
    call: CallDefinition,
    version: DossierVersion,
    *,
    now: datetime,
) -> Receipt:
    """The accusé de réception of a deposit, worded once and kept (CRPA, art. L112-3, R112-5)."""
    silence_on = silence_from(call, now)
    receipt = Receipt(
        dossier_id=dossier.id,
        version_id=version.id,
        issued_at=now,
        content={
            "reference": dossier.reference,
            "call": call.title,
            "title": dossier.title,
            "holder": holders_name(dossier),
            "siret": joined([each.siret for each in organisations_of(dossier).values()]),
            "version": version.number,
            "received": moment(now),
            "certified_by": version.frozen_by.name,
            "certification": call.certification,
            "sha256": version.sha256,
            "contact": call.contact.model_dump(),
            "legal_basis": call.receipt.legal_basis,
            "silence_on": day(silence_on) if silence_on else "",
            "silence": call.receipt.silence,
            "remedies": call.receipt.remedies,
            "next_steps": list(call.receipt.next_steps),
        },
    )
    session.add(receipt)
    session.flush()
    return receipt
