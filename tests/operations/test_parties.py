"""Organisations that apply together: asked, joined, let go; each writes its part, all sign."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.loader import definition_of
from grants.database import WRITING
from grants.dossiers.errors import DraftRefused, NotEditable, PartyRefused, TransitionRefused
from grants.dossiers.models import Dossier, PartyInvitation, Receipt
from grants.dossiers.operations import current_answers, discard
from grants.dossiers.operations.parties import (
    find_party_invitation,
    invite_party,
    join_as_party,
    lacking_signatures,
    remove_party,
    withdraw_party_invitation,
)
from grants.dossiers.operations.revisions import changes_for, move_draft, renew_call
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


def invite(world, dossier, *, actor=None, email="scientist@example.org"):
    return invite_party(
        world.session, dossier, "evaluator", email=email, actor=actor or world.author, now=NOW
    )


def take_back(world, dossier, email, *, actor=None):
    withdraw_party_invitation(
        world.session, dossier, "evaluator", email=email, actor=actor or world.author, now=NOW
    )


def let_go(world, dossier, *, organisation=None, actor=None):
    remove_party(
        world.session,
        dossier,
        "evaluator",
        organisation=(organisation or world.laboratory).id,
        actor=actor or world.author,
        now=NOW,
    )


def told(session, kind) -> list[tuple[str, str]]:
    """(recipient, subject) of the mails of that kind."""
    mails = session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id))
    return [(each.recipient, each.subject) for each in mails]


def test_the_invited_organisation_joins_and_has_the_dossier_in_its_list(session, world):
    dossier = a_begun(world)
    invitation, token = invite(world, dossier)
    assert find_party_invitation(session, token, now=NOW) is invitation

    join_as_party(session, invitation, world.laboratory, actor=world.scientist, now=NOW)

    assert told(session, "dossier.joined") == [
        (person, f"{dossier.reference} : Labo des villes a rejoint le dossier")
        for person in ("author@example.org", "writer@example.org")
    ]
    assert dossiers_of_applicant(session, world.scientist) == [dossier]
    assert holders_name(dossier) == "Entraide et Labo des villes"
    assert find_party_invitation(session, token, now=NOW) is None


def test_an_invitation_is_replaced_withdrawn_or_out_of_date(session, world):
    dossier = a_begun(world)
    _, first = invite(world, dossier)
    _, second = invite(world, dossier, email="autre@example.org")
    assert find_party_invitation(session, first, now=NOW) is None
    assert find_party_invitation(session, second, now=NOW + timedelta(days=30)) is None

    take_back(world, dossier, "autre@example.org", actor=world.writer)

    assert find_party_invitation(session, second, now=NOW) is None
    assert session.scalars(select(PartyInvitation)).all() == []


def test_only_the_organisation_that_began_invites_and_lets_go(session, world):
    dossier = a_joined(world)
    for person in (world.scientist, world.stranger):
        with pytest.raises(PartyRefused):
            take_back(world, dossier, "scientist@example.org", actor=person)
        with pytest.raises(PartyRefused):
            let_go(world, dossier, actor=person)
    with pytest.raises(PartyRefused):
        invite(world, a_begun(world), actor=world.stranger)


def test_a_wrong_organisation_is_let_go_before_it_signs_and_its_text_stays(session, world):
    dossier = a_joined(world)
    write(world, dossier, world.scientist, METHOD)

    let_go(world, dossier)

    assert dossiers_of_applicant(session, world.scientist) == []
    assert told(session, "dossier.left") == [
        (person, f"{dossier.reference} : Labo des villes n’est plus dans le dossier")
        for person in ("scientist@example.org", "assistant@example.org")
    ]
    assert current_answers(dossier, dossier.definition)["method"] == METHOD["method"]
    join(world, dossier)
    assert dossiers_of_applicant(session, world.scientist) == [dossier]


def test_an_organisation_that_signed_or_is_not_there_is_not_let_go(session, world, store):
    dossier = a_complete(world, store)
    act(world, dossier, "sign", world.scientist)

    with pytest.raises(PartyRefused) as refused:
        let_go(world, dossier)
    assert refused.value.reason == (
        "Cet organisme a signé le dossier : il ne peut plus en être retiré."
    )
    with pytest.raises(PartyRefused):
        let_go(world, a_begun(world))
    with pytest.raises(PartyRefused):
        let_go(world, a_deposited(world, store))


def test_a_signature_that_an_answer_has_undone_keeps_nobody(session, world, store):
    dossier = a_complete(world, store)
    act(world, dossier, "sign", world.scientist)
    write(world, dossier, world.writer, {"name": "Un autre nom"})

    let_go(world, dossier)

    assert dossiers_of_applicant(session, world.scientist) == []


def test_what_a_page_showed_of_a_partner_is_what_is_undone(session, world):
    dossier = a_begun(world)
    invitation, _ = invite(world, dossier)
    join_as_party(session, invitation, world.laboratory, actor=world.scientist, now=NOW)

    with pytest.raises(PartyRefused, match="n’attend plus de réponse"):
        take_back(world, dossier, "scientist@example.org")
    with pytest.raises(PartyRefused, match="n’est pas dans le dossier"):
        let_go(world, dossier, organisation=world.association)

    assert [each.organisation for each in dossier.parties] == [world.laboratory]


def test_only_the_person_invited_joins_and_only_while_awaited(session, world):
    dossier = a_begun(world)
    invitation, _ = invite(world, dossier, email="assistant@example.org")

    def refusal(actor) -> str:
        with pytest.raises(PartyRefused) as refused:
            join_as_party(session, invitation, world.laboratory, actor=actor, now=NOW)
        return refused.value.reason

    assert refusal(world.scientist) == (
        "Cette invitation est adressée à assistant@example.org : connectez-vous avec elle."
    )
    invite(world, dossier)
    assert refusal(world.assistant) == "Cette invitation n’est plus valable."


#: The shared call, once it asks for another organisation than before.
OTHERWISE = SHARED.replace("evaluator", "reviewer")


def test_a_new_form_without_the_partner_lets_it_go_and_says_so_before(session, world):
    dossier, begun = a_joined(world), a_begun(world)
    write(world, dossier, world.scientist, METHOD)
    _, token = invite(world, begun)
    newest = renew_call(session, OTHERWISE, actor=world.call_manager, now=NOW)
    assert changes_for(dossier, definition_of(newest))[0] == (
        "Organisme retiré : « Évaluateur » ; s’il a rejoint le dossier, il le quitte, et ce qu’il "
        "a écrit y reste."
    )

    for draft in (dossier, begun):
        move_draft(session, draft, to=newest.number, actor=world.author, now=NOW)

    assert dossiers_of_applicant(session, world.scientist) == []
    mails = session.scalars(select(Mail).where(Mail.kind == "dossier.left")).all()
    assert [each.recipient for each in mails] == ["scientist@example.org", "assistant@example.org"]
    assert "Author, de Entraide, a choisi le nouveau formulaire de l’appel" in mails[0].body
    assert current_answers(dossier, dossier.definition)["method"] == METHOD["method"]
    assert find_party_invitation(session, token, now=NOW) is None


def test_nobody_joins_a_place_that_the_form_no_longer_has(session, world):
    dossier = a_begun(world)
    invitation, _ = invite(world, dossier)
    newest = renew_call(session, OTHERWISE, actor=world.call_manager, now=NOW)
    dossier.revision = newest

    with pytest.raises(PartyRefused, match="ne prévoit plus cet organisme"):
        join_as_party(session, invitation, world.laboratory, actor=world.scientist, now=NOW)


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


def test_reading_an_invitation_keeps_nobody_from_taking_it_back(session, session_factory, world):
    dossier = a_begun(world)
    _, token = invite(world, dossier)
    session.commit()
    assert find_party_invitation(session, token, now=NOW) is not None

    with session_factory() as other:
        other.connection(execution_options=WRITING)
        if other.get_bind().dialect.name == "postgresql":
            other.execute(text("SET LOCAL lock_timeout = '2s'"))
        withdraw_party_invitation(
            other,
            other.get_one(Dossier, dossier.id),
            "evaluator",
            email="scientist@example.org",
            actor=other.get_one(User, world.author.id),
            now=NOW,
        )
        other.commit()

    session.rollback()
    assert find_party_invitation(session, token, now=NOW) is None
