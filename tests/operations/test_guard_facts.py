"""What guards know of a dossier, besides its answers."""

from fractions import Fraction

from sqlalchemy.orm import Session

from grants.dossiers.facts import guard_facts
from tests.rich import FAIR, GOOD, a_jury, a_rich_world, act


def scores(dossier) -> tuple[object, object]:
    facts = guard_facts(dossier, dossier.definition)
    return facts["project_count"], facts["project_mean"]


def test_a_guard_knows_how_many_sheets_were_returned_and_the_mean_of_their_totals(session: Session):
    world = a_rich_world(session)
    dossier = a_jury(world)
    assert scores(dossier) == (0, None)

    act(world, dossier, "score", world.juror, GOOD)
    act(world, dossier, "score", world.second_juror, FAIR)

    assert scores(dossier) == (2, Fraction(18 + 10, 2))
