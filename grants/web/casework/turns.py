"""Whose turn it is, in the names that services bore on the call's day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from grants.calls.definition import CallDefinition, ServiceDefinition
from grants.dossiers.roles import Post
from grants.reference.bodies import UnknownName, service_name
from grants.reference.errors import UnknownTerritory
from grants.wording import plural

HOLDER = "Porteur"


def roles_in_place(
    call: CallDefinition, posts: Sequence[Post], department: str | None, region: str | None
) -> frozenset[str]:
    """The roles of services that `posts` give on a dossier of that territory."""
    held = {(post.kind, post.territory, post.capacity) for post in posts}
    found = set()
    for role in call.circuit.roles.values():
        if role.service is None:
            continue
        service = call.services[role.service]
        if (service.kind, _territory(service, department, region), role.capacity) in held:
            found.add(role.key)
    return frozenset(found)


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
        names.append(_named(service, call.reference_date, _territory(service, department, region)))
    return list(dict.fromkeys(names))


def due_words(due_on: date, today: date) -> tuple[str, str]:
    """« dans 3 jours », and the tone that goes with it."""
    days = (due_on - today).days
    if days < 0:
        return f"en retard de {plural(-days, 'jour', 'jours')}", "danger"
    if days == 0:
        return "aujourd’hui", "warning"
    return f"dans {plural(days, 'jour', 'jours')}", "warning" if days <= 7 else "neutral"


def _territory(
    service: ServiceDefinition, department: str | None, region: str | None
) -> str | None:
    return {"department": department, "region": region, "national": ""}[service.scope]


def _named(service: ServiceDefinition, day: date, territory: str | None) -> str:
    try:
        return service_name(service.kind, day, territory).short
    except (UnknownName, UnknownTerritory):
        return service.label
