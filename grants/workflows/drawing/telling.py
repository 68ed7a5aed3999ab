"""The chart in plain words, for whoever does not see the picture."""

from __future__ import annotations

from dataclasses import dataclass

from grants.wording import joined, plural
from grants.workflows.drawing.chart import Chart, Move, Place


@dataclass(frozen=True, slots=True)
class Stage:
    """One place and what may be done from it."""

    label: str
    #: « le dossier est ici », « étape passée », or nothing.
    note: str
    #: « Chef : rendre l’avis → vers « Avis rendu » »; empty at an end.
    acts: tuple[str, ...]

    @property
    def heading(self) -> str:
        return f"De « {self.label} »" + (f" ({self.note})" if self.note else "")


def stages_of(chart: Chart) -> list[Stage]:
    """The places in the order of the way, each with its moves in the file's order."""
    return [
        Stage(
            each.label,
            note_of(each),
            tuple(_told(chart, move) for move in chart.leaving(each.key)),
        )
        for each in chart.places
    ]


def summary_of(chart: Chart) -> str:
    """What the picture shows, in two or three sentences."""
    acts = {move.act for move in chart.moves if move.act}
    way = joined([f"« {chart.place(key).label} »" for key in chart.way])
    here = [f" Le dossier est à l’étape « {each.label} »." for each in chart.places if each.here]
    return (
        f"{plural(len(chart.places), 'étape', 'étapes')} et "
        f"{plural(len(acts), 'action', 'actions')}. Chemin principal : {way}.{''.join(here)}"
    )


def note_of(place: Place) -> str:
    if place.here:
        return "le dossier est ici"
    return "étape passée" if place.visited else ""


def _told(chart: Chart, move: Move) -> str:
    act = move.label[:1].lower() + move.label[1:]
    return f"{move.who} : {act} → {_whither(chart, move)}"


def _whither(chart: Chart, move: Move) -> str:
    if move.parallel:
        return "en parallèle, sans changer d’étape"
    if move.loops:
        return "sans changer d’étape"
    return f"{'retour ' if move.back else ''}vers « {chart.place(move.target).label} »"
