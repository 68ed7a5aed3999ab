"""Whose turn it is, in the names that services bore on the call's day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from grants.calls.definition import CallDefinition, ServiceDefinition
from grants.dossiers.roles import territory_of
from grants.reference.bodies import UnknownName, service_name
from grants.reference.errors import UnknownTerritory

HOLDER = "Porteur"


def turn_of(
    call: CallDefinition,
    roles: Iterable[str],
    department: str | None,
    region: str | None,
    holder: str = HOLDER,
) -> list[str]:
    """« DDCS 17 », « Porteur », « Évaluateur »: the bodies behind `roles`, each once."""
    names = []
    for key in roles:
        role = call.circuit.roles[key]
        if role.service is None:
            names.append(call.parties[role.party].label if role.party else holder)
            continue
        service = call.services[role.service]
        territory = territory_of(service, department, region)
        names.append(_named(service, call.reference_date, territory))
    return list(dict.fromkeys(names))


def _named(service: ServiceDefinition, day: date, territory: str | None) -> str:
    try:
        return service_name(service.kind, day, territory).short
    except (UnknownName, UnknownTerritory):
        return service.label
