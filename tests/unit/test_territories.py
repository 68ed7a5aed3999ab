"""Communes, departments and regions, with the names they had on a given day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.reference.territories import (
    Commune,
    Department,
    Region,
    UnknownTerritory,
    commune,
    department,
    departments,
    departments_of,
    find_communes,
    region,
    region_on,
    suggest,
)
from grants.reference.territories.communes import _by_code, _by_key, _key

SAINTES = Commune("17415", "Saintes", "17")
IN_2014 = date(2014, 3, 25)
TODAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Saintes",
        "SAINTEs",
        " saintes ",
        "Saintes (17)",
        "Saintes(17)",
        "Saintes 17",
        "17 - Saintes",
        "17415",
        "Saintes (17415)",
        "Saintes, Charente-Maritime",
        "saintes (charente maritime)",
        "Charente-Maritime (17), Saintes",
    ],
)
def test_saintes_is_found_however_it_is_typed(text: str) -> None:
    assert find_communes(text) == (SAINTES,)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("st jean d\u2019angely", "17347", id="st, curly apostrophe, no accent"),
        pytest.param("Ste-Soulle", "17407", id="ste"),
        pytest.param("ILE D'AIX", "17004", id="no accent, no dash"),
        pytest.param("Chalon s/ Saône", "71076", id="s/ for sur"),
        pytest.param("ajaccio (2a)", "2A004", id="Corsica"),
        pytest.param("2a004", "2A004", id="code in small letters"),
        pytest.param("Saint-Denis (974)", "97411", id="overseas namesake"),
        pytest.param("Bors (Canton de Charente-Sud) (16)", "16053", id="brackets in the name"),
        pytest.param("Vienne, Isère", "38544", id="named like another department"),
        pytest.param("Paris (75), Paris", "75056", id="named like its department"),
    ],
)
def test_spellings_do_not_matter(text: str, code: str) -> None:
    assert find_communes(text) == (commune(code),)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("Sainte", id="part of a name"),
        pytest.param("Saintes (33)", id="another department"),
        pytest.param("17100 Saintes", id="postcode"),
        pytest.param("Saintes et Royan", id="two communes"),
        pytest.param("Saintes " * 50, id="endless"),
    ],
)
def test_what_names_no_commune_finds_none(text: str) -> None:
    assert find_communes(text) == ()


def test_all_the_namesakes_are_found_the_most_populated_first() -> None:
    found = find_communes("Saint-Denis")
    assert [each.department for each in found] == ["974", "93", "11", "30"]


def test_every_commune_is_found_by_its_code_and_by_its_name_with_its_department() -> None:
    for each in _by_code().values():
        assert find_communes(each.code) == (each,)
        assert find_communes(f"{each.name} ({each.department})") == (each,)


def test_no_published_name_holds_an_abbreviation() -> None:
    assert [key for key in _by_key() if _key(key) != key] == []


@given(st.text())
def test_no_text_makes_the_search_fail(text: str) -> None:
    find_communes(text)
    suggest(text)


def test_an_unknown_commune_is_told_by_its_code() -> None:
    with pytest.raises(UnknownTerritory, match="no territory « 17999 »") as refused:
        commune("17999")
    assert refused.value.code == "17999"


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        pytest.param("saintes-m", ["Saintes-Maries-de-la-Mer"], id="beginning"),
        pytest.param("rochelle", ["La Rochelle", "La Rochelle"], id="a word within"),
        pytest.param("1741", ["Saintes", "Saint-Xandre"], id="code"),
        pytest.param("", [], id="nothing"),
        pytest.param("--", [], id="no letter"),
    ],
)
def test_suggestions_follow_what_is_typed(prefix: str, names: list[str]) -> None:
    assert [each.name for each in suggest(prefix, limit=2)] == names


def test_a_full_name_is_suggested_before_longer_ones() -> None:
    assert suggest("Saintes", limit=2) == (SAINTES, commune("13096"))


def test_suggestions_stop_at_the_limit_and_never_repeat() -> None:
    found = suggest("saint", limit=50)
    assert len(set(found)) == 50


def test_departments_come_in_the_usual_order() -> None:
    codes = [each.code for each in departments()]
    assert codes[18:22] == ["19", "2A", "2B", "21"]
    assert codes[-13:-9] == ["971", "972", "973", "974"]
    assert len(codes) == 109


@pytest.mark.parametrize(
    ("code", "complement"),
    [
        ("01", "de l'Ain"),
        ("17", "de la Charente-Maritime"),
        ("28", "d'Eure-et-Loir"),
        ("69", "du Rhône"),
        ("75", "de Paris"),
        ("79", "des Deux-Sèvres"),
        ("974", "de La Réunion"),
    ],
)
def test_a_department_follows_a_noun_in_good_french(code: str, complement: str) -> None:
    assert department(code).complement == complement


@pytest.mark.parametrize("code", ["20", "99", "1", ""])
def test_an_unknown_department_is_refused(code: str) -> None:
    with pytest.raises(UnknownTerritory):
        department(code)


def test_charente_maritime_changed_region_in_2016() -> None:
    before = Region("54", "Poitou-Charentes", "de Poitou-Charentes")
    after = Region("75", "Nouvelle-Aquitaine", "de Nouvelle-Aquitaine")
    assert region_on("17", date(2015, 12, 31)) == before
    assert region_on("17", date(2016, 1, 1)) == after


@pytest.mark.parametrize("day", [IN_2014, TODAY])
def test_every_department_is_in_exactly_one_region(day: date) -> None:
    codes = [each.code for each in departments() if each.code < "975" or each.code == "976"]
    found = [region_on(code, day).code for code in codes]
    members = [each.code for code in set(found) for each in departments_of(code, day)]
    assert sorted(members) == sorted(codes)


def test_there_were_22_metropolitan_regions_and_there_are_13() -> None:
    metropolitan = [each.code for each in departments() if len(each.code) == 2]
    counts = [len({region_on(code, day) for code in metropolitan}) for day in (IN_2014, TODAY)]
    assert counts == [22, 13]


def test_a_region_is_known_only_while_it_exists() -> None:
    assert region("24", IN_2014).name == "Centre"
    assert region("24", TODAY).name == "Centre-Val de Loire"
    with pytest.raises(UnknownTerritory, match="« 75 » on 2014-03-25"):
        region("75", IN_2014)


def test_departments_of_a_region() -> None:
    assert departments_of("54", IN_2014) == (
        Department("16", "Charente", "de la Charente"),
        Department("17", "Charente-Maritime", "de la Charente-Maritime"),
        Department("79", "Deux-Sèvres", "des Deux-Sèvres"),
        Department("86", "Vienne", "de la Vienne"),
    )


def test_an_overseas_collectivity_is_in_no_region() -> None:
    with pytest.raises(UnknownTerritory):
        region_on("975", TODAY)
