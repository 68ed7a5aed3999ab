"""What a call's manager sees and does: the list, one call, its calendar, dossiers and mails."""

from __future__ import annotations

from datetime import timedelta

import pytest

from grants.calls.models import Call, CallStatus
from grants.calls.operations import import_call
from grants.mail.models import Mail
from grants.mail.operations import enqueue
from tests.definitions.broken import broken
from tests.definitions.small import SMALL
from tests.factories import NOW, SEMIS, a_draft, a_submitted, a_user
from tests.web.browsing import errors, send, submit
from tests.web.pressing import press
from tests.web.world import kept, read, statements, world

__all__ = ["world"]

DAY = timedelta(days=1)
CALL = "/gestion/appels/hlm-accompagnes"


@pytest.fixture
def manager(client, sign_in, world):
    """A browser signed in as the call's manager."""
    sign_in(client, world.call_manager)
    return client


def in_preparation(world, source: str = SMALL) -> Call:
    revision = import_call(
        world.session,
        source,
        actor=world.call_manager,
        now=NOW,
        dates=(NOW + DAY, NOW + 30 * DAY),
    )
    world.session.commit()
    return revision.call


def now_is(world) -> CallStatus:
    """The status of the HLM call as the requests left it."""
    world.session.rollback()
    return world.call.status(NOW)


PAGES = ["", "/dossiers", "/calendrier", "/clore", "/fichier.yaml"]


@pytest.mark.parametrize("page", PAGES)
def test_another_manager_s_call_does_not_exist(client, sign_in, world, page):
    other = a_user(world.session, "other-manager", manages_calls=True)
    world.session.commit()
    sign_in(client, other)
    assert client.get(CALL + page).status_code == 404
    assert client.post(CALL + "/clore").status_code == 404
    assert client.post(CALL + "/ouvrir").status_code == 404
    assert client.post(CALL + "/calendrier").status_code == 404
    assert now_is(world) is CallStatus.OPEN


@pytest.mark.parametrize("address", ["/gestion/appels", CALL, "/gestion/courriels"])
def test_whoever_manages_no_call_is_refused(client, sign_in, world, address):
    assert client.get(address).status_code in (302, 303)
    sign_in(client, world.ddcs17_head)
    assert client.get(address).status_code == 403


def test_the_list_tells_status_dates_and_dossiers_by_phase(manager, world):
    kept(world, a_submitted(world))
    kept(world, a_draft(world))
    in_preparation(world)
    page = read(manager.get("/gestion/appels"))
    assert (
        "Jardins partagés jardins-partages En préparation 17 novembre 2026 à 12 h 00 "
        "16 décembre 2026 à 11 h 59 0 0 0 0 0 0" in page
    )
    assert (
        "hlm-accompagnes Ouvert 6 novembre 2026 à 12 h 00 6 décembre 2026 à 11 h 59 1 1 0 0 0 0"
        in page
    )


def test_without_a_call_the_list_says_how_to_begin(client, sign_in, world):
    other = a_user(world.session, "other-manager", manages_calls=True)
    world.session.commit()
    sign_in(client, other)
    assert "Vous ne gérez encore aucun appel" in read(client.get("/gestion/appels"))


# Opening


def test_the_checklist_names_who_is_missing_and_offers_no_opening(manager, world):
    in_preparation(
        world, broken(("certification:", 'departments: ["17"]\ncertification:'), text=SMALL)
    )
    page = read(manager.get("/gestion/appels/jardins-partages"))
    assert "À faire : Il manque quelqu’un : Chef : personne pour Charente-Maritime." in page
    assert "Ouvrir l’appel » s’affichera quand il ne manquera plus rien" in page


def test_an_opening_forced_all_the_same_is_refused_with_the_reasons(manager, world):
    call = in_preparation(world)
    response = manager.post("/gestion/appels/jardins-partages/ouvrir")
    assert response.status_code == 409
    assert "Rien n’a été fait Chef : personne pour Ain." in read(response)
    world.session.rollback()
    assert call.published_at is None


def test_a_complete_call_is_opened_and_its_journal_says_by_whom(manager, world):
    twin = broken(("hlm-accompagnes", "jumeau"), ("HLM14", "JUM"))
    call = in_preparation(world, twin)
    response = submit(manager, "/gestion/appels/jumeau", to="/ouvrir")
    assert (response.status_code, response.location) == (303, "/gestion/appels/jumeau")
    world.session.rollback()
    assert call.published_at == NOW
    page = read(manager.get("/gestion/appels/jumeau"))
    assert "L’appel est publié." in page
    assert "16 novembre 2026 à 12 h 00 Appel publié , Call Manager" in page


def test_a_call_opened_twice_is_opened_once(manager, world):
    response = manager.post(CALL + "/ouvrir")
    assert response.status_code == 409
    assert "Cet appel est déjà publié." in read(response)


# Closing


def test_closing_asks_first_and_counts_the_drafts_it_would_strand(manager, world):
    kept(world, a_draft(world))
    page = manager.get(CALL + "/clore")
    assert "1 brouillon n’a pas encore été déposé et ne pourra plus l’être." in read(page)
    assert now_is(world) is CallStatus.OPEN
    assert send(manager, page, to="/clore").status_code == 303
    assert now_is(world) is CallStatus.CLOSED
    assert "L’appel est clos : plus aucun dossier" in read(manager.get(CALL))


def test_closing_twice_says_that_it_is_closed(manager, world):
    page = manager.get(CALL + "/clore")
    send(manager, page, to="/clore")
    again = send(manager, page, to="/clore")
    assert again.status_code == 409
    assert "Rien n’a été fait Cet appel n’est pas ouvert." in read(again)
    assert manager.get(CALL + "/clore").status_code == 409


# Calendar


def typed(manager, **dates: str):
    return submit(manager, CALL + "/calendrier", **dates)


def test_the_calendar_shows_the_dates_as_they_are_typed(manager, world):
    page = manager.get(CALL + "/calendrier").text
    for value in ("06/11/2026", "12:00", "06/12/2026", "11:59"):
        assert f'value="{value}"' in page


def test_a_new_closing_is_shown_beside_the_old_one_before_anything_changes(manager, world):
    before = world.call.closes_at
    page = typed(manager, closes_on="15/01/2027", closes_at="18:00")
    assert page.status_code == 200
    assert (
        "Ouverture des dépôts 6 novembre 2026 à 12 h 00 (inchangée) "
        "Clôture des dépôts 6 décembre 2026 à 11 h 59 15 janvier 2027 à 18 h 00" in read(page)
    )
    world.session.rollback()
    assert world.call.closes_at == before

    assert press(manager, page, "known", confirmed="yes").status_code == 303
    journal = read(manager.get(CALL))
    assert (
        "Calendrier changé , Call Manager Clôture : 6 décembre 2026 à 11 h 59, déplacée au "
        "15 janvier 2027 à 18 h 00" in journal
    )


def test_dates_can_be_typed_again_before_confirming(manager, world):
    page = typed(manager, closes_on="15/01/2027", closes_at="18 h")
    again = press(manager, page, "known", change="yes")
    assert again.status_code == 200
    assert 'value="15/01/2027"' in again.text
    assert 'value="18 h"' in again.text


@pytest.mark.parametrize(
    ("dates", "messages"),
    [
        (
            {"closes_on": "31/02/2027"},
            ["Jour de clôture : Écrivez une date, par exemple 30/06/2014."],
        ),
        (
            {"closes_at": "25:00", "opens_at": "midi"},
            [
                "Heure d’ouverture : Écrivez une heure, par exemple 23:59.",
                "Heure de clôture (comprise) : Écrivez une heure, par exemple 23:59.",
            ],
        ),
        ({"opens_on": ""}, ["Jour d’ouverture : À renseigner."]),
        (
            {"closes_on": "01/11/2026"},
            ["Jour de clôture : La clôture doit suivre l’ouverture."],
        ),
        (
            {"closes_on": "15/11/2026"},
            ["Jour de clôture : Cette date est déjà passée. Pour clore, utilisez « Clore »."],
        ),
    ],
    ids=["no such day", "no hour", "blank", "before the opening", "past"],
)  # fmt: skip
def test_a_wrong_date_is_kept_as_typed_with_its_message(manager, world, dates, messages):
    page = typed(manager, **dates)
    assert (page.status_code, errors(page)) == (422, messages)
    assert page.text.count("<title>Erreur : ") == 1
    for text in dates.values():
        assert f'value="{text}"' in page.text


def test_a_calendar_changed_by_somebody_else_meanwhile_is_not_overwritten(manager, world):
    page = typed(manager, closes_on="15/01/2027")
    world.call.closes_at = NOW + 3 * DAY
    world.session.commit()
    stale = press(manager, page, "known", confirmed="yes")
    assert stale.status_code == 409
    assert "Le calendrier a été changé entre-temps ; rien n’a été fait." in read(stale)
    world.session.rollback()
    assert world.call.closes_at == NOW + 3 * DAY


# Dossiers


def test_dossiers_tell_where_they_stand_and_drafts_keep_their_contents(manager, world):
    deposited = kept(world, a_submitted(world))
    draft = kept(world, a_draft(world, {**SEMIS, "project_name": "Projet secret"}))
    page = manager.get(CALL + "/dossiers")
    text = read(page)
    assert (
        f"{deposited.reference} SEMIS Projet d’Insertion sociale Déposé, avis départemental à "
        "rendre DDCS 17 16 décembre 2026 dans 30 jours 1" in text
    )
    assert f"{draft.reference} SEMIS non déposé En préparation Porteur" in text
    assert "Projet secret" not in text
    assert f'href="/instruction/{deposited.reference}"' in page.text
    assert f'href="/instruction/{draft.reference}"' not in page.text


def test_a_late_dossier_says_so(manager, world, clock):
    kept(world, a_submitted(world))
    clock.move(NOW + 32 * DAY)
    assert "16 décembre 2026 en retard de 2 jours" in read(manager.get(CALL + "/dossiers"))


def test_dossiers_can_be_read_by_state(manager, world):
    deposited, draft = kept(world, a_submitted(world)), kept(world, a_draft(world))
    page = read(manager.get(CALL + "/dossiers?etat=draft"))
    assert draft.reference in page
    assert deposited.reference not in page
    assert deposited.reference in read(manager.get(CALL + "/dossiers?etat=nimporte"))


def test_without_dossiers_the_page_says_what_is_awaited(manager, world):
    assert "Les dossiers s’affichent ici dès qu’ils sont commencés" in read(
        manager.get(CALL + "/dossiers")
    )


def test_the_pages_of_a_call_take_as_many_statements_with_one_dossier_as_with_sixty(
    app, manager, world
):
    pages = ("/gestion/appels", CALL, CALL + "/dossiers", "/gestion/courriels")
    kept(world, a_submitted(world))
    before = [statements(app, manager, page) for page in pages]
    for _ in range(4):
        kept(world, a_submitted(world))
    for _ in range(55):
        a_draft(world)
    world.session.commit()
    assert [statements(app, manager, page) for page in pages] == before
    assert "Suivante" in read(manager.get(CALL + "/dossiers"))


# Mails


def failed_mail(world) -> Mail:
    kept(world, a_submitted(world))
    mail = world.session.query(Mail).order_by(Mail.id).first()
    mail.status, mail.attempts, mail.last_error = "failed", 6, "550 Boîte inconnue"
    world.session.commit()
    return mail


def test_failed_mails_come_first_with_the_server_s_answer(manager, world):
    mail = failed_mail(world)
    page = read(manager.get("/gestion/courriels"))
    assert "1 courriel n’est pas parti" in page
    rows = page[page.index("Essais Action") :]
    assert rows.index(mail.recipient) < rows.index("En attente")


def test_a_failed_mail_is_sent_again_once(manager, world):
    mail = failed_mail(world)
    page = manager.get("/gestion/courriels")
    assert send(manager, page, to="/renvoyer").status_code == 303
    world.session.rollback()
    assert (mail.status, mail.attempts) == ("queued", 0)
    send(manager, page, to="/renvoyer")
    told = read(manager.get("/gestion/courriels"))
    assert f"Le courriel à {mail.recipient} repart." in told
    assert "Ce message n’est pas en échec : il n’y a rien à renvoyer." in told


def account_mail(world, kind, recipient, status) -> None:
    mail = enqueue(
        world.session,
        kind=f"account.{kind}",
        recipient=recipient,
        subject="Invitation secrète",
        body="Ouvrez {site}/invitations/jeton-personnel",
        now=NOW,
    )
    mail.status, mail.last_error = status, "550 refus de jeton-personnel"
    mail.sent_at = NOW if status == "sent" else None
    world.session.commit()


def test_account_mails_that_did_not_leave_are_shown_without_anything_of_their_text(manager, world):
    account_mail(world, "confirmation", "waiting@example.org", "queued")
    account_mail(world, "invitation", "lost@example.org", "failed")
    account_mail(world, "change_notice", "other@example.org", "failed")
    account_mail(world, "invitation", "arrived@example.org", "sent")

    answer = manager.get("/gestion/courriels")
    page = read(answer)
    told = page[page.index("Courriels des comptes, non partis") :]
    assert "lost@example.org Invitation à rejoindre un organisme ou un service" in told
    assert "other@example.org Autre courriel d’un compte" in told
    assert told.index("lost@example.org") < told.index("waiting@example.org")
    assert "arrived@example.org" not in told
    for secret in ("jeton-personnel", "secrète", "/renvoyer"):
        assert secret not in answer.text


def test_mails_of_calls_that_one_does_not_manage_do_not_exist(client, sign_in, world):
    mail = failed_mail(world)
    other = a_user(world.session, "other-manager", manages_calls=True)
    world.session.commit()
    sign_in(client, other)
    assert "Aucun courriel" in read(client.get("/gestion/courriels"))
    assert client.post(f"/gestion/courriels/{mail.id}/renvoyer").status_code == 404
    assert client.post("/gestion/courriels/0/renvoyer").status_code == 404
