"""Whose turn it is, in the names that services bore on the call's day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from grants.calls.definition import CallDefinition, ServiceDefinition
from grants.dossiers.roles import territory_of
from grants.reference.bodies import UnknownName, service_name
from grants.reference.errors import UnknownTerritory
from grants.wording import plural

HOLDER = "Porteur"


def turn_of(
    call: CallDefinition, roles: Iterable[str], department: str | None, region: str | None
) -> list[str]:
    """« DDCS 17 », « Porteur »: the bodies behind `roles`, each once."""
    names = []
    for key in roles:
        role = call.circuit.roles[key]
        if role.service is None:
            names.append(HOLDER)
            continue
        service = call.services[role.service]
        territory = territory_of(service, department, region)
        names.append(_named(service, call.reference_date, territory))
    return list(dict.fromkeys(names))


def due_words(due_on: date, today: date) -> tuple[str, str]:
    """« dans 3 jours », and the tone that goes with it."""
    days = (due_on - today).days
    if days < 0:
        return f"en retard de {plural(-days, 'jour', 'jours')}", "danger"
    if days == 0:
        return "aujourd’hui", "warning"
    return f"dans {plural(days, 'jour', 'jours')}", "warning" if days <= 7 else "neutral"


def _named(service: ServiceDefinition, day: date, territory: str | None) -> str:
    try:
        return service_name(service.kind, day, territory).short
    except (UnknownName, UnknownTerritory):
        return service.label
