"""The worklist and the comparison: whose turn it is, what is late, how the figures compare."""

from datetime import timedelta

import pytest

from grants.dossiers.models import Dossier
from grants.forms import Count
from tests.factories import (
    IN_STATE,
    NOW,
    SEMIS,
    a_department_given,
    a_draft,
    a_notified,
    a_region_given,
    a_submitted,
    act,
)
from tests.web.world import kept, read, statements, world

__all__ = ["world"]


@pytest.fixture
def as_person(client, sign_in, world):
    def signed_in(name: str):
        sign_in(client, getattr(world, name))
        return client

    return signed_in


def submitted_with(world, **answers) -> Dossier:
    dossier = a_draft(world, {**SEMIS, **answers})
    act(world, dossier, "submit", world.signatory)
    return kept(world, dossier)


def references_of(page: str) -> list[str]:
    return [word for word in page.split() if word.startswith("HLM14-")]


def test_what_i_have_to_do_comes_first_then_others_then_what_is_over(as_person, world):
    notified, given, mine = a_notified(world), a_department_given(world), a_submitted(world)
    kept(world, mine)

    department = read(as_person("ddcs17_officer").get("/instruction"))
    region = read(as_person("drjscs_officer").get("/instruction"))

    order = [mine.reference, given.reference, notified.reference]
    assert list(dict.fromkeys(references_of(department))) == order
    order = [given.reference, mine.reference, notified.reference]
    assert list(dict.fromkeys(references_of(region))) == order


def test_a_service_reads_its_name_of_then_and_its_name_of_today(as_person, world):
    assert "À instruire DDCS 17 (aujourd’hui DDETS 17)" in read(
        as_person("ddcs17_head").get("/instruction")
    )


def test_drafts_are_in_no_list_and_an_empty_list_says_what_is_awaited(as_person, world):
    kept(world, a_draft(world, SEMIS))

    page = read(as_person("ddcs17_officer").get("/instruction"))

    assert "HLM14-" not in page
    assert "dépôts attendus jusqu’au 6 décembre 2026 à 11 h 59" in page


def test_another_department_sees_nothing_of_ours(as_person, world):
    kept(world, a_submitted(world))

    assert "HLM14-" not in read(as_person("ddcs16_head").get("/instruction"))


@pytest.mark.parametrize("person", ["editor", "call_manager"])
def test_the_list_is_for_agents(as_person, world, person):
    assert as_person(person).get("/instruction").status_code == 403


def test_a_line_says_whose_turn_it_is_and_how_late(as_person, clock, world):
    kept(world, a_department_given(world))
    clock.move(NOW + timedelta(days=25))

    page = read(as_person("ddcs17_officer").get("/instruction"))

    assert "Avis départemental rendu, avis régional à rendre" in page
    assert "DREAL Poitou-Charentes et DRJSCS Poitou-Charentes" in page
    assert "6 décembre 2026 en retard de 5 jours" in page


def test_figures_stand_in_columns_with_their_total_and_their_median(as_person, world):
    submitted_with(world)
    submitted_with(world, households=Count(20))
    submitted_with(world, households=Count(100))

    page = read(as_person("ddcs17_officer").get("/instruction"))

    assert "Total, 3 dossiers 150 141 000 € 60 000 €" in page
    assert "Médiane 30 47 000 € 20 000 € 1 566,67 € 42,6 %" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("?tour=moi", 1),
        ("?tour=autres", 1),
        ("?tour=clos", 1),
        ("?tour=inconnu", 0),
        ("?etat=region_given", 1),
        ("?etat=nowhere", 0),
        ("?departement=17", 3),
        ("?departement=16", 0),
        ("?appel=hlm-accompagnes&tour=moi", 1),
        ("?appel=autre", 0),
        ("?retard=oui", 1),
        ("?page=99", 3),
    ],
)
def test_filters_live_in_the_address(as_person, clock, world, query, count):
    a_submitted(world)
    a_notified(world)
    kept(world, a_region_given(world))
    clock.move(NOW + timedelta(days=12))

    page = read(as_person("ddcs17_officer").get(f"/instruction{query}"))

    assert len(set(references_of(page))) == count


def test_the_list_takes_the_same_statements_whatever_its_length(app, as_person, world):
    for _ in range(3):
        submitted_with(world)
    client = as_person("ddcs17_officer")
    client.get("/instruction")
    few = statements(app, client, "/instruction")
    for _ in range(12):
        submitted_with(world)

    assert statements(app, client, "/instruction") == few


def test_a_long_list_has_pages(as_person, world, monkeypatch):
    monkeypatch.setattr("grants.web.casework.worklist.PER_PAGE", 2)
    for _ in range(3):
        submitted_with(world)
    client = as_person("ddcs17_officer")

    first = set(references_of(read(client.get("/instruction"))))
    second = set(references_of(read(client.get("/instruction?page=2"))))

    assert (len(first), len(second), first & second) == (2, 1, set())


def test_dossiers_are_compared_with_the_median_of_all_those_seen(as_person, world):
    cheap = submitted_with(world, households=Count(40))
    dear = submitted_with(world, households=Count(10))
    submitted_with(world, households=Count(20))

    page = read(
        as_person("dreal_head").get(
            f"/instruction/comparer?ref={cheap.reference}&ref={dear.reference}"
        )
    )

    assert "Médianes des 3 dossiers" in page
    assert "Ménages 40 100 % au-dessus de la médiane 10 50 % au-dessous de la médiane" in page
    assert "Type de gestion locative adaptée adaptée" in page


def test_opinions_given_are_compared_and_drafts_are_not(as_person, world):
    given = kept(world, a_department_given(world))
    waiting = kept(world, IN_STATE["submitted"](world))

    page = read(
        as_person("dreal_head").get(
            f"/instruction/comparer?ref={given.reference}&ref={waiting.reference}"
        )
    )

    assert "Caractère reproductible de la démarche Moyen pas encore rendu" in page


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_comparison_takes_two_to_six_dossiers(as_person, world, count):
    query = "&".join(f"ref=HLM14-{number:04}" for number in range(count))

    answer = as_person("ddcs17_officer").get(f"/instruction/comparer?{query}")

    assert (answer.status_code, answer.location) == (303, "/instruction")


def test_a_dossier_of_elsewhere_is_not_found_among_the_compared(as_person, world):
    ours, draft = kept(world, a_submitted(world)), kept(world, a_draft(world, SEMIS))

    address = f"/instruction/comparer?ref={ours.reference}&ref={draft.reference}"

    assert as_person("ddcs17_officer").get(address).status_code == 404
    assert as_person("ddcs16_head").get(address).status_code == 404


def test_a_comparison_takes_the_same_statements_for_two_and_for_six(app, as_person, world):
    references = [submitted_with(world).reference for _ in range(6)]
    client = as_person("ddcs17_officer")
    client.get("/instruction")

    def count(number: int) -> int:
        query = "&".join(f"ref={each}" for each in references[:number])
        return statements(app, client, f"/instruction/comparer?{query}")

    assert count(2) == count(6)
