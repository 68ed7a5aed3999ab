"""Programmes and words whose name changed.

« Unverified » marks what was not read in a text.
"""

from typing import Final

from grants.reference.bodies.services import NATIONAL_AGENCY
from grants.reference.bodies.successions import Succession, named

TERMS: Final[dict[str, Succession]] = {
    "pdalhpd": (
        named(  # loi n° 90-449 of 31 May 1990
            "1990-06-02",  # unverified: day
            "PDALPD",
            "Plan départemental d’action pour le logement des personnes défavorisées",
        ),
        # Loi ALUR, n° 2014-366 of 24 March 2014, art. 34: published on 26 March 2014, in force
        # on the next day. The forms of the circulaire of 25 March 2014 rightly say PDALPD.
        named(
            "2014-03-27",
            "PDALHPD",
            "Plan départemental d’action pour le logement et l’hébergement "
            "des personnes défavorisées",
        ),
    ),
    "priority_district": (
        named("1996-11-15", "ZUS", "Zone urbaine sensible"),  # unverified: day
        named("2015-01-01", "QPV", "Quartier prioritaire de la politique de la ville"),
    ),
    "city_contract": (
        named("2007-01-01", "CUCS", "Contrat urbain de cohésion sociale"),  # unverified: day
        named("2015-01-01", "Contrat de ville", "Contrat de ville"),
    ),
    "departmental_council": (
        named("1800-02-17", "Conseil général", "Conseil général"),
        # Loi n° 2013-403 of 17 May 2013, from the elections of March 2015. Unverified: day.
        named("2015-03-22", "Conseil départemental", "Conseil départemental"),
    ),
    "territorial_agency": NATIONAL_AGENCY,
}
