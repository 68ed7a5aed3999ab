"""The pages of an organisation and of a service: members, roles, invitations, stand-ins."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grants.accounts.models import Invitation, Membership, ServiceMembership, StandIn
from grants.mail.models import Mail
from tests.factories import NOW, a_member, a_service, a_user, a_world, an_agent
from tests.web.browsing import errors, read, submit

PASSWORD = "bleuet cartable ponton"
DAY = timedelta(days=1)


@pytest.fixture
def world(session):
    made = a_world(session)
    session.commit()
    return made


@pytest.fixture
def as_person(app, sign_in, world):
    def sign(name: str):
        client = app.test_client()
        sign_in(client, getattr(world, name))
        return client

    return sign


def rows(session, model) -> list:
    session.rollback()
    return list(session.scalars(select(model)))


def invitation_link(session) -> str:
    session.rollback()
    (mail,) = session.scalars(select(Mail).where(Mail.kind == "account.invitation"))
    (found,) = [line for line in mail.body.splitlines() if line.startswith("{site}")]
    return found.removeprefix("{site}")


def capacities(session, body) -> dict[str, str]:
    session.rollback()
    session.expire_all()
    return {each.user.email: each.capacity for each in body.memberships}


def test_a_signatory_invites_a_colleague_who_makes_an_account(as_person, app, session, world):
    client = as_person("signatory")
    sent = submit(client, "/compte/organisme", email="noa@semis.example", capacity="editor")
    assert (sent.status_code, sent.location) == (303, f"/compte/organisme/{world.semis.id}")
    page = read(client.get("/compte/organisme"))
    assert "noa@semis.example Rédacteur 30 novembre 2026" in page

    newcomer = app.test_client()
    path = invitation_link(session)
    assert "Rejoindre SEMIS" in read(newcomer.get(path))
    joined = submit(newcomer, path, name="Noa Petit", password=PASSWORD)

    assert (joined.status_code, joined.location) == (303, "/compte/accueil")
    assert capacities(session, world.semis)["noa@semis.example"] == "editor"
    assert "Rédacteur SEMIS" in read(newcomer.get("/compte"))
    assert newcomer.get(path).status_code == 404


def test_a_colleague_with_an_account_signs_in_to_accept(
    as_person, app, session, world, sign_in, client
):
    known = a_user(session, "known")
    session.commit()
    submit(as_person("signatory"), "/compte/organisme", email=known.email, capacity="signatory")
    path = invitation_link(session)

    assert f'href="/connexion?next={path}"' in client.get(path).text
    sign_in(client, known)
    accepted = submit(client, path, to=path)

    assert accepted.status_code == 303
    assert capacities(session, world.semis)[known.email] == "signatory"


def test_an_invitation_is_for_its_address_alone(as_person, session, world):
    submit(as_person("signatory"), "/compte/organisme", email="noa@x.example", capacity="editor")
    path = invitation_link(session)
    stranger = as_person("stranger")

    assert "Cette invitation est pour une autre adresse" in read(stranger.get(path))
    stranger.post(path, data={"name": "X", "password": PASSWORD})

    assert set(capacities(session, world.semis)) == {world.editor.email, world.signatory.email}


def test_an_invitation_is_dead_once_revoked_or_fourteen_days_old(
    as_person, session, client, clock, world
):
    signatory = as_person("signatory")
    submit(signatory, "/compte/organisme", email="noa@x.example", capacity="editor")
    path = invitation_link(session)
    clock.move(NOW + 14 * DAY)
    assert client.get(path).status_code == 404
    clock.move(NOW)
    assert client.get(path).status_code == 200

    submit(signatory, "/compte/organisme", to="/annuler")

    assert client.get(path).status_code == 404
    assert rows(session, Invitation) == []


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "Indiquez l’adresse de votre collègue."),
        ("noa", "Écrivez une adresse électronique"),
        ("semis-editor@example.org", "Cette personne fait déjà partie de l’équipe."),
    ],
)
def test_an_invitation_that_cannot_leave_says_why(as_person, world, email, said):
    answer = submit(as_person("signatory"), "/compte/organisme", email=email, capacity="editor")

    assert said in errors(answer)[0]
    assert f'value="{email}"' in answer.text


def test_a_signatory_changes_roles_and_removes_members(as_person, session, world):
    client = as_person("signatory")
    (editor,) = world.editor.memberships
    role = f"/compte/membres/{editor.id}/role"

    submit(client, "/compte/organisme", to=role, capacity="signatory")
    assert capacities(session, world.semis)[world.editor.email] == "signatory"
    submit(client, "/compte/organisme", to=f"/compte/membres/{editor.id}/retirer")

    assert set(capacities(session, world.semis)) == {world.signatory.email}


def test_the_last_signatory_is_told_why_he_stays(as_person, session, world):
    (last,) = world.signatory.memberships

    answer = submit(
        as_person("signatory"), "/compte/organisme", to=f"/compte/membres/{last.id}/retirer"
    )

    assert answer.status_code == 409
    assert "L’organisme doit garder au moins un signataire" in read(answer)


def test_an_editor_reads_the_page_and_is_refused_the_acts(as_person, session, world):
    client = as_person("editor")
    (signatory,) = world.signatory.memberships
    page = client.get("/compte/organisme")

    assert (page.status_code, "Retirer" in read(page)) == (200, False)
    invited = client.post(
        f"/compte/organisme/{world.semis.id}", data={"email": "x@y.example", "capacity": "editor"}
    )
    acts = {
        "role": client.post(
            f"/compte/membres/{signatory.id}/role", data={"capacity": "editor"}
        ).status_code,
        "retirer": client.post(f"/compte/membres/{signatory.id}/retirer").status_code,
    }
    assert (invited.status_code, acts) == (403, {"role": 403, "retirer": 403})


def test_another_organisation_does_not_exist(as_person, session, world):
    client = as_person("stranger")
    (signatory,) = world.signatory.memberships
    submit(as_person("signatory"), "/compte/organisme", email="noa@x.example", capacity="editor")
    session.rollback()
    invitation = session.scalars(select(Invitation)).one()

    found = [
        client.get(f"/compte/organisme/{world.semis.id}").status_code,
        client.post(f"/compte/organisme/{world.semis.id}").status_code,
        client.post(f"/compte/membres/{signatory.id}/role").status_code,
        client.post(f"/compte/membres/{signatory.id}/retirer").status_code,
        client.post(f"/compte/invitations/{invitation.id}/annuler").status_code,
    ]
    assert found == [404] * 5


def test_a_member_leaves_by_himself(as_person, session, world):
    (own,) = world.editor.memberships

    answer = as_person("editor").post(f"/compte/membres/{own.id}/retirer")

    assert answer.location == "/compte/accueil"
    assert world.editor.id not in {each.user_id for each in rows(session, Membership)}


def test_a_head_invites_an_officer_of_the_service(as_person, app, session, world):
    page = as_person("ddcs17_head").get("/compte/service")
    assert "Direction départementale de l’emploi" in read(page)
    submit(
        as_person("ddcs17_head"), "/compte/service", email="new@ddcs.example", capacity="officer"
    )

    newcomer = app.test_client()
    submit(newcomer, invitation_link(session), name="Noa", password=PASSWORD)

    assert newcomer.get("/compte/service").status_code == 200
    assert newcomer.get("/instruction").status_code == 200


def test_a_service_of_a_region_that_was_merged_keeps_its_name(as_person, world):
    assert "DREAL Poitou-Charentes" in read(as_person("dreal_head").get("/compte/service"))


def test_an_officer_stands_in_for_the_head_and_ceases_at_once(as_person, session, world, clock):
    head = as_person("ddcs17_head")
    named = submit(
        head,
        "/compte/service",
        user=str(world.ddcs17_officer.id),
        starts_on="2026-11-17",
        ends_on="2026-11-20",
    )
    assert named.status_code == 303
    page = read(head.get("/compte/service"))
    assert "supplée le responsable du 17 novembre 2026 au 20 novembre 2026." in page
    assert "17 novembre 2026 20 novembre 2026 À venir" in page
    clock.move(NOW + 2 * DAY)
    assert "20 novembre 2026 En cours" in read(head.get("/compte/service"))

    submit(head, "/compte/service", to="/terminer")

    session.rollback()
    assert [str(each.ends_on) for each in session.scalars(select(StandIn))] == ["2026-11-17"]


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        ("", "2026-11-20", "Indiquez le premier jour."),
        ("2026-11-15", "2026-11-20", "au plus tôt aujourd’hui"),
        ("2026-11-20", "2026-11-19", "Le dernier jour vient avant le premier."),
    ],
)
def test_dates_that_make_no_sense_are_told(as_person, world, starts, ends, said):
    answer = submit(
        as_person("ddcs17_head"),
        "/compte/service",
        user=str(world.ddcs17_officer.id),
        starts_on=starts,
        ends_on=ends,
    )

    assert said in errors(answer)[0]
    assert f'value="{ends}"' in answer.text


def test_a_stand_in_reads_the_page_and_rules_nobody(as_person, session, world):
    officer = as_person("ddcs17_officer")
    page = officer.get("/compte/service")
    (head,) = world.ddcs17_head.service_memberships
    service = world.ddcs17_head.service_memberships[0].service

    assert "Nommer un suppléant" not in read(page)
    refused = officer.post(
        f"/compte/service/{service.id}/suppleance",
        data={
            "user": world.ddcs17_officer.id,
            "starts_on": "2026-11-17",
            "ends_on": "2026-11-18",
        },
    )
    assert refused.status_code == 403
    assert officer.post(f"/compte/agents/{head.id}/retirer").status_code == 403


def test_another_service_does_not_exist(as_person, session, world):
    client = as_person("ddcs16_head")
    (officer,) = world.ddcs17_officer.service_memberships

    found = [
        client.get(f"/compte/service/{officer.service_id}").status_code,
        client.post(f"/compte/service/{officer.service_id}/suppleance").status_code,
        client.post(f"/compte/agents/{officer.id}/role").status_code,
        client.post(f"/compte/agents/{officer.id}/retirer").status_code,
    ]
    assert found == [404] * 4


def test_a_head_promotes_and_removes_officers(as_person, session, world):
    client = as_person("ddcs17_head")
    (officer,) = world.ddcs17_officer.service_memberships
    service = officer.service

    submit(client, "/compte/service", to=f"/compte/agents/{officer.id}/role", capacity="head")
    assert capacities(session, service)[world.ddcs17_officer.email] == "head"
    submit(client, "/compte/service", to=f"/compte/agents/{officer.id}/retirer")

    left = {each.user_id for each in rows(session, ServiceMembership)}
    assert world.ddcs17_officer.id not in left


def test_a_person_of_two_services_reaches_both(app, session, sign_in):
    ddcs, dreal = a_service(session, "ddcs", "17"), a_service(session, "dreal", "75")
    agent = an_agent(session, ddcs, "both", "officer")
    session.add(ServiceMembership(user=agent, service=dreal, capacity="officer", created_at=NOW))
    session.commit()
    client = app.test_client()
    sign_in(client, agent)

    assert f'href="/compte/service/{dreal.id}"' in client.get("/compte/service").text
    assert client.get(f"/compte/service/{dreal.id}").status_code == 200


def test_each_lands_on_the_work_that_awaits(as_person, app, session, sign_in, world):
    nobody = a_user(session, "nobody")
    both = a_member(session, world.semis, "both", "editor")
    session.commit()
    for user in (nobody, both):
        client = app.test_client()
        sign_in(client, user)
        expected = "/mes-dossiers" if user is both else "/appels"
        assert client.get("/compte/accueil").location == expected
    assert as_person("ddcs17_officer").get("/compte/accueil").location == "/instruction"
    assert as_person("call_manager").get("/compte/accueil").location == "/gestion/appels"
