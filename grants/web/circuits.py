"""The circuit of a call on a page: its picture and its text, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from grants.calls.definition import CallDefinition
from grants.dossiers.models import Dossier
from grants.workflows.definition import Audience
from grants.workflows.drawing import Stage, chart_of, stages_of, svg_of


@dataclass(frozen=True, slots=True)
class DrawnCircuit:
    svg: Markup
    stages: list[Stage]


def install(app: Flask) -> None:
    app.jinja_env.globals["circuit_of"] = circuit_of


def circuit_of(
    call: CallDefinition,
    audience: Audience | str,
    dossier: Dossier | None = None,
    name: str = "circuit",
) -> DrawnCircuit:
    """:param dossier: whose place is shown.
    :param name: keeps two pictures of one page apart.
    """
    return _drawn(_Ask(call, Audience(audience), *_places_of(call, dossier), name))


def _places_of(call: CallDefinition, dossier: Dossier | None) -> tuple[str | None, frozenset[str]]:
    if dossier is None:
        return None, frozenset()
    past: Iterable[str] = (event.to_state for event in dossier.events)
    return dossier.state, frozenset([call.circuit.initial, *past])


class _Ask:
    """What a picture depends on. A definition is frozen and loaded once: it stands for itself."""

    def __init__(
        self,
        call: CallDefinition,
        audience: Audience,
        here: str | None,
        visited: frozenset[str],
        name: str,
    ) -> None:
        self.call, self.audience, self.here = call, audience, here
        self.visited, self.name = visited, name
        self._key = (id(call), audience, here, visited, name)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ask) and self._key == other._key


@lru_cache(maxsize=256)
def _drawn(asked: _Ask) -> DrawnCircuit:
    chart = chart_of(asked.call.circuit, asked.audience, here=asked.here, visited=asked.visited)
    title = f"Circuit de l’appel « {asked.call.title} »"
    return DrawnCircuit(Markup(svg_of(chart, title=title, name=asked.name)), stages_of(chart))  # noqa: S704  # the drawing escapes every text
