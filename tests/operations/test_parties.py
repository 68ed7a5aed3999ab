"""Organisations that apply together: asked, joined, let go; each writes its part, all sign."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.dossiers.errors import DraftRefused, NotEditable, PartyRefused, TransitionRefused
from grants.dossiers.models import PartyInvitation, Receipt
from grants.dossiers.operations import current_answers, discard
from grants.dossiers.operations.parties import (
    find_party_invitation,
    invite_party,
    join_as_party,
    lacking_signatures,
    remove_party,
    withdraw_party_invitation,
)
from grants.dossiers.operations.revisions import move_draft, renew_call
from grants.dossiers.queries import dossiers_of_applicant
from grants.dossiers.roles import holders_name
from grants.files import FileStore
from grants.mail.models import Mail
from tests.definitions.broken import broken
from tests.definitions.shared import SHARED
from tests.factories import NOW
from tests.shared import (
    METHOD,
    a_begun,
    a_complete,
    a_deposited,
    a_joined,
    a_shared_world,
    act,
    join,
    write,
)


@pytest.fixture
def world(session: Session):
    return a_shared_world(session)


@pytest.fixture
def store(tmp_path) -> FileStore:
    return FileStore(tmp_path / "files")


def invite(world, dossier, *, actor=None, email="labo@example.org"):
    return invite_party(
        world.session, dossier, "evaluator", email=email, actor=actor or world.author, now=NOW
    )


def test_the_invited_organisation_joins_and_has_the_dossier_in_its_list(session, world):
    dossier = a_begun(world)
    invitation, token = invite(world, dossier)
    assert find_party_invitation(session, token, now=NOW) is invitation

    join_as_party(session, invitation, world.laboratory, actor=world.scientist, now=NOW)

    assert dossiers_of_applicant(session, world.scientist) == [dossier]
    assert holders_name(dossier) == "Entraide et Labo des villes"
    assert find_party_invitation(session, token, now=NOW) is None


def test_an_invitation_is_replaced_withdrawn_or_out_of_date(session, world):
    dossier = a_begun(world)
    _, first = invite(world, dossier)
    _, second = invite(world, dossier, email="autre@example.org")
    assert find_party_invitation(session, first, now=NOW) is None
    assert find_party_invitation(session, second, now=NOW + timedelta(days=30)) is None

    withdraw_party_invitation(session, dossier, "evaluator", actor=world.writer, now=NOW)

    assert find_party_invitation(session, second, now=NOW) is None
    assert session.scalars(select(PartyInvitation)).all() == []


def test_only_the_organisation_that_began_invites_and_lets_go(session, world):
    dossier = a_joined(world)
    for person in (world.scientist, world.stranger):
        with pytest.raises(PartyRefused):
            withdraw_party_invitation(session, dossier, "evaluator", actor=person, now=NOW)
        with pytest.raises(PartyRefused):
            remove_party(session, dossier, "evaluator", actor=person)
    with pytest.raises(PartyRefused):
        invite(world, a_begun(world), actor=world.stranger)


def test_a_wrong_organisation_is_let_go_before_it_signs_and_its_text_stays(session, world):
    dossier = a_joined(world)
    write(world, dossier, world.scientist, METHOD)

    remove_party(session, dossier, "evaluator", actor=world.author)

    assert dossiers_of_applicant(session, world.scientist) == []
    assert current_answers(dossier, dossier.definition)["method"] == METHOD["method"]
    join(world, dossier)
    assert dossiers_of_applicant(session, world.scientist) == [dossier]


def test_an_organisation_that_signed_or_is_not_there_is_not_let_go(session, world, store):
    dossier = a_complete(world, store)
    act(world, dossier, "sign", world.scientist)

    with pytest.raises(PartyRefused) as refused:
        remove_party(session, dossier, "evaluator", actor=world.author)
    assert refused.value.reason == (
        "Cet organisme a signé le dossier : il ne peut plus en être retiré."
    )
    with pytest.raises(PartyRefused):
        remove_party(session, a_begun(world), "evaluator", actor=world.author)
    with pytest.raises(PartyRefused):
        remove_party(session, a_deposited(world, store), "evaluator", actor=world.author)


def test_each_organisation_writes_its_own_sections(world):
    dossier = a_joined(world)
    for person in (world.scientist, world.assistant):
        with pytest.raises(NotEditable):
            write(world, dossier, person, {"name": "Autre"})
    for person in (world.author, world.writer, world.stranger):
        with pytest.raises(NotEditable):
            write(world, dossier, person, METHOD)

    write(world, dossier, world.assistant, METHOD)


def test_only_the_organisation_that_began_deletes_the_draft(session, world):
    dossier = a_joined(world)
    for person in (world.scientist, world.assistant):
        with pytest.raises(DraftRefused):
            discard(session, dossier, actor=person, now=NOW)

    discard(session, dossier, actor=world.writer, now=NOW)

    assert dossiers_of_applicant(session, world.scientist) == []


def test_the_deposit_waits_for_every_signature_on_the_answers_as_they_stand(world, store):
    dossier = a_complete(world, store)

    def refusal() -> list[str]:
        with pytest.raises(TransitionRefused) as refused:
            act(world, dossier, "send", world.author)
        return refused.value.reasons

    assert refusal() == ["Évaluateur : n’a pas encore signé."]
    act(world, dossier, "sign", world.scientist)
    write(world, dossier, world.writer, {"name": "Un autre nom"})
    assert refusal() == ["Évaluateur : une réponse a changé depuis sa signature, à refaire."]
    act(world, dossier, "sign", world.scientist)
    assert lacking_signatures(dossier, dossier.definition, None) == []

    act(world, dossier, "send", world.author)

    assert dossier.state == "reading"


def test_what_was_signed_under_another_form_is_to_be_signed_anew(session, world, store):
    dossier = a_complete(world, store)
    act(world, dossier, "sign", world.scientist)
    asked_otherwise = broken(("label: Méthode,", "label: Méthode et calendrier,"), text=SHARED)
    newest = renew_call(session, asked_otherwise, actor=world.call_manager, now=NOW)

    move_draft(session, dossier, to=newest.number, actor=world.author, now=NOW)

    assert lacking_signatures(dossier, dossier.definition, None) == [
        "Évaluateur : n’a pas encore signé."
    ]


def test_only_the_organisation_that_began_follows_a_new_form(session, world):
    dossier = a_joined(world)
    asked_otherwise = broken(("label: Méthode,", "label: Méthode et calendrier,"), text=SHARED)
    newest = renew_call(session, asked_otherwise, actor=world.call_manager, now=NOW)
    for person in (world.scientist, world.stranger):
        with pytest.raises(NotEditable):
            move_draft(session, dossier, to=newest.number, actor=person, now=NOW)

    move_draft(session, dossier, to=newest.number, actor=world.writer, now=NOW)

    assert dossier.revision is newest


def test_the_deposit_waits_for_the_other_organisation_to_join(world):
    dossier = a_begun(world)
    assert lacking_signatures(dossier, dossier.definition, None) == [
        "Évaluateur : n’a pas encore rejoint le dossier."
    ]


def test_receipt_and_mails_name_both_and_reach_both(session, world, store):
    a_deposited(world, store)

    kept = session.scalars(select(Receipt)).one().content
    assert kept["holder"] == "Entraide et Labo des villes"
    assert kept["siret"] == "12345678200002 et 73282932000074"
    mails = session.scalars(select(Mail).where(Mail.kind == "dossier.sent")).all()
    assert {each.recipient for each in mails} == {"author@example.org", "scientist@example.org"}
    assert all("De Entraide et Labo des villes." in each.body for each in mails)
