"""Two organisations in one dossier, through the pages."""

import re

import pytest
from sqlalchemy import select

from grants.dossiers.operations import fire
from grants.dossiers.operations.revisions import move_draft, renew_call
from grants.mail.models import Mail
from tests.definitions.broken import broken
from tests.definitions.shared import SHARED
from tests.factories import NOW
from tests.shared import METHOD, a_begun, a_complete, a_deposited, a_joined, act, join, write
from tests.web.browsing import send, submit
from tests.web.shared_world import store, world
from tests.web.world import fresh, kept, read, statements

__all__ = ["store", "world"]


@pytest.fixture
def author(client, sign_in, world):
    sign_in(client, world.author)
    return client


@pytest.fixture
def visitor(app):
    """Another browser."""
    return app.test_client()


def link_in(world) -> str:
    world.session.rollback()
    mail = world.session.scalars(select(Mail).where(Mail.kind == "dossier.party")).all()[-1]
    assert mail.dossier_id is not None
    return re.search(r"\{site\}(/participations/\S+)", mail.body)[1]


def test_an_organisation_is_invited_by_mail_and_joins(world, author, visitor, sign_in):
    dossier = kept(world, a_begun(world))
    hub = f"/dossiers/{dossier.reference}"
    assert "Évaluateur pas encore là" in read(author.get(hub))

    response = submit(author, f"{hub}/organismes/evaluator", email="scientist@example.org")
    assert response.location == f"{hub}#organismes"
    assert "Invitation envoyée à scientist@example.org" in read(author.get(hub))

    link = link_in(world)
    page = visitor.get(link)
    assert "Connectez-vous avec le compte de scientist@example.org." in read(page)
    assert f"next={link}" in page.text or "next=" in page.text
    sign_in(visitor, world.scientist)
    joined = submit(visitor, link, organisation=str(world.laboratory.id))

    assert joined.location == hub
    told = read(visitor.get(hub))
    assert "Labo des villes a rejoint le dossier" in told
    assert "Évaluateur (vous) Labo des villes" in told
    assert dossier.reference in visitor.get("/mes-dossiers").text
    assert visitor.get(link).status_code == 404


def test_an_address_that_is_none_is_refused_in_its_place(world, author):
    dossier = kept(world, a_begun(world))

    response = submit(author, f"/dossiers/{dossier.reference}/organismes/evaluator", email="labo")

    assert response.status_code == 422
    assert 'id="email-error"' in response.text
    assert 'href="#email"' in response.text
    assert 'value="labo"' in response.text


def test_a_link_joins_no_organisation_of_others_nor_twice_the_same(world, author, visitor, sign_in):
    dossier = kept(world, a_begun(world))
    submit(
        author, f"/dossiers/{dossier.reference}/organismes/evaluator", email="author@example.org"
    )
    link = link_in(world)

    assert "Aucun de vos organismes ne peut rejoindre ce dossier" in read(author.get(link))
    sent = {"organisation": str(world.association.id)}
    assert author.post(link, data=sent).status_code == 409
    sign_in(visitor, world.stranger)
    assert "Elle est partie à author@example.org" in read(visitor.get(link))
    sent = {"organisation": str(world.laboratory.id)}
    refused = visitor.post(link, data=sent)
    assert refused.status_code == 422
    assert 'href="#organisation"' in refused.text
    assert fresh(world, dossier).parties == []


def test_a_link_to_a_place_that_is_no_more_is_over(world, author):
    dossier = kept(world, a_begun(world))
    submit(
        author, f"/dossiers/{dossier.reference}/organismes/evaluator", email="author@example.org"
    )
    link = link_in(world)
    otherwise = SHARED.replace("evaluator", "reviewer")
    newest = renew_call(world.session, otherwise, actor=world.call_manager, now=NOW)
    fresh(world, dossier).revision = newest
    world.session.commit()

    assert author.get(link).status_code == 404
    assert author.post(link, data={"organisation": str(world.association.id)}).status_code == 404


def test_an_old_page_of_an_invitation_lets_nobody_go_who_has_joined(world, author):
    dossier = kept(world, a_begun(world))
    page = f"/dossiers/{dossier.reference}/organismes/evaluator"
    submit(author, page, email="scientist@example.org")
    shown = author.get(page)
    world.session.rollback()
    join(world, fresh(world, dossier))
    world.session.commit()

    assert send(author, shown, to="retirer").status_code == 409
    assert [each.organisation for each in fresh(world, dossier).parties] == [world.laboratory]


def test_an_invitation_is_taken_back_and_a_wrong_organisation_let_go(world, author):
    dossier = kept(world, a_begun(world))
    page = f"/dossiers/{dossier.reference}/organismes/evaluator"
    submit(author, page, email="scientist@example.org")
    link = link_in(world)

    assert submit(author, page, to="retirer").status_code == 303
    assert author.get(link).status_code == 404

    world.session.rollback()
    joined = kept(world, a_joined(world))
    page = f"/dossiers/{joined.reference}/organismes/evaluator"
    assert submit(author, page, to="retirer").status_code == 303
    assert fresh(world, joined).parties == []


def test_the_hub_says_for_each_organisation_what_is_missing(world, author, visitor, sign_in):
    dossier = kept(world, a_joined(world))
    hub = f"/dossiers/{dossier.reference}"

    mine = read(author.get(hub))
    assert "Porteur (vous) Entraide . Il lui reste 3 réponses à donner ou à corriger." in mine
    assert "Évaluateur Labo des villes . Il lui reste 1 réponse à donner ou à corriger." in mine
    assert "Il vous reste 3 réponses à donner ou à corriger pour déposer" in mine
    assert "L’évaluation À compléter Rempli par Labo des villes" in mine.replace(
        "Pas commencé", "À compléter"
    )
    sign_in(visitor, world.scientist)
    theirs = read(visitor.get(hub))
    assert "Il vous reste 1 réponse à donner ou à corriger pour signer" in theirs
    assert "Le projet Pas commencé Rempli par Entraide" in theirs


def test_the_sections_of_the_other_organisation_are_read_only(world, author, visitor, sign_in):
    dossier = a_joined(world)
    write(world, dossier, world.scientist, METHOD)
    kept(world, dossier)
    address = f"/dossiers/{dossier.reference}/rubriques/method"

    page = author.get(address)

    assert "Rempli par Labo des villes" in read(page)
    assert "Des entretiens." in read(page)
    assert "<textarea" not in page.text
    sent = {"method": "Autre", "method-revision": "0-x", "_author": str(world.author.id)}
    assert author.post(address, data=sent).status_code == 409
    autosave = f"/dossiers/{dossier.reference}/reponses/method"
    assert author.post(autosave, data=sent).status_code == 409
    sign_in(visitor, world.assistant)
    assert "<textarea" in visitor.get(address).text


def test_the_party_signs_then_the_dossier_is_deposited(world, author, visitor, sign_in, store):
    dossier = kept(world, a_complete(world, store))
    base = f"/dossiers/{dossier.reference}"
    blocked = read(author.get(f"{base}/verifier"))
    assert "1 point empêche le dépôt Évaluateur : n’a pas encore signé." in blocked

    sign_in(visitor, world.scientist)
    assert visitor.get(f"{base}/actes/sign").location == f"{base}/verifier"
    assert submit(visitor, f"{base}/verifier").location == base
    assert "Signé par Scientist, le 16 novembre 2026 à 12 h 00" in read(author.get(base))
    assert "Dossier signé" in read(author.get(f"{base}/historique"))

    write(world, fresh(world, dossier), world.author, {"name": "Autre nom"})
    kept(world, dossier)
    assert "une réponse a changé depuis, la signature est à refaire" in read(author.get(base))
    act(world, fresh(world, dossier), "sign", world.scientist)
    kept(world, dossier)

    response = submit(author, f"{base}/verifier", certified="1")

    assert response.location == f"{base}/accuse-de-reception"
    for client in (author, visitor):
        assert "Entraide et Labo des villes" in read(client.get(response.location))


def test_what_a_former_circuit_named_otherwise_stops_no_page(
    world, author, visitor, sign_in, store
):
    dossier = a_complete(world, store)
    act(world, dossier, "sign", world.scientist)
    renamed = SHARED.replace("sign:\n", "endorse:\n").replace("writing", "drafting")
    newest = renew_call(world.session, renamed, actor=world.call_manager, now=NOW)
    move_draft(world.session, dossier, to=newest.number, actor=world.author, now=NOW)
    act(world, dossier, "endorse", world.scientist)
    act(world, dossier, "send", world.author)
    decided = {"outcome": "selected", "amount": 100}
    for trigger, inputs in (("choose", decided), ("tell", None)):
        fire(
            world.session,
            dossier,
            trigger,
            actor=world.chief,
            now=NOW,
            step=dossier.step,
            inputs=inputs,
        )
    kept(world, dossier)
    reference = dossier.reference
    sign_in(visitor, world.chief)

    seen = [
        author.get(f"/dossiers/{reference}{page}").status_code
        for page in ("", "/historique", "/decision", "/presentation.docx")
    ] + [visitor.get(f"/instruction/{reference}{page}").status_code for page in ("", "/historique")]

    assert seen == [200] * 6
    for page in (
        author.get(f"/dossiers/{reference}/historique"),
        visitor.get(f"/instruction/{reference}/historique"),
    ):
        assert read(page).count("Dossier signé") == 2


def test_services_read_both_names(world, client, sign_in, store):
    dossier = kept(world, a_deposited(world, store))
    sign_in(client, world.reader)

    for address in ("/instruction", f"/instruction/{dossier.reference}"):
        assert "Entraide et Labo des villes" in read(client.get(address)), address


def test_a_party_costs_no_more_statements_as_it_writes_and_signs(
    app, world, author, visitor, sign_in, store
):
    dossier = kept(world, a_joined(world))
    sign_in(visitor, world.scientist)
    base = f"/dossiers/{dossier.reference}"
    visitor.get(base)
    before = statements(app, visitor, base)
    full = a_complete(world, store)
    act(world, full, "sign", world.scientist)
    kept(world, full)

    assert statements(app, visitor, f"/dossiers/{full.reference}") == before


def test_a_page_of_sign_in_leads_back_to_the_invitation(world, author, visitor):
    dossier = kept(world, a_begun(world))
    submit(
        author, f"/dossiers/{dossier.reference}/organismes/evaluator", email="scientist@example.org"
    )
    link = link_in(world)

    assert f'href="/connexion?next={link}"' in visitor.get(link).text


def test_only_the_organisation_that_began_is_offered_the_new_form(world, author, visitor, sign_in):
    dossier = kept(world, a_joined(world))
    asked_otherwise = broken(("label: Méthode,", "label: Méthode et calendrier,"), text=SHARED)
    renew_call(world.session, asked_otherwise, actor=world.call_manager, now=NOW)
    world.session.commit()
    hub = f"/dossiers/{dossier.reference}"
    sign_in(visitor, world.scientist)

    assert f"{hub}/nouveau-formulaire" in author.get(hub).text
    assert f"{hub}/nouveau-formulaire" not in visitor.get(hub).text
    assert visitor.get(f"{hub}/nouveau-formulaire").status_code == 409
