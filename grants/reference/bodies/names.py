"""Which name was in force: show that of the call's day, not that of today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from grants.reference.bodies.services import SERVICE_KINDS
from grants.reference.bodies.successions import Named, Scope, ServiceKind, Succession
from grants.reference.bodies.terms import TERMS
from grants.reference.errors import UnknownName
from grants.reference.territories import department, region


@dataclass(frozen=True, slots=True)
class ServiceName:
    #: « DDCS 17 », « DREAL Poitou-Charentes ».
    short: str
    #: « Direction départementale de la cohésion sociale de la Charente-Maritime ».
    long: str


def kinds() -> Mapping[str, Scope]:
    """The kinds of services, with the territory each of them covers."""
    return {key: kind.scope for key, kind in SERVICE_KINDS.items()}


def service_name(kind: str, day: date, territory_code: str | None = None) -> ServiceName:
    """The name of a service on that day, without its territory when no code is given.

    UnknownName when the service did not exist; UnknownTerritory when its territory did not.
    """
    known = SERVICE_KINDS.get(kind)
    if known is None:
        raise UnknownName(kind, day)
    if not territory_code:
        name = _in_force(known.usual, kind, day)
        return ServiceName(name.short, name.long)
    name = _in_force(known.elsewhere.get(territory_code, known.usual), kind, day)
    return _with_territory(name, known, territory_code, day)


def term(key: str, day: date) -> str:
    """« PDALPD », « QPV », « Conseil général ». UnknownName when nothing had that name yet."""
    return _term(key, day).short


def term_in_full(key: str, day: date) -> str:
    """« Quartier prioritaire de la politique de la ville ». UnknownName as in `term`."""
    return _term(key, day).long


def _with_territory(name: Named, kind: ServiceKind, code: str, day: date) -> ServiceName:
    match kind.scope:
        case "department":
            place = department(code)
            return ServiceName(f"{name.short} {code}", f"{name.long} {place.complement}")
        case "region":
            area = region(code, day)
            return ServiceName(f"{name.short} {area.name}", f"{name.long} {area.complement}")
        case "national":
            return ServiceName(name.short, name.long)


def _term(key: str, day: date) -> Named:
    return _in_force(TERMS.get(key, ()), key, day)


def _in_force(succession: Succession, key: str, day: date) -> Named:
    past = [name for name in succession if name.since <= day]
    if not past:
        raise UnknownName(key, day)
    return past[-1]
