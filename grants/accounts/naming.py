"""How services and capacities are called on the pages about accounts."""

from datetime import date

from grants.accounts.models import Capacity, Service
from grants.reference.bodies import ServiceName, UnknownName, service_name
from grants.reference.errors import UnknownTerritory

#: Services of regions that were merged in 2016 are called as they last were.
LAST_DAY_OF_OLD_REGIONS = date(2015, 12, 31)

CAPACITY_NAMES = {
    Capacity.EDITOR: "Rédacteur",
    Capacity.SIGNATORY: "Signataire",
    Capacity.OFFICER: "Agent",
    Capacity.HEAD: "Responsable",
}


def name_of(service: Service, day: date) -> ServiceName:
    if service.name:
        return ServiceName(service.name, service.name)
    for known in (day, LAST_DAY_OF_OLD_REGIONS):
        found = named(service.kind, service.territory, known)
        if found is not None:
            return found
    rough = f"{service.kind.upper()} {service.territory}".strip()
    return ServiceName(rough, rough)


def named(kind: str, territory: str, day: date) -> ServiceName | None:
    """None when there was no such service on that day."""
    try:
        return service_name(kind, day, territory)
    except (UnknownName, UnknownTerritory):
        return None
