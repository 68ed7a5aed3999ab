"""The scores of a grid in the Word file: for whom, and how much of them."""

import pytest

from tests.rich import FAIR, GOOD, a_chosen, a_jury, act
from tests.web.rich_world import as_one, rich
from tests.web.world import fresh, kept
from tests.word import lines

__all__ = ["as_one", "rich"]


def scores_in_the_document(client, dossier) -> list[str]:
    """The lines of the grid in the Word file, as the client's visitor may read it."""
    answer = client.get(f"/dossiers/{dossier.reference}/presentation.docx")
    found = lines(answer.data)
    start = found.index("Grille du projet") if "Grille du projet" in found else len(found)
    return found[start : start + 5]


SCORED = [
    "Grille du projet",
    "Moyenne : 14 sur 20 (2 grilles)",
    "Critère | Coefficient | Moyenne",
    "Originalité | 2 | 3,5 sur 5",
    "Faisabilité | 1 | 7 sur 10",
]


@pytest.fixture
def half_scored(rich):
    dossier = a_jury(rich)
    act(rich, dossier, "score", rich.juror, GOOD)
    return kept(rich, dossier)


def test_the_document_holds_the_scores_for_whoever_compares_the_sheets(as_one, rich, half_scored):
    act(rich, half_scored, "score", rich.second_juror, FAIR)
    kept(rich, half_scored)

    for person in ("chair", "juror", "call_manager"):
        assert scores_in_the_document(as_one(person), half_scored) == SCORED, person


@pytest.mark.parametrize("person", ["second_juror", "social"])
def test_the_document_tells_no_score_to_a_scorer_before_the_own_sheet_nor_to_other_services(
    as_one, half_scored, person
):
    assert scores_in_the_document(as_one(person), half_scored) == []
    assert scores_in_the_document(as_one("juror"), half_scored)[1] == (
        "Moyenne : 18 sur 20 (1 grille)"
    )


def test_the_applicants_document_holds_the_mean_alone_once_the_call_makes_it_known(as_one, rich):
    dossier = kept(rich, a_chosen(rich))
    assert scores_in_the_document(as_one("author"), dossier) == []
    act(rich, fresh(rich, dossier), "tell", rich.chair)
    kept(rich, dossier)

    told = scores_in_the_document(as_one("author"), dossier)
    assert told[:2] == SCORED[:2]
    assert "Critère" not in told
