"""Criteria before a dossier: tried without an account, kept through the sign-in, never retyped."""

import pytest
from sqlalchemy import func, select

from grants.dossiers.models import Dossier
from grants.dossiers.operations import current_answers
from tests.shared import ELIGIBLE, a_begun
from tests.web.browsing import errors, form_of, send, submit
from tests.web.shared_world import store, world
from tests.web.world import kept, read

__all__ = ["store", "world"]

PREPARE = "/appels/recherches/preparer"
CRITERIA = "/appels/recherches/criteres"
MET = {"non_profit": "yes", "begun": "01/01/2027"}


def dossiers(world) -> int:
    world.session.rollback()
    return world.session.scalar(select(func.count()).select_from(Dossier))


@pytest.fixture
def author(client, sign_in, world):
    sign_in(client, world.author)
    return client


def test_preparing_leads_to_the_criteria(client, world):
    page = client.get(PREPARE)

    assert f'href="{CRITERIA}"' in page.text
    assert "Vous pouvez les essayer sans compte." in read(page)
    assert "Les statuts font foi." in read(client.get(CRITERIA))


def test_a_visitor_tries_the_criteria_and_begins_nothing(client, world):
    refused = submit(client, CRITERIA, to="criteres", non_profit="no", begun="01/01/2027")

    assert refused.status_code == 422
    reason = "Seuls les organismes à but non lucratif peuvent candidater."
    assert errors(refused) == [reason]
    assert 'value="1 janvier 2027"' in refused.text or 'value="01/01/2027"' in refused.text

    met = send(client, refused, to="criteres", **MET)

    assert met.status_code == 200
    assert "Les critères sont remplis" in read(met)
    assert dossiers(world) == 0


def test_what_a_visitor_typed_is_there_once_signed_in(client, sign_in, world):
    page = client.get(CRITERIA)

    left = client.post(CRITERIA, data={**MET, "csrf_token": token_of(page), "_sign_in": "1"})

    assert left.status_code == 303
    assert left.location == f"/connexion?next={CRITERIA}"
    with client.session_transaction() as session:
        session["_user_id"] = world.author.fs_uniquifier
        session["_fresh"] = True
    response = send(client, client.get(CRITERIA), to="preparer")
    assert response.location == "/dossiers/RD-0001"


def token_of(page) -> str:
    return form_of(page, to="criteres").fields["csrf_token"]


def test_what_is_too_long_to_be_kept_stays_in_the_page(client, world):
    page = client.get(CRITERIA)

    response = client.post(
        CRITERIA,
        data={**MET, "funding": "1" * 3_000, "csrf_token": token_of(page), "_sign_in": "1"},
    )

    assert response.status_code == 422
    assert "1" * 3_000 in response.text


def test_a_dossier_begins_with_what_was_answered(world, author):
    response = submit(author, CRITERIA, to="preparer", **MET)

    assert (response.status_code, response.location) == (303, "/dossiers/RD-0001")
    assert dossiers(world) == 1
    dossier = world.session.scalars(select(Dossier)).one()
    assert current_answers(dossier, dossier.definition) == ELIGIBLE


def test_a_criterion_that_is_not_met_says_why_and_keeps_what_was_typed(world, author):
    response = submit(author, CRITERIA, to="preparer", **MET | {"funding": "500"})

    assert response.status_code == 422
    assert "Le budget est d’au moins 1 000 € : vous avez écrit 500 €." in read(response).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert 'id="funding-error"' in response.text
    assert send(author, response, to="preparer", funding="").location == "/dossiers/RD-0001"


def test_no_dossier_begins_past_the_criteria(world, author):
    response = author.post(PREPARE, data={"organisation": str(world.association.id)})

    assert response.status_code == 422
    assert dossiers(world) == 0


def test_a_draft_that_stands_is_offered_first_and_the_typed_text_stays(world, author):
    page = author.get(CRITERIA)
    draft = kept(world, a_begun(world))

    offered = send(author, page, to="preparer", **MET)

    assert offered.status_code == 409
    assert f'href="/dossiers/{draft.reference}"' in offered.text
    again = author.post(
        PREPARE, data={**MET, "organisation": str(world.association.id), "another": "1"}
    )
    assert again.location == "/dossiers/RD-0002"


def test_a_session_that_ended_keeps_the_answers(world, author, sign_in):
    page = author.get(CRITERIA)
    with author.session_transaction() as session:
        del session["_user_id"]

    assert send(author, page, to="preparer", **MET).status_code == 303
    assert dossiers(world) == 0

    sign_in(author, world.author)
    assert send(author, author.get(CRITERIA), to="preparer").location == "/dossiers/RD-0001"
