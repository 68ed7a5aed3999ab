"""Services, their names and territories; organisations that apply together."""

from __future__ import annotations

from collections.abc import Iterator

from grants.calls.checks.errors import PathError, unknown
from grants.calls.definition import CallDefinition, ServiceDefinition
from grants.reference import bodies, territories
from grants.wording import day, joined


def services(call: CallDefinition) -> Iterator[PathError]:
    for service in call.services.values():
        scope = bodies.kinds().get(service.kind)
        here = ("services", service.key)
        if scope is not None and service.name is not None:
            yield PathError(
                (*here, "name"),
                f"« {service.kind} » est un service de l’État, déjà nommé : changer « kind »",
            )
        if scope is None and service.name:
            continue
        if scope is None:
            known = joined([f"« {kind} »" for kind in bodies.kinds()])
            yield PathError(
                (*here, "kind"),
                f"sorte de service inconnue : « {service.kind} » (connues : {known} ; un organisme "
                "propre à l’appel a un « name »)",
            )
        elif scope != service.scope:
            yield PathError(
                (*here, "scope"), f"un service « {service.kind} » a pour ressort « {scope} »"
            )


def service_names(call: CallDefinition) -> Iterator[PathError]:
    for service in call.services.values():
        try:
            if service.kind in bodies.kinds():
                bodies.service_name(service.kind, call.reference_date)
        except bodies.UnknownName:
            yield PathError(
                ("services", service.key, "kind"),
                f"au {day(call.reference_date)} (« reference_date »), aucun service "
                f"« {service.kind} » n’existait",
            )


def roles_of_services(call: CallDefinition) -> Iterator[PathError]:
    for role in call.circuit.roles.values():
        if role.service is not None and role.service not in call.services:
            yield PathError(
                ("circuit", "roles", role.key, "service"),
                f"le rôle « {role.key} » est d’un service inconnu : « {role.service} »",
            )


def departments(call: CallDefinition) -> Iterator[PathError]:
    known = {each.code for each in territories.departments()}
    for i, code in enumerate(call.departments):
        if code not in known:
            yield PathError(("departments", str(i)), f"département inconnu : « {code} »")
        elif code in call.departments[:i]:
            yield PathError(("departments", str(i)), f"département écrit deux fois : « {code} »")


def own_bodies(call: CallDefinition) -> Iterator[PathError]:
    """Two services of one kind are one body: it has one name and one territory."""
    seen: dict[str, ServiceDefinition] = {}
    for service in call.services.values():
        other = seen.setdefault(service.kind, service)
        if (other.name, other.scope) != (service.name, service.scope):
            yield PathError(
                ("services", service.key, "kind"),
                f"« {service.kind} » est déjà la sorte de « {other.key} », sous un autre nom ou un "
                "autre ressort",
            )


def parties(call: CallDefinition) -> Iterator[PathError]:
    for role in call.circuit.roles.values():
        party = (role.party,) if role.party else ()
        path = ("circuit", "roles", role.key, "party")
        yield from unknown(path, party, call.parties, "organisme inconnu")
    for section in call.form.sections.values():
        party = (section.party,) if section.party else ()
        path = ("form", "sections", section.key, "party")
        yield from unknown(path, party, call.parties, "organisme inconnu")
    yield from _unsigned(call)


def _unsigned(call: CallDefinition) -> Iterator[PathError]:
    """A party that is asked for nothing would be engaged without a word."""
    acts = call.circuit.transitions.values()
    for key in call.parties:
        roles = {role.key for role in call.circuit.roles.values() if role.party == key}
        here = ("parties", key)
        if not roles:
            yield PathError(here, f"aucun rôle n’est de l’organisme « {key} » (« party »)")
        elif not any(act.signs and roles & set(act.roles) for act in acts):
            yield PathError(here, f"aucune action ne fait signer l’organisme « {key} » (« signs »)")
    if call.parties and not any("signed" in act.requires for act in acts):
        yield PathError(
            ("parties",), "aucune action n’exige les signatures (« requires: [signed] »)"
        )
