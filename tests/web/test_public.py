"""What a visitor reads without an account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from grants.calls.operations import close_call, import_call
from grants.mail import SITE, enqueue
from tests.definitions.broken import HLM, broken
from tests.definitions.small import SMALL
from tests.factories import NOW, a_submitted, a_user
from tests.web.world import kept, read, statements, world
from tests.word import lines

__all__ = ["world"]

DAY = timedelta(days=1)


def a_coming_call(world):
    """The small call, published, opening in five days."""
    revision = import_call(
        world.session,
        SMALL,
        actor=world.call_manager,
        now=NOW,
        dates=(NOW + 5 * DAY, NOW + 60 * DAY),
    )
    revision.call.published_at = NOW
    world.session.commit()
    return revision.call


def test_the_front_page_leads_to_the_calls(client):
    response = client.get("/")
    assert (response.status_code, response.location) == (303, "/appels")


def test_open_coming_and_closed_calls_are_listed_apart_with_their_time_left(client, world):
    a_coming_call(world)
    page = read(client.get("/appels"))
    assert page.index("Ouverts") < page.index("Mise en place de 10 000 logements")
    assert "Il reste 20 jours , jusqu’au 6 décembre 2026 à 11 h 59, heure de Paris" in page
    assert page.index("À venir") < page.index("Jardins partagés")
    assert "Ouvre dans 5 jours , le 21 novembre 2026 à 12 h 00, heure de Paris" in page
    assert "Clos" not in page


def test_a_closed_call_says_since_when_and_takes_no_new_dossier(client, world, clock):
    close_call(world.session, world.call, actor=world.call_manager, now=NOW + DAY)
    world.session.commit()
    clock.move(NOW + 2 * DAY)
    page = read(client.get("/appels/hlm-accompagnes"))
    assert "Clos , depuis le 17 novembre 2026 à 11 h 59, heure de Paris" in page
    assert "un dossier ne peut plus être commencé ni déposé" in page
    assert "Préparer ma candidature" not in page
    assert "Aucun appel n’est ouvert aujourd’hui" in read(client.get("/appels"))


def test_without_any_open_call_the_next_opening_is_told(client, world, clock):
    a_coming_call(world)
    close_call(world.session, world.call, actor=world.call_manager, now=NOW)
    world.session.commit()
    page = read(client.get("/appels"))
    assert "« Jardins partagés », ouvre le 21 novembre 2026 à 12 h 00, heure de Paris." in page


def test_without_any_call_the_page_still_says_what_will_come(client):
    page = read(client.get("/appels"))
    assert "Le prochain appel s’affichera ici dès son annonce." in page


def test_a_call_says_its_aim_who_may_apply_and_its_criteria(client, world):
    page = read(client.get("/appels/hlm-accompagnes"))
    for text in (
        "un accompagnement dont la durée et l’intensité suivent les besoins du ménage.",
        "Les bailleurs sociaux : offices publics de l’habitat",
        "Caractère reproductible de la démarche",
        "appel-hlm@example.org",
        "Clôture des dépôts 6 décembre 2026 à 11 h 59 , heure de Paris",
        "Préparer ma candidature",
    ):
        assert text in page


def test_the_way_of_a_dossier_is_told_in_words_with_its_latest_dates(client, world):
    """A due date that spans two acts counts once: the decision is notified within ten days."""
    page = read(client.get("/appels/hlm-accompagnes"))
    assert (
        "Déposer le dossier : Signataire du porteur au plus tard le 6 décembre 2026 "
        "Rendre l’avis départemental : Responsable du service départemental "
        "sous 30 jours, au plus tard le 5 janvier 2027 "
        "Rendre l’avis régional : Responsable de la DREAL "
        "sous 20 jours, au plus tard le 25 janvier 2027 "
        "Enregistrer la décision : Décideur (niveau régional) "
        "Notifier la décision : Décideur (niveau régional) "
        "sous 10 jours, au plus tard le 4 février 2027"
    ) in page


def test_services_bear_the_names_of_the_call_s_reference_date(client, world):
    page = read(client.get("/appels/hlm-accompagnes"))
    assert "Direction départementale de la cohésion sociale de la Charente-Maritime" in page
    assert "de Poitou-Charentes" in page
    assert "Nouvelle-Aquitaine" not in page


def test_another_call_s_way_and_services_are_its_own(client, world):
    a_coming_call(world)
    page = read(client.get("/appels/jardins-partages"))
    assert "Envoyer : Jardinier" in page
    assert "Choisir : Chef Dire : Chef" in page
    assert "Direction départementale des territoires" in page


def test_the_blank_official_form_is_a_word_file_with_unticked_boxes(client, world):
    response = client.get("/appels/hlm-accompagnes/formulaire.docx")
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=hlm-accompagnes-formulaire.docx"
    )
    text = "\n".join(lines(response.data))
    assert "Nom du projet" in text
    assert "☐" in text
    assert "☒" not in text


@pytest.mark.parametrize("page", ["", "/formulaire.docx"])
def test_a_call_in_preparation_exists_for_its_managers_alone(client, sign_in, world, page):
    source = broken(("hlm-accompagnes", "secret"), ("HLM14", "SEC"))
    import_call(world.session, source, actor=world.call_manager, now=NOW)
    other = a_user(world.session, "other-manager", manages_calls=True)
    world.session.commit()
    assert client.get(f"/appels/secret{page}").status_code == 404
    sign_in(client, other)
    assert client.get(f"/appels/secret{page}").status_code == 404
    sign_in(client, world.call_manager)
    assert client.get(f"/appels/secret{page}").status_code == 200
    assert "Mise en place" in read(client.get("/appels"))
    assert "secret" not in client.get("/appels").text


def test_a_preview_says_that_it_is_one(client, sign_in, world):
    source = broken(("hlm-accompagnes", "secret"), ("HLM14", "SEC"))
    import_call(world.session, source, actor=world.call_manager, now=NOW)
    world.session.commit()
    sign_in(client, world.call_manager)
    page = read(client.get("/appels/secret"))
    assert "Aperçu Cet appel est en préparation" in page
    assert "Préparer ma candidature" not in page


def test_a_call_that_does_not_exist_is_not_found_in_french(client):
    response = client.get("/appels/nulle-part")
    assert response.status_code == 404
    assert "Page introuvable Cette page n’existe pas, ou vous n’y avez pas accès." in read(response)


def test_the_contact_page_gives_each_published_call_s_service(client, world):
    assert "DREAL Poitou-Charentes, pôle habitat" in read(client.get("/contact"))


def test_the_accessibility_statement_does_not_pretend(client):
    assert "non conforme, faute d’audit à ce jour" in read(client.get("/accessibilite"))


def test_the_list_takes_as_many_statements_with_one_call_as_with_three(app, client, world):
    before = statements(app, client, "/appels")
    for name in ("deux", "trois"):
        source = broken(("hlm-accompagnes", name), ("HLM14", name.upper()), text=HLM)
        revision = import_call(world.session, source, actor=None, now=NOW)
        revision.call.published_at = NOW
    world.session.commit()
    client.get("/appels")  # a revision is read once a process
    assert statements(app, client, "/appels") == before


# The demonstration's outbox


@pytest.fixture
def demo(make_app):
    return make_app(GRANTS_DEMO="yes").test_client()


def a_mail(world, body: str) -> None:
    enqueue(
        world.session,
        kind="test",
        recipient="lecteur@example.org",
        subject="Bonjour <vous>",
        body=body,
        now=NOW,
    )
    world.session.commit()


def test_outside_the_demonstration_there_is_no_outbox_to_read(client):
    assert client.get("/demonstration/courriels").status_code == 404


def test_the_demonstration_shows_every_mail_with_links_that_open_where_it_is_read(demo, world):
    a_mail(world, f"Ouvrez {SITE}/dossiers/HLM14-0001.")
    page = demo.get("/demonstration/courriels", base_url="http://demo.example:8000").text
    address = "http://demo.example:8000/dossiers/HLM14-0001"
    assert f'Ouvrez <a href="{address}">{address}</a>.' in page


def test_what_a_mail_holds_is_text_never_markup(demo, world):
    a_mail(world, 'Bonjour <script>alert(1)</script> http://x.example/"onmouseover="y')
    page = demo.get("/demonstration/courriels").text
    assert "<script>alert" not in page
    assert "Bonjour &lt;vous&gt;" in page
    assert '<a href="http://x.example/">http://x.example/</a>&#34;onmouseover=' in page


def test_the_demonstration_s_mails_can_be_read_by_recipient(demo, world):
    a_mail(world, "Pour le lecteur seul")
    kept(world, a_submitted(world))
    page = read(demo.get("/demonstration/courriels?a=lecteur@example.org"))
    assert "1 courriel, du plus récent au plus ancien." in page
    assert "Pour le lecteur seul" in page
    assert "Accusé de réception" not in page


@pytest.mark.parametrize("page", ["0", "-1", "abc", "99999999999999999999", "²"])
def test_a_page_number_that_makes_no_sense_harms_nothing(demo, world, page):
    a_mail(world, "Un texte")
    assert demo.get(f"/demonstration/courriels?page={page}").status_code == 200
