"""The minutes of a sitting on the pages: for the services that may read what they say."""

import pytest
from sqlalchemy.orm import Session

from grants.dossiers.register import Verdict, verified
from grants.extensions import db
from tests.definitions.rich import RICH
from tests.pdf import words
from tests.rich import YES, a_heard, a_rich_world, act
from tests.web.rich_world import as_one
from tests.web.world import fresh, kept, read
from tests.word import lines

__all__ = ["as_one"]


#: The rich call, whose committee decides at a sitting that it keeps minutes of.
SITTING_RICH = RICH.replace(
    "decides: true, awaits: {grids", "decides: true, minutes: true, awaits: {grids"
)


@pytest.fixture
def rich(app):
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        made = a_rich_world(session, source=SITTING_RICH)
        session.commit()
        yield made


def test_minutes_are_read_by_services_that_may_compare_the_scores_and_by_nobody_else(
    as_one, rich, clock
):
    dossier = kept(rich, a_heard(rich))
    clock.move(rich.now)
    page = f"/instruction/{dossier.reference}"
    address = f"{page}/releve-de-seance.docx"
    warned = "Un extrait du relevé de la séance sera émis pour les services"
    chair = as_one("chair")
    assert warned in read(chair.get(f"/dossiers/{dossier.reference}/actes/choose"))
    assert chair.get(address).status_code == 404
    assert "Relevés de séance" not in read(chair.get(page))
    act(rich, dossier, "choose", rich.chair, YES)
    kept(rich, dossier)

    first = as_one("chair").get(address)
    assert first.status_code == 200
    assert "FQ-0001-releve-de-seance-1.docx" in first.headers["Content-Disposition"]
    assert "Grille du projet\t14 sur 20 en moyenne (2 grilles remises)" in lines(first.data)
    assert as_one("juror").get(f"{address}?numero=1").data == first.data
    pdf = as_one("juror").get(address.replace(".docx", ".pdf"))
    assert "Grille du projet 14 sur 20 en moyenne" in words(pdf.data)
    fresh(rich, dossier)
    assert verified(rich.session, first.data).verdict is Verdict.IDENTICAL
    shown = dict[str, tuple[int, bool]]()
    for name in ("chair", "call_manager", "social", "author", "stranger"):
        client = as_one(name)
        assert client.get(address.replace(".docx", ".pdf")).status_code == (
            client.get(address).status_code
        )
        listed = "Extrait du relevé de la séance" in read(client.get(page, follow_redirects=True))
        shown[name] = (client.get(address).status_code, listed)
    assert shown == {
        "chair": (200, True),
        "call_manager": (200, True),
        "social": (403, False),
        "author": (404, False),
        "stranger": (404, False),
    }
    assert as_one("chair").get(f"{address}?numero=2").status_code == 404
