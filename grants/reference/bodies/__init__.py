"""State services, national bodies and programmes under the name they bore on a given day."""

from grants.reference.bodies.names import ServiceName, kinds, service_name, term, term_in_full
from grants.reference.bodies.successions import Scope
from grants.reference.errors import UnknownName

__all__ = [
    "Scope",
    "ServiceName",
    "UnknownName",
    "kinds",
    "service_name",
    "term",
    "term_in_full",
]
