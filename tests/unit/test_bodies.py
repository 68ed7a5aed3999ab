"""Services and programmes bear the name of the call's day."""

from datetime import date
from itertools import pairwise

import pytest

from grants.reference.bodies import (
    ServiceName,
    UnknownName,
    kinds,
    service_name,
    term,
    term_in_full,
)
from grants.reference.bodies.services import SERVICE_KINDS
from grants.reference.bodies.terms import TERMS
from grants.reference.territories import (
    UnknownTerritory,
    department,
    departments,
    region,
    region_on,
)

CALL_OF_2014 = date(2014, 3, 25)
TODAY = date(2026, 1, 1)


def test_the_service_of_charente_maritime_in_2014() -> None:
    assert service_name("ddcs", CALL_OF_2014, "17") == ServiceName(
        "DDCS 17", "Direction départementale de la cohésion sociale de la Charente-Maritime"
    )


def test_the_regional_service_of_2014_bears_the_former_region() -> None:
    assert service_name("dreal", CALL_OF_2014, "54") == ServiceName(
        "DREAL Poitou-Charentes",
        "Direction régionale de l’environnement, de l’aménagement et du logement "
        "de Poitou-Charentes",
    )


@pytest.mark.parametrize(
    ("kind", "day", "territory", "short"),
    [
        ("ddcs", date(2021, 3, 31), "17", "DDCS 17"),
        ("ddcs", date(2021, 4, 1), "17", "DDETS 17"),
        ("ddcs", CALL_OF_2014, "16", "DDCSPP 16"),
        ("ddcs", TODAY, "16", "DDETS-PP 16"),
        ("ddcs", TODAY, "2A", "DDETS-PP 2A"),
        ("ddcs", CALL_OF_2014, "69", "DDCS 69"),
        ("ddcs", date(2016, 1, 1), "69", "DDD 69"),
        ("ddcs", CALL_OF_2014, "971", "DJSCS 971"),
        ("ddt", CALL_OF_2014, "17", "DDTM 17"),
        ("ddt", CALL_OF_2014, "16", "DDT 16"),
        ("ddt", CALL_OF_2014, "75", "UDHL 75"),
        ("dreal", CALL_OF_2014, "11", "DRIHL Île-de-France"),
        ("dreal", TODAY, "75", "DREAL Nouvelle-Aquitaine"),
        ("dreal", TODAY, "04", "DEAL La Réunion"),
        ("drjscs", CALL_OF_2014, "54", "DRJSCS Poitou-Charentes"),
        ("drjscs", CALL_OF_2014, "93", "DRJSCS Provence-Alpes-Côte d'Azur"),
        ("drjscs", date(2020, 12, 15), "93", "DRDJSCS Provence-Alpes-Côte d'Azur"),
        ("drjscs", date(2021, 3, 31), "53", "DRCS Bretagne"),
        ("drjscs", date(2021, 4, 1), "53", "DREETS Bretagne"),
        ("drjscs", TODAY, "11", "DRIEETS Île-de-France"),
        ("cget", date(2019, 12, 31), "", "CGET"),
        ("cget", date(2020, 1, 1), None, "ANCT"),
    ],
)
def test_a_service_bears_the_name_of_the_day(
    kind: str, day: date, territory: str | None, short: str
) -> None:
    assert service_name(kind, day, territory).short == short


@pytest.mark.parametrize(
    ("territory", "ending"),
    [
        ("01", "cohésion sociale de l'Ain"),
        ("69", "cohésion sociale du Rhône"),
        ("59", "cohésion sociale du Nord"),
        ("06", "cohésion sociale des Alpes-Maritimes"),
        ("27", "cohésion sociale de l'Eure"),
    ],
)
def test_the_department_follows_with_its_article(territory: str, ending: str) -> None:
    assert service_name("ddcs", CALL_OF_2014, territory).long.endswith(ending)


def test_a_service_may_be_named_without_its_territory() -> None:
    assert service_name("ddcs", CALL_OF_2014) == ServiceName(
        "DDCS", "Direction départementale de la cohésion sociale"
    )


@pytest.mark.parametrize(
    ("key", "before", "day", "after"),
    [
        ("pdalhpd", "PDALPD", date(2014, 3, 27), "PDALHPD"),
        ("priority_district", "ZUS", date(2015, 1, 1), "QPV"),
        ("city_contract", "CUCS", date(2015, 1, 1), "Contrat de ville"),
        ("departmental_council", "Conseil général", date(2015, 3, 22), "Conseil départemental"),
        ("territorial_agency", "CGET", date(2020, 1, 1), "ANCT"),
    ],
)
def test_a_word_changes_on_its_day(key: str, before: str, day: date, after: str) -> None:
    eve = date.fromordinal(day.toordinal() - 1)
    assert (term(key, eve), term(key, day)) == (before, after)


def test_the_form_of_the_circulaire_of_25_march_2014_says_pdalpd() -> None:
    assert term("pdalhpd", CALL_OF_2014) == "PDALPD"
    assert term_in_full("pdalhpd", CALL_OF_2014) == (
        "Plan départemental d’action pour le logement des personnes défavorisées"
    )


def test_each_kind_of_service_tells_its_territory() -> None:
    assert kinds() == {
        "ddcs": "department",
        "ddt": "department",
        "dreal": "region",
        "drjscs": "region",
        "cget": "national",
    }


@pytest.mark.parametrize("day", [CALL_OF_2014, date(2016, 1, 1), date(2021, 4, 1), TODAY])
def test_every_department_and_region_has_its_services(day: date) -> None:
    codes = [each.code for each in departments() if each.code < "975" or each.code == "976"]
    for code in codes:
        home = region_on(code, day)
        for kind in ("ddcs", "ddt"):
            assert service_name(kind, day, code).short.endswith(f" {code}")
        for kind in ("dreal", "drjscs"):
            assert service_name(kind, day, home.code).short.endswith(f" {home.name}")


def test_every_exception_is_a_territory_that_exists() -> None:
    for kind in SERVICE_KINDS.values():
        for code in kind.elsewhere:
            if kind.scope == "department":
                assert department(code).code == code
            else:
                assert region(code, TODAY).code == code


def test_names_follow_one_another_in_time() -> None:
    successions = list(TERMS.values())
    for kind in SERVICE_KINDS.values():
        successions += [kind.usual, *kind.elsewhere.values()]
    backwards = [
        (first.short, then.short)
        for succession in successions
        for first, then in pairwise(succession)
        if then.since <= first.since
    ]
    assert backwards == []


def test_what_had_no_name_yet_is_refused_with_its_day() -> None:
    with pytest.raises(UnknownName, match="« cget » on 2014-03-25") as refused:
        service_name("cget", CALL_OF_2014)
    assert (refused.value.key, refused.value.day) == ("cget", CALL_OF_2014)


@pytest.mark.parametrize(
    ("kind", "territory", "refusal"),
    [
        pytest.param("prefecture", "17", UnknownName, id="unknown kind"),
        pytest.param("ddcs", "975", UnknownName, id="collectivity without such a service"),
        pytest.param("ddcs", "99", UnknownTerritory, id="unknown department"),
        pytest.param("dreal", "75", UnknownTerritory, id="region not born in 2014"),
    ],
)
def test_a_service_that_cannot_be_named_is_refused(
    kind: str, territory: str, refusal: type[LookupError]
) -> None:
    with pytest.raises(refusal):
        service_name(kind, CALL_OF_2014, territory)


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(UnknownName):
        term("bonus", TODAY)
