"""What the reader writes beside a dossier: an opinion, or an own score sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grants.calls.definition import Grid
from grants.dossiers.models import OpinionRecord, ScoreSheet
from grants.dossiers.operations import draft_of
from grants.dossiers.operations.opinions import may_draft
from grants.dossiers.operations.sheets import may_score, sheet_of
from grants.forms import decode_answers
from grants.web.access import Seen, actor
from grants.web.acts.forms import FormOnPage
from grants.wording import moment
from grants.workflows.definition import Transition


@dataclass(slots=True)
class DraftOnPage:
    """One form that the reader may write now."""

    #: Where it is saved, under the dossier's own address.
    path: str
    label: str
    form: FormOnPage
    revision: int
    record: OpinionRecord | ScoreSheet | None
    #: The act that returns it, for whoever may; else the roles that do.
    returns: Transition | None
    returned_by: list[str]
    #: The grid of a score sheet.
    grid: Grid | None = None
    conflict: str = ""
    newer: str = ""
    #: The fields show another text than the one stored, which nobody may take for theirs.
    unsaved: bool = False

    @property
    def status(self) -> str:
        if self.unsaved:
            return "Votre texte n’est pas encore enregistré"
        if self.record is not None and self.record.revision > 0:
            return saved_words(self.record)
        return "Repris de l’avis rendu, pas encore modifié" if self.form.written else ""


def saved_words(record: OpinionRecord | ScoreSheet) -> str:
    """When the draft last changed, and who wrote that."""
    return f"Enregistré le {moment(record.updated_at)} par {writer_of(record)}"


def writer_of(record: OpinionRecord | ScoreSheet) -> str:
    writer = record.scorer if isinstance(record, ScoreSheet) else record.updated_by
    return writer.name


def drafts_on_page(seen: Seen) -> list[DraftOnPage]:
    """What the reader may write now, in the call's order: opinions, then sheets."""
    return [*_opinions(seen), *_sheets(seen)]


def chosen_draft(drafts: list[DraftOnPage], path: str | None) -> DraftOnPage | None:
    """The one of that path, else the first."""
    return next((each for each in drafts if each.path == path), drafts[0] if drafts else None)


def _opinions(seen: Seen) -> Iterator[DraftOnPage]:
    roles = seen.standing.roles
    leaving = seen.call.circuit.leaving(seen.dossier.state)
    for key, opinion in seen.call.opinions.items():
        if may_draft(seen.call, seen.dossier, key, roles):
            draft = draft_of(seen.dossier, seen.call, key)
            acts = [each for each in leaving if each.gives == key]
            yield DraftOnPage(
                path=f"avis/{key}",
                label=opinion.label,
                form=FormOnPage.filled(opinion.form, draft.answers),
                revision=draft.revision,
                record=draft.record,
                returns=next((each for each in acts if roles & set(each.roles)), None),
                returned_by=_labels(seen, acts),
                newer=_deposited_since(seen, draft.record),
            )


def _sheets(seen: Seen) -> Iterator[DraftOnPage]:
    roles = seen.standing.roles
    leaving = seen.call.circuit.leaving(seen.dossier.state)
    for key, grid in seen.call.grids.items():
        if may_score(seen.dossier, grid, actor(), roles):
            sheet = sheet_of(seen.dossier, key, actor())
            acts = [each for each in leaving if each.scores == key]
            yield DraftOnPage(
                path=f"grilles/{key}",
                label=grid.label,
                form=FormOnPage.filled(
                    grid.form, decode_answers(grid.form, sheet.answers) if sheet else {}
                ),
                revision=sheet.revision if sheet else 0,
                record=sheet,
                returns=next((each for each in acts if roles & set(each.roles)), None),
                returned_by=_labels(seen, acts),
                grid=grid,
                newer=_deposited_since(seen, sheet),
            )


def _labels(seen: Seen, acts: list[Transition]) -> list[str]:
    return [seen.call.circuit.roles[role].label for each in acts for role in each.roles]


def _deposited_since(seen: Seen, record: OpinionRecord | ScoreSheet | None) -> str:
    """Says that the applicant deposited a version after the draft was last saved."""
    version = seen.dossier.version_in_hand
    if record is None or version is None or version.frozen_at <= record.updated_at:
        return ""
    return (
        f"La version {version.number} a été déposée le {moment(version.frozen_at)}, après le "
        "dernier enregistrement de ce projet : relisez ce qui a changé."
    )
