"""The hearing slots of a call, for its manager: read, added, removed, released, moved, printed."""

import pytest
from lxml import html as markup

from grants.dossiers.awaiting import slot_of
from tests.factories import a_user
from tests.rich import HEARD, a_chosen, a_jury, book, slots
from tests.web.browsing import submit
from tests.web.rich_world import as_one, rich
from tests.web.world import fresh, kept, read, statements

__all__ = ["as_one", "rich"]

PAGE = "/gestion/appels/fabriques/auditions"
RUN = {"day": "24/11/2026", "start": "9:00", "end": "10 h", "every": "30", "place": "Salle Curie"}


@pytest.fixture
def manager(as_one):
    return as_one("call_manager")


@pytest.fixture
def booked(rich):
    """A dossier that holds the second slot."""
    dossier = a_jury(rich)
    book(rich, dossier, 1)
    return kept(rich, dossier)


def days(response) -> list[str]:
    found = markup.fromstring(response.text).xpath(
        "//section[starts-with(@aria-labelledby, 'day-')]"
    )
    return [" ".join(each.text_content().split()) for each in found]


def test_slots_are_shown_by_day_with_who_holds_them(manager, booked):
    page = manager.get(PAGE)

    friday, monday = days(page)
    assert friday.startswith("vendredi 20 novembre 2026 Salle Condorcet. 1 réservé sur 2 créneaux.")
    assert "9 h 00 libre Retirer" in friday
    assert "9 h 30 La Fabrique du port FQ-0001 · Les Ateliers Changer" in friday
    assert monday.startswith("lundi 23 novembre 2026 Salle Condorcet. 0 réservé sur 1 créneau.")
    assert "Auditions" in read(manager.get("/gestion/appels/fabriques"))


@pytest.mark.parametrize(
    ("person", "status"), [("author", 403), ("chair", 403), ("juror", 403), ("other", 404)]
)
def test_only_the_calls_own_manager_opens_them(client, sign_in, rich, booked, person, status):
    user = (
        a_user(rich.session, "other", manages_calls=True)
        if person == "other"
        else getattr(rich, person)
    )
    rich.session.commit()
    sign_in(client, user)
    held = slots(rich)[1].id

    pages = (PAGE, f"{PAGE}/journee?jour=2026-11-20", f"{PAGE}/{held}")
    assert {client.get(page).status_code for page in pages} == {status}
    posts = (PAGE, f"{PAGE}/{held}/retirer", f"{PAGE}/{held}/liberer", f"{PAGE}/{held}/deplacer")
    assert {client.post(page, data={}).status_code for page in posts} == {status}


def test_the_page_of_the_call_tells_the_changes_of_its_slots(manager, rich):
    submit(manager, PAGE, **RUN)

    page = read(manager.get("/gestion/appels/fabriques"))
    assert "Créneaux d’audition changés" in page
    assert (
        "2 créneaux ajoutés : 24 novembre 2026 à 9 h 00, Salle Curie, "
        "jusqu’au 24 novembre 2026 à 9 h 30"
    ) in page


def test_a_run_of_slots_is_added(manager, rich):
    done = submit(manager, PAGE, **RUN)

    assert done.status_code == 303
    assert "2 créneaux ajoutés." in read(manager.get(PAGE))
    rich.session.rollback()
    assert [(each.starts_at.isoformat(), each.place) for each in slots(rich)[3:]] == [
        ("2026-11-24T08:00:00+00:00", "Salle Curie"),
        ("2026-11-24T08:30:00+00:00", "Salle Curie"),
    ]
    submit(manager, PAGE, **RUN)
    assert "Ces créneaux existaient déjà" in read(manager.get(PAGE))


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"day": "bientôt"}, "day", "Jour : Écrivez une date, par exemple 30/06/2014."),
        ({"start": "tôt"}, "start", "De : Écrivez une heure, par exemple 9:30."),
        ({"end": "8:00"}, "end", "À : La fin doit suivre le début."),
        ({"day": "02/11/2026"}, "end", "À : Ces créneaux commencent dans le passé."),
        (
            {"every": "vingt"},
            "every",
            "Un créneau toutes les (minutes) : Écrivez un nombre de minutes, de 1 à 480.",
        ),
        (
            {"every": "0"},
            "every",
            "Un créneau toutes les (minutes) : Écrivez un nombre de minutes, de 1 à 480.",
        ),
    ],
)
def test_a_run_that_makes_no_sense_is_said_at_its_place_and_kept_as_typed(
    manager, rich, typed, field, message
):
    refused = submit(manager, PAGE, **(RUN | typed))

    assert refused.status_code == 422
    errors = markup.fromstring(refused.text).xpath("//*[@id='errors']//a")
    assert [(each.get("href"), each.text_content()) for each in errors] == [(f"#{field}", message)]
    assert markup.fromstring(refused.text).xpath("//*[@id='place']/@value") == ["Salle Curie"]
    assert len(slots(rich)) == 3


def test_a_free_slot_is_removed_and_a_booked_one_is_refused(manager, rich, booked):
    free, held = slots(rich)[0].id, slots(rich)[1].id

    done = submit(manager, PAGE, to=f"/{free}/retirer")
    refused = manager.post(f"{PAGE}/{held}/retirer")

    assert (done.status_code, refused.status_code) == (303, 409)
    assert "Ce créneau est réservé : libérez-le ou déplacez-le d’abord." in read(refused)
    fresh(rich, booked)
    assert slots(rich)[0].id == held


def test_a_booking_is_released_on_purpose_and_the_applicant_is_told(manager, rich, booked):
    page = f"{PAGE}/{slots(rich)[1].id}"
    assert "Tout changement lui est annoncé par courriel." in read(manager.get(page))

    done = submit(manager, page, to="/liberer")

    assert done.status_code == 303
    assert "Créneau libéré ; Les Ateliers en est prévenu." in read(manager.get(PAGE))
    dossier = fresh(rich, booked)
    assert (slot_of(dossier, "interview"), dossier.turn) == (None, ["juror", "author"])


def test_a_booking_is_moved_to_a_free_slot(manager, rich, booked):
    page = f"{PAGE}/{slots(rich)[1].id}"

    done = submit(manager, page, to="/deplacer", slot=f"slot_{slots(rich)[2].id}")

    assert done.status_code == 303
    fresh(rich, booked)
    assert [each.dossier_id for each in slots(rich)] == [None, None, booked.id]


def test_moving_without_a_choice_asks_for_one(manager, rich, booked):
    page = f"{PAGE}/{slots(rich)[1].id}"

    again = manager.post(f"{page}/deplacer", data={"dossier": booked.reference})

    assert (again.status_code, again.location) == (303, page)
    assert "Choisissez le nouveau créneau." in read(manager.get(page))


def test_a_page_of_a_booking_that_changed_meanwhile_does_nothing(manager, rich, booked):
    page = f"{PAGE}/{slots(rich)[1].id}"
    book(rich, booked, 2)
    other = a_jury(rich)
    book(rich, other, 1)
    kept(rich, other)

    refused = manager.post(f"{page}/liberer", data={"dossier": booked.reference})

    assert refused.status_code == 409
    assert "Ce créneau a changé entre-temps" in read(refused)
    fresh(rich, booked)
    assert [each.dossier_id for each in slots(rich)] == [None, other.id, booked.id]


def test_the_slots_of_another_call_do_not_exist_here(manager, rich, booked):
    assert manager.get(f"{PAGE}/999").status_code == 404
    assert manager.post(f"{PAGE}/999/retirer").status_code == 404


def test_the_list_of_a_day_is_printed_with_its_free_slots(manager, booked):
    page = read(manager.get(f"{PAGE}/journee?jour=2026-11-20"))

    assert "Auditions du vendredi 20 novembre 2026" in page
    assert "Salle Condorcet. 1 réservé sur 2 créneaux" in page
    assert "9 h 00 libre 9 h 30 La Fabrique du port FQ-0001 Les Ateliers" in page


@pytest.mark.parametrize("asked", ["", "?jour=2026-11-21", "?jour=2026-02-31", "?jour=hier"])
def test_a_day_without_hearings_does_not_exist(manager, rich, asked):
    assert manager.get(f"{PAGE}/journee{asked}").status_code == 404


def test_the_page_takes_as_many_statements_whatever_the_bookings(app, manager, rich, booked):
    manager.get(PAGE)
    before = statements(app, manager, PAGE)
    for number in (0, 2):
        dossier = a_jury(rich)
        book(rich, dossier, number)
    rich.session.commit()

    assert statements(app, manager, PAGE) == before


def test_the_manager_reads_the_places_that_are_left(manager, rich):
    a_chosen(rich, theme="culture")
    rich.session.commit()

    page = read(manager.get("/gestion/appels/fabriques"))

    assert "Places par thème Catégorie Places Prises Restent Éducation 1 0 1 Culture 2 1 1" in page
    assert "Au-delà, une sélection est refusée." in page


def test_what_is_past_is_told_as_such(manager, rich, clock):
    clock.move(HEARD)

    assert "9 h 00 resté libre" in days(manager.get(PAGE))[0]
