"""Colleagues join organisations and services, change roles, leave; somebody always rules."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from grants.accounts.errors import AccountRefused, NotEntitled
from grants.accounts.models import Invitation, Organisation, StandIn, User
from grants.accounts.operations import (
    accept,
    accept_as_newcomer,
    change_capacity,
    end_stand_in,
    ensure_organisation,
    ensure_service,
    find_invitation,
    invite,
    join_organisation,
    join_service,
    name_stand_in,
    pending_invitations,
    remove,
    revoke,
)
from grants.dossiers.roles import posts_of
from tests.factories import NOW, a_member, a_service, a_user, an_agent

PASSWORD = "bleuet cartable ponton"
TODAY = date(2026, 11, 16)
DAY = timedelta(days=1)


@pytest.fixture
def semis(session):
    organisation = Organisation(siret="73282932000074", name="SEMIS", created_at=NOW)
    session.add(organisation)
    return organisation


@pytest.fixture
def signatory(session, semis):
    return a_member(session, semis, "signatory", "signatory")


@pytest.fixture
def editor(session, semis):
    return a_member(session, semis, "editor", "editor")


@pytest.fixture
def ddcs(session):
    return a_service(session, "ddcs", "17")


@pytest.fixture
def head(session, ddcs):
    return an_agent(session, ddcs, "head", "head")


@pytest.fixture
def officer(session, ddcs):
    return an_agent(session, ddcs, "officer", "officer")


def test_an_invited_newcomer_gets_an_account_and_the_role_once(session, semis, signatory):
    invitation, token = invite(
        session, semis, email="New@semis.example", capacity="editor", actor=signatory, now=NOW
    )
    found = find_invitation(session, token, now=NOW + 13 * DAY)
    assert found is invitation

    user = accept_as_newcomer(session, found, name="Noa", password=PASSWORD, now=NOW + DAY)

    assert (user.email, user.confirmed_at) == ("new@semis.example", NOW + DAY)
    assert [(each.organisation, each.capacity) for each in user.memberships] == [(semis, "editor")]
    assert find_invitation(session, token, now=NOW + DAY) is None
    with pytest.raises(AccountRefused, match="n’est plus valable"):
        accept(session, invitation, user=user, now=NOW + DAY)


def test_the_token_is_not_in_the_database(session, semis, signatory):
    invitation, token = invite(
        session, semis, email="new@semis.example", capacity="editor", actor=signatory, now=NOW
    )

    assert token not in {str(getattr(invitation, each.key)) for each in Invitation.__table__.c}


def test_an_invitation_lasts_fourteen_days(session, semis, signatory):
    _, token = invite(
        session, semis, email="new@semis.example", capacity="editor", actor=signatory, now=NOW
    )

    assert find_invitation(session, token, now=NOW + 14 * DAY - timedelta(seconds=1)) is not None
    assert find_invitation(session, token, now=NOW + 14 * DAY) is None


def test_only_the_address_that_was_invited_accepts(session, semis, signatory):
    invitation, _ = invite(
        session, semis, email="new@semis.example", capacity="signatory", actor=signatory, now=NOW
    )

    with pytest.raises(AccountRefused, match=r"new@semis\.example"):
        accept(session, invitation, user=a_user(session, "somebody-else"), now=NOW)


def test_whoever_has_an_account_accepts_with_it(session, semis, signatory):
    known = a_user(session, "known")
    invitation, _ = invite(
        session, semis, email=known.email, capacity="editor", actor=signatory, now=NOW
    )
    with pytest.raises(AccountRefused, match="connectez-vous"):
        accept_as_newcomer(session, invitation, name="X", password=PASSWORD, now=NOW)

    accept(session, invitation, user=known, now=NOW)

    assert [each.capacity for each in known.memberships] == ["editor"]


def test_a_second_invitation_replaces_the_first(session, semis, signatory):
    typed = {"email": "new@semis.example", "actor": signatory, "now": NOW}
    _, first = invite(session, semis, capacity="editor", **typed)
    second, _ = invite(session, semis, capacity="signatory", **typed)

    assert find_invitation(session, first, now=NOW) is None
    assert pending_invitations(session, semis, now=NOW) == [second]


def test_the_last_of_thirty_invitations_is_still_replaced(session, semis, signatory):
    def invited(email: str) -> Invitation:
        return invite(session, semis, email=email, capacity="editor", actor=signatory, now=NOW)[0]

    first, *others = [invited(f"colleague{number}@semis.example") for number in range(30)]
    with pytest.raises(AccountRefused, match="30 invitations attendent"):
        invited("one-more@semis.example")
    again = invited(first.email)

    assert set(pending_invitations(session, semis, now=NOW)) == {*others, again}


def test_a_member_is_not_invited_again(session, semis, signatory, editor):
    with pytest.raises(AccountRefused, match="déjà partie"):
        invite(session, semis, email=editor.email, capacity="editor", actor=signatory, now=NOW)


def test_a_revoked_invitation_opens_nothing(session, semis, signatory):
    invitation, token = invite(
        session, semis, email="new@semis.example", capacity="editor", actor=signatory, now=NOW
    )

    revoke(session, invitation, actor=signatory)

    assert find_invitation(session, token, now=NOW) is None


def test_an_editor_manages_nobody(session, semis, signatory, editor):
    invitation, _ = invite(
        session, semis, email="new@semis.example", capacity="editor", actor=signatory, now=NOW
    )
    (mine,) = editor.memberships
    (other,) = signatory.memberships

    with pytest.raises(NotEntitled):
        invite(session, semis, email="x@y.example", capacity="editor", actor=editor, now=NOW)
    with pytest.raises(NotEntitled):
        revoke(session, invitation, actor=editor)
    with pytest.raises(NotEntitled):
        change_capacity(session, mine, "signatory", actor=editor)
    with pytest.raises(NotEntitled):
        remove(session, other, actor=editor)


def test_a_role_of_another_body_is_refused(session, semis, signatory, ddcs, head):
    with pytest.raises(AccountRefused, match="Choisissez un rôle"):
        invite(session, semis, email="x@y.example", capacity="head", actor=signatory, now=NOW)
    with pytest.raises(AccountRefused, match="Choisissez un rôle"):
        change_capacity(session, head.service_memberships[0], "signatory", actor=head)


def test_the_last_signatory_stays(session, semis, signatory, editor):
    (last,) = signatory.memberships
    with pytest.raises(AccountRefused, match="au moins un signataire"):
        remove(session, last, actor=signatory)
    with pytest.raises(AccountRefused, match="au moins un signataire"):
        change_capacity(session, last, "editor", actor=signatory)

    change_capacity(session, editor.memberships[0], "signatory", actor=signatory)
    remove(session, last, actor=signatory)

    assert [(each.user, each.capacity) for each in semis.memberships] == [(editor, "signatory")]


def test_the_last_head_stays(session, ddcs, head, officer):
    (last,) = head.service_memberships

    with pytest.raises(AccountRefused, match="au moins un responsable"):
        remove(session, last, actor=head)
    with pytest.raises(AccountRefused, match="au moins un responsable"):
        change_capacity(session, last, "officer", actor=head)


def test_everybody_may_leave(session, semis, signatory, editor):
    remove(session, editor.memberships[0], actor=editor)

    assert [each.user for each in semis.memberships] == [signatory]


def test_a_stand_in_acts_as_head_on_both_days_and_between(session, ddcs, head, officer):
    name_stand_in(
        session,
        ddcs,
        officer,
        starts_on=TODAY,
        ends_on=TODAY + 2 * DAY,
        actor=head,
        now=NOW,
    )

    acts = [
        "head" in [post.capacity for post in posts_of(officer, TODAY + offset * DAY)]
        for offset in range(-1, 4)
    ]
    assert acts == [False, True, True, True, False]


def test_a_stand_in_does_not_rule_the_team(session, ddcs, head, officer):
    dates = {"starts_on": TODAY, "ends_on": TODAY + DAY, "now": NOW}
    name_stand_in(session, ddcs, officer, actor=head, **dates)

    with pytest.raises(NotEntitled):
        name_stand_in(session, ddcs, officer, actor=officer, **dates)
    with pytest.raises(NotEntitled):
        invite(session, ddcs, email="x@y.example", capacity="head", actor=officer, now=NOW)


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [(-1, 3, "starts_on"), (3, 2, "ends_on"), (0, 400, "ends_on"), (2, 9, "starts_on")],
)
def test_dates_of_a_stand_in_are_checked(session, ddcs, head, officer, starts, ends, field):
    name_stand_in(
        session,
        ddcs,
        officer,
        starts_on=TODAY + 5 * DAY,
        ends_on=TODAY + 6 * DAY,
        actor=head,
        now=NOW,
    )

    with pytest.raises(AccountRefused) as refused:
        name_stand_in(
            session,
            ddcs,
            officer,
            starts_on=TODAY + starts * DAY,
            ends_on=TODAY + ends * DAY,
            actor=head,
            now=NOW,
        )

    assert refused.value.field == field


def test_only_an_officer_of_the_service_stands_in(session, ddcs, head, signatory):
    with pytest.raises(AccountRefused, match="agent du service"):
        name_stand_in(session, ddcs, signatory, starts_on=TODAY, ends_on=TODAY, actor=head, now=NOW)


def test_a_stand_in_that_is_ended_no_longer_acts_today(session, ddcs, head, officer):
    row = name_stand_in(
        session, ddcs, officer, starts_on=TODAY, ends_on=TODAY + 9 * DAY, actor=head, now=NOW
    )

    end_stand_in(session, row, actor=head, now=NOW + 2 * DAY)

    assert row.ends_on == TODAY + DAY
    assert [post.capacity for post in posts_of(officer, TODAY + 2 * DAY)] == ["officer"]


def test_a_stand_in_ended_on_its_first_day_never_was(session, ddcs, head, officer):
    row = name_stand_in(
        session, ddcs, officer, starts_on=TODAY, ends_on=TODAY + 9 * DAY, actor=head, now=NOW
    )

    end_stand_in(session, row, actor=head, now=NOW)

    assert session.scalars(select(StandIn)).all() == []


def test_whoever_leaves_a_service_stands_in_no_more(session, ddcs, head, officer):
    name_stand_in(session, ddcs, officer, starts_on=TODAY, ends_on=TODAY, actor=head, now=NOW)

    remove(session, officer.service_memberships[0], actor=head)

    assert posts_of(officer, TODAY) == []


def test_a_service_and_an_organisation_are_made_once(session):
    assert ensure_service(session, "ddcs", "17") is ensure_service(session, "ddcs", "17")
    assert ensure_service(session, "cget", "17").territory == ""
    made = ensure_organisation(session, siret="73282932000074", name="SEMIS", now=NOW)
    assert ensure_organisation(session, siret="732 829 320 00074", name="?", now=NOW) is made


def test_a_service_of_nowhere_is_refused(session):
    with pytest.raises(AccountRefused, match="« prefecture » inconnu"):
        ensure_service(session, "prefecture", "17")
    with pytest.raises(AccountRefused, match="Territoire « 99 »"):
        ensure_service(session, "ddcs", "99")


def test_joining_twice_gives_one_membership(session, semis, signatory, ddcs):
    user = a_user(session, "twice")

    for capacity in ("editor", "signatory"):
        join_organisation(session, user, semis, capacity, now=NOW)
    for capacity in ("officer", "head"):
        join_service(session, user, ddcs, capacity, now=NOW)

    assert [each.capacity for each in user.memberships] == ["editor"]
    assert [each.capacity for each in user.service_memberships] == ["officer"]


def test_an_invited_address_takes_over_an_account_that_was_never_confirmed(
    session, semis, signatory
):
    session.add(
        User(
            email="new@semis.example",
            name="Imposteur",
            password="x",
            fs_uniquifier="pending",
            created_at=NOW,
        )
    )
    invitation, _ = invite(
        session, semis, email="new@semis.example", capacity="editor", actor=signatory, now=NOW
    )

    user = accept_as_newcomer(session, invitation, name="Noa", password=PASSWORD, now=NOW)

    named = select(func.count()).where(User.email == "new@semis.example")
    assert (user.name, session.scalar(named)) == ("Noa", 1)
