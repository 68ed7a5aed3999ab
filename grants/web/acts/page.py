"""What the page of an act shows: its consequence, its form, what it will freeze."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from grants.calls.definition import Grid
from grants.dossiers.awaiting import slot_of, slot_words
from grants.dossiers.errors import ActIncomplete, OpinionConflict, TransitionRefused
from grants.dossiers.models import DossierVersion
from grants.dossiers.operations import asked_by, draft_of
from grants.dossiers.operations.hearings import free_slots
from grants.dossiers.operations.offers import not_yet
from grants.dossiers.operations.opinions import may_draft
from grants.dossiers.operations.revisions import definitions_followed
from grants.dossiers.operations.sheets import sheet_of
from grants.extensions import db
from grants.forms import FigureValue, FormDefinition, decode_answers
from grants.web.access import Seen, actor
from grants.web.acts.amounts import asked_amount, excesses, listed_figures
from grants.web.acts.forms import FormOnPage, read_with_choices
from grants.web.clock import now
from grants.web.hearings import DayOfSlots, by_day
from grants.web.places import QuotaOnPage, quotas_of
from grants.web.scores import GridOnPage, RunningTotal, grids_of, running_total
from grants.web.timeline import Line, lines_of
from grants.wording import moment
from grants.workflows.definition import Transition


@dataclass(slots=True)
class ActPage:
    """One act of one dossier, as its page holds it."""

    seen: Seen
    transition: Transition
    form: FormOnPage | None = None
    #: The opinion that the act gives; read only for whoever gives it without writing it.
    opinion: FormOnPage | None = None
    opinion_revision: int = 0
    certified: bool = False
    #: What the page from which one deposits or signs showed of the answers.
    reading: str = ""
    errors: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    conflict: str = ""
    #: Why the act cannot be carried out for now.
    not_yet: list[str] = field(default_factory=list)

    @property
    def writes_opinion(self) -> bool:
        gives = self.transition.gives
        return gives is not None and may_draft(
            self.seen.call, self.seen.dossier, gives, self.seen.standing.roles
        )

    @property
    def target(self) -> str:
        state = self.seen.call.circuit.states[self.transition.to]
        return state.labels.of(self.seen.audience)

    @property
    def told(self) -> list[str]:
        """The roles that a mail of this act goes to, each once."""
        call = self.seen.call
        roles = [role for key in self.transition.mails for role in call.messages[key].to]
        return list(dict.fromkeys(call.circuit.roles[role].label for role in roles))

    @property
    def version(self) -> DossierVersion | None:
        return self.seen.dossier.version_in_hand

    @property
    def figures(self) -> Mapping[str, FigureValue]:
        """Shown beside what is being given or decided."""
        if not (self.transition.gives or self.transition.decides or self.transition.notifies):
            return {}
        return listed_figures(self.seen.dossier, self.seen.call)

    @property
    def grid(self) -> Grid | None:
        return self.seen.call.grids[self.transition.scores] if self.transition.scores else None

    @property
    def total(self) -> RunningTotal | None:
        """Of the sheet as it is on the page."""
        if self.grid is None or self.form is None:
            return None
        return running_total(self.grid, self.form.answers)

    @property
    def days(self) -> list[DayOfSlots]:
        """The free slots of the hearing that the act books."""
        hearing = self.transition.books
        if hearing is None:
            return []
        return by_day(free_slots(db.session(), self.seen.dossier.call, hearing, now=now()))

    @property
    def held(self) -> str:
        """The slot that the dossier holds already."""
        slot = slot_of(self.seen.dossier, self.transition.books or "")
        return slot_words(slot) if slot else ""

    @property
    def quotas(self) -> list[QuotaOnPage]:
        """The places left, beside a decision."""
        if not self.transition.decides:
            return []
        return quotas_of(self.seen.dossier.call_id, self.seen.call, self.seen.dossier)

    @property
    def grids(self) -> list[GridOnPage]:
        """What the sheets say, beside a decision."""
        return grids_of(self.seen) if self.transition.decides else []

    @property
    def moves(self) -> bool:
        """Whether the act takes the dossier to another state."""
        return not self.transition.parallel

    @property
    def decision(self) -> list[dict[str, str]]:
        """The decision that the act makes known, question by question."""
        decision, form = self.seen.dossier.decision, self.seen.call.decision.form
        if not self.transition.notifies or decision is None:
            return []
        answers = decode_answers(form, decision.answers)
        return [
            {"question": form.fields[key].label, "answer": form.fields[key].display(value)}
            for key, value in answers.items()
        ]

    def refuse(self, refusal: TransitionRefused) -> None:
        """Bring the reasons of a refusal to their places."""
        gaps = refusal.gaps if isinstance(refusal, ActIncomplete) else []
        for form in (self.opinion, self.form):
            if form is not None:
                self.errors += form.place(gaps)
        placed = {each["text"] for each in self.errors}
        sections = self.seen.call.form.sections
        reference = self.seen.dossier.reference
        links = {
            gap.message: url_for(
                "applicant.section", reference=reference, key=gap.section, _anchor=gap.field
            )
            for gap in gaps
            if gap.section in sections
        }
        self.errors += [
            {"href": links.get(reason, ""), "text": reason}
            for reason in refusal.reasons
            if reason not in placed
        ]

    def tell_conflict(self, conflict: OpinionConflict) -> None:
        """Show both texts; the next save is made in full knowledge of the colleague's."""
        if self.opinion is not None:
            self.opinion.compare(conflict.theirs)
        self.opinion_revision = conflict.revision
        self.conflict = f"{conflict.by}, le {moment(conflict.at)}"


def opened(seen: Seen, transition: Transition) -> ActPage:
    """The page before anything was typed."""
    page = ActPage(seen, transition)
    page.not_yet = not_yet(
        db.session(), seen.dossier, seen.call, seen.standing, transition, now=now()
    )
    definition = _asked(page)
    if definition is not None:
        page.form = FormOnPage.filled(definition, _first_answers(seen, transition))
    if transition.gives:
        draft = draft_of(seen.dossier, seen.call, transition.gives)
        page.opinion = FormOnPage.filled(seen.call.opinions[transition.gives].form, draft.answers)
        page.opinion_revision = draft.revision
    return page


def _asked(page: ActPage) -> FormDefinition | None:
    """The act's form; none when there is nothing to choose from."""
    seen = page.seen
    try:
        return asked_by(db.session(), seen.dossier, seen.call, page.transition, now=now())
    except TransitionRefused:
        return None  # `not_yet` says so


def posted(seen: Seen, transition: Transition, inputs: MultiDict[str, str]) -> ActPage:
    """The page as it was sent."""
    page = opened(seen, transition)
    page.certified = bool(inputs.get("certified"))
    page.reading = inputs.get("reading", "")
    if page.form is not None:
        page.form = FormOnPage.posted(page.form.definition, inputs)
    if page.opinion is not None and page.writes_opinion and "revision" in inputs:
        sent = FormOnPage.posted(page.opinion.definition, inputs)
        saved = draft_of(seen.dossier, seen.call, transition.gives or "").answers
        page.opinion = FormOnPage.filled(
            page.opinion.definition, read_with_choices(sent, inputs, saved)
        )
        page.opinion_revision = inputs.get("revision", 0, type=int)
    if transition.decides and inputs.get("_confirmed") != "yes":
        page.warnings = _warnings(page)
    return page


def _first_answers(seen: Seen, transition: Transition) -> dict[str, Any]:
    """A sheet starts from its draft; a decision from the one before it and the amount asked."""
    if transition.scores:
        sheet = sheet_of(seen.dossier, transition.scores, actor())
        form = seen.call.grids[transition.scores].form
        return decode_answers(form, sheet.answers) if sheet else {}
    if not transition.decides:
        return {}
    answers: dict[str, Any] = {}
    if seen.dossier.decision is not None:
        answers = decode_answers(seen.call.decision.form, seen.dossier.decision.answers)
    asked = asked_amount(seen.dossier, seen.call)
    return answers if asked is None else {"amount": asked, **answers}


def _warnings(page: ActPage) -> list[str]:
    answers = page.form.answers if page.form else {}
    amount = answers.get("amount")
    if answers.get("outcome") != "selected" or not isinstance(amount, int):
        return []
    return list(excesses(amount, page.seen.dossier, page.seen.call))


def events_since(seen: Seen, step: int) -> list[Line]:
    """What happened after `step`, as the timeline words it; at least the last act."""
    events, audience = seen.dossier.events, seen.audience
    calls = definitions_followed(db.session(), seen.dossier)
    later = lines_of((each for each in events if each.step > step), calls, audience)
    return later or lines_of(events, calls, audience)[:1]
