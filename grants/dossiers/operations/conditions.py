"""What must hold before an act is carried out."""

from __future__ import annotations

from datetime import date
from typing import Final

from grants.accounts.models import User
from grants.calls.acts import SLOT
from grants.dossiers.awaiting import lacking, returned_already
from grants.dossiers.deadlines import too_late
from grants.dossiers.errors import ActIncomplete, TransitionRefused
from grants.dossiers.facts import guard_facts
from grants.dossiers.operations import opinions
from grants.dossiers.operations.acting import Act, asked_by
from grants.dossiers.operations.answers import current_answers
from grants.dossiers.operations.decisions import missing_substance
from grants.dossiers.operations.hearings import TAKEN
from grants.dossiers.operations.parties import lacking_signatures, parties_signed
from grants.dossiers.quotas import beyond_quota
from grants.dossiers.review import deposit_gaps
from grants.dossiers.roles import standing_on
from grants.forms import MAIN_SECTION, Gap, gaps, refusals
from grants.wording import local_day
from grants.workflows.machine import check_guard, check_role

#: Days: the silence of the service is suspended meanwhile, and more is a slip of the keyboard.
LONGEST_COMPLETION: Final = 366


def check(act: Act) -> None:
    """Find the role under which the act is carried out, and hold the act against its conditions.

    :raises NotYourTurn: when the actor holds none of its roles.
    :raises TransitionRefused: with the reasons; `ActIncomplete` with the gaps as well.
    """
    if act.actor is not None:
        standing = standing_on(act.session, act.actor, act.dossier, act.call, now=act.now)
        act.role = check_role(act.transition, standing.roles)
        act.stood_in = act.role in standing.stood_in
        _check_not_returned(act, act.actor)
    check_guard(act.transition, guard_facts(act.dossier, act.call))
    reasons = _reasons(act)
    faults = _form_gaps(act)
    if "complete" in act.transition.requires:
        faults += deposit_gaps(act.call, current_answers(act.dossier, act.call))
    if reasons or faults:
        raise ActIncomplete(reasons + [each.message for each in faults], faults)


def _check_not_returned(act: Act, person: User) -> None:
    already = returned_already(act.dossier, act.transition, person, now=act.now)
    if act.transition.signs and act.party in parties_signed(act.dossier, act.call):
        already = "Votre organisme a déjà signé ces réponses."
    if already:
        raise TransitionRefused([already])


def _reasons(act: Act) -> list[str]:
    """What stands in the way and no field of a form can mend."""
    found = [each for each in (too_late(act.dossier, act.transition, now=act.now),) if each]
    if "certified" in act.transition.requires and not act.certified:
        found.append("Cochez la certification pour déposer.")
    found += lacking(act.dossier, act.call, act.transition.awaits, now=act.now)
    if "signed" in act.transition.requires:
        found += lacking_signatures(act.dossier, act.call, act.party)
    return found


def _form_gaps(act: Act) -> list[Gap]:
    """Gaps of what the act itself asks: its form, the opinion it gives, the decision."""
    found: list[Gap] = []
    form = asked_by(act.session, act.dossier, act.call, act.transition, now=act.now)
    if form is not None:
        found += gaps(form, act.inputs) + refusals(form, act.inputs)
    if found and act.transition.books and act.inputs.get(SLOT):
        found = [Gap(MAIN_SECTION, SLOT, TAKEN)]
    if act.transition.decides and not found:
        found += missing_substance(act.call.decision.form, act.inputs)
        found += _quota_gaps(act)
    if act.transition.gives:
        found += _opinion_gaps(act, act.transition.gives)
    if act.transition.due_field:
        found += _due_gaps(act, act.transition.due_field)
    return found


def _due_gaps(act: Act, key: str) -> list[Gap]:
    due = act.inputs.get(key)
    if not isinstance(due, date):
        return []
    days = (due - local_day(act.now)).days
    if days <= 0:
        fault = "La date limite pour compléter doit être dans l’avenir."
    elif days > LONGEST_COMPLETION:
        fault = "La date limite pour compléter est à plus d’un an : vérifiez l’année."
    else:
        return []
    return [Gap(MAIN_SECTION, key, fault)]


def _quota_gaps(act: Act) -> list[Gap]:
    section = act.call.decision.form.section_of("outcome").key
    reasons = beyond_quota(act.session, act.dossier, act.call, act.inputs)
    return [Gap(section, "outcome", each) for each in reasons]


def _opinion_gaps(act: Act, key: str) -> list[Gap]:
    draft = opinions.draft_of(act.dossier, act.call, key)
    form = act.call.opinions[key].form
    found = gaps(form, draft.answers) + refusals(form, draft.answers)
    if draft.record is None and not found:
        raise TransitionRefused(["Enregistrez d’abord l’avis, puis rendez-le."])
    return found
