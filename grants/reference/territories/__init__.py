"""Communes, departments and regions of France."""

from grants.reference.errors import UnknownTerritory
from grants.reference.territories.communes import Commune, commune, find_communes, suggest
from grants.reference.territories.departments import Department, department, departments
from grants.reference.territories.regions import Region, departments_of, region, region_on

__all__ = [
    "Commune",
    "Department",
    "Region",
    "UnknownTerritory",
    "commune",
    "department",
    "departments",
    "departments_of",
    "find_communes",
    "region",
    "region_on",
    "suggest",
]
