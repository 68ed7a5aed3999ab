"""The applicant's pages: begin a dossier, see what is missing, check, deposit, follow."""

from datetime import timedelta

import pytest

from grants.accounts.models import Capacity, Membership
from grants.dossiers.models import Dossier
from grants.dossiers.operations.reading import reading_of
from tests.factories import (
    IN_STATE,
    NOW,
    SEMIS,
    a_decided,
    a_draft,
    a_member,
    a_notified,
    a_submitted,
    a_user,
    act,
)
from tests.web.posting import typed
from tests.web.world import kept, read, statements, world

__all__ = ["world"]

PREPARE = "/appels/hlm-accompagnes/preparer"


def dossiers_of(world):
    world.session.rollback()
    return world.session.query(Dossier).order_by(Dossier.id).all()


@pytest.fixture
def as_person(client, sign_in, world):
    def enter(name):
        sign_in(client, getattr(world, name))
        return client

    return enter


# Before a dossier exists


def test_preparing_tells_the_sections_the_time_the_signatory_and_the_closing(as_person):
    page = read(as_person("editor").get(PREPARE))
    for expected in (
        "Projet et porteur",
        "Inscription de la démarche dans la durée",
        "minutes, en une ou plusieurs fois",
        "Signataire du porteur",
        "SEMIS : Semis Signatory.",
        "Il reste 20 jours",
        "Créer mon dossier",
    ):
        assert expected in page


def test_creating_a_dossier_leads_to_it(as_person, world):
    client = as_person("editor")
    answer = client.post(PREPARE, data={"organisation": world.semis.id})
    [dossier] = dossiers_of(world)
    assert (answer.status_code, answer.location) == (303, f"/dossiers/{dossier.reference}")
    assert (dossier.organisation.name, dossier.created_by.name) == ("SEMIS", "Semis Editor")


def test_a_draft_that_exists_is_offered_before_a_second_one(as_person, world):
    client = as_person("editor")
    for _click in range(2):
        answer = client.post(PREPARE, data={"organisation": world.semis.id})
    [dossier] = dossiers_of(world)
    assert answer.status_code == 409
    page = read(answer)
    assert "Reprendre le brouillon " + dossier.reference in page
    assert "Créer mon dossier" not in page


def test_a_second_draft_is_made_only_when_asked_for(as_person, world):
    client = as_person("editor")
    client.post(PREPARE, data={"organisation": world.semis.id})
    client.post(PREPARE, data={"organisation": world.semis.id, "another": "1"})
    assert len(dossiers_of(world)) == 2


def test_a_dossier_cannot_be_begun_for_another_organisation(as_person, world):
    answer = as_person("editor").post(PREPARE, data={"organisation": world.other_landlord.id})
    assert answer.status_code == 404
    assert dossiers_of(world) == []


def test_a_visitor_is_told_to_sign_in_or_register(client, world):
    page = read(client.get(PREPARE))
    assert "Se connecter" in page
    assert "Créer un compte" in page


def test_somebody_without_an_organisation_is_told_how_to_join_one(client, sign_in, world):
    nobody = a_user(world.session, "nobody")
    world.session.commit()
    sign_in(client, nobody)
    assert "Votre compte n’est rattaché à aucun organisme candidat" in read(client.get(PREPARE))


def test_a_closed_call_says_since_when_and_refuses_a_new_dossier(as_person, world, clock):
    clock.move(NOW + timedelta(days=30))
    client = as_person("editor")
    page = read(client.get(PREPARE))
    assert "depuis le 6 décembre 2026 à 11 h 59, heure de Paris" in page
    answer = client.post(PREPARE, data={"organisation": world.semis.id})
    assert (answer.status_code, dossiers_of(world)) == (409, [])


# The list


def test_a_newcomer_finds_where_to_begin(as_person):
    page = read(as_person("editor").get("/mes-dossiers"))
    assert "Aucun dossier pour l’instant" in page


def test_the_list_says_state_what_to_do_and_that_a_draft_is_not_deposited(as_person, world):
    kept(world, a_draft(world, SEMIS))
    page = read(as_person("editor").get("/mes-dossiers"))
    for expected in (
        "HLM14-0001 · SEMIS",
        "Brouillon, non déposé",
        "Remplissez les rubriques, puis demandez au signataire de déposer.",
        "Il reste 20 jours",
        "Ce dossier n’est pas déposé.",
    ):
        assert expected in page


def test_the_list_leads_to_the_calls_where_another_dossier_may_begin(as_person, world, clock):
    kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    opened = client.get("/mes-dossiers").get_data(as_text=True)
    assert 'href="/appels"' in opened.partition("<main")[2]
    assert f'href="{PREPARE}"' in opened
    clock.move(NOW + timedelta(days=30))
    assert PREPARE not in client.get("/mes-dossiers").get_data(as_text=True)


def test_the_list_holds_the_dossiers_of_one_s_own_organisations_alone(as_person, world):
    kept(world, a_draft(world, SEMIS))
    assert "HLM14-0001" not in read(as_person("stranger").get("/mes-dossiers"))


def test_the_list_takes_as_many_statements_for_one_dossier_as_for_ten(app, as_person, world):
    kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    one = statements(app, client, "/mes-dossiers")
    for _each in range(9):
        a_draft(world, SEMIS)
    world.session.commit()
    assert statements(app, client, "/mes-dossiers") == one


# The hub


def test_the_hub_lists_what_is_missing_with_a_link_to_each_field(as_person, world):
    dossier = kept(world, a_draft(world, {"project_name": "Toits"}))
    answer = as_person("editor").get(f"/dossiers/{dossier.reference}")
    assert "Échéancier" in read(answer) or "Echéancier" in read(answer)
    link = f'href="/dossiers/{dossier.reference}/rubriques/duration#schedule"'
    assert link in answer.get_data(as_text=True)


def test_the_hub_says_where_the_dossier_stands_who_wrote_last_and_the_budget(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    page = read(as_person("signatory").get(f"/dossiers/{dossier.reference}"))
    for expected in (
        "Étape en cours : Brouillon, non déposé",
        "À qui le tour : À vous",
        "Étape à venir : Décision notifiée",
        "Dernière saisie : Semis Editor, le 16 novembre 2026 à 12 h 00.",
        "Rien ne manque",
        "Semis Signatory (signature)",
        "Coût par ménage 1\u202f566,67 €",
    ):
        assert " ".join(expected.split()) in page


def test_after_the_deposit_the_hub_names_the_service_whose_turn_it_is(as_person, world):
    dossier = kept(world, a_submitted(world))
    page = read(as_person("editor").get(f"/dossiers/{dossier.reference}"))
    assert "À qui le tour : DDCS 17" in page
    assert "Rien pour l’instant : le service départemental examine le dossier." in page


def test_a_request_for_completion_stands_on_top_of_hub_and_sections(as_person, world):
    dossier = kept(world, IN_STATE["incomplete"](world))
    client = as_person("editor")
    for address in ("", "/rubriques/project"):
        page = read(client.get(f"/dossiers/{dossier.reference}{address}"))
        assert "Complément demandé Ce qui manque ou doit être précisé La convention" in page
        assert "Il reste 10 jours" in page


def test_what_a_service_asks_for_is_listed_one_demand_a_line(as_person, world):
    due = (NOW + timedelta(days=10)).date()
    pieces = ("La convention", "Le budget")
    dossier = a_submitted(world)
    inputs = {"pieces": pieces, "due": due}
    act(world, dossier, "request_completion", world.ddcs17_officer, inputs)
    page = as_person("editor").get(f"/dossiers/{kept(world, dossier).reference}")
    assert "<ul><li>La convention</li><li>Le budget</li></ul>" in page.get_data(as_text=True)


@pytest.mark.parametrize("page", ["", "/historique"])
@pytest.mark.parametrize(("state", "told"), [("inadmissible", True), ("withdrawn", False)])
def test_a_dossier_closed_by_a_service_tells_how_to_appeal(as_person, world, page, state, told):
    dossier = kept(world, IN_STATE[state](world))
    shown = read(as_person("editor").get(f"/dossiers/{dossier.reference}{page}"))
    assert ("Voies et délais de recours La décision, expresse ou née du silence" in shown) is told


@pytest.mark.parametrize(
    ("state", "title", "said"),
    [
        ("draft", "Ce dossier n’a pas été déposé", "le dépôt est refusé."),
        ("incomplete", "Les compléments n’ont pas été déposés", "est passée : contactez"),
    ],
)
def test_once_it_is_too_late_to_deposit_nothing_asks_for_it(
    as_person, world, clock, state, title, said
):
    dossier = kept(world, IN_STATE[state](world))
    clock.move(NOW + timedelta(days=30))
    client = as_person("signatory")
    for address in (f"/dossiers/{dossier.reference}", "/mes-dossiers"):
        page = read(client.get(address))
        for expected in (title, said, "appel-hlm@example.org"):
            assert expected in page
        for gone in ("À vous", "À qui le tour", "avant la", "Vérifier et déposer", "à faire"):
            assert gone not in page
    checking = read(client.get(f"/dossiers/{dossier.reference}/verifier"))
    assert "appel-hlm@example.org" in checking
    assert "Vérifier, puis déposer" not in checking


def test_services_and_managers_are_led_to_their_own_page(as_person, world):
    dossier = kept(world, a_submitted(world))
    for person in ("ddcs17_officer", "call_manager"):
        answer = as_person(person).get(f"/dossiers/{dossier.reference}")
        assert (answer.status_code, answer.location) == (302, f"/instruction/{dossier.reference}")


@pytest.mark.parametrize(
    "page",
    ["", "/rubriques/project", "/verifier", "/historique", "/accuse-de-reception", "/decision"],
)
def test_another_organisation_s_dossier_does_not_exist(as_person, world, page):
    dossier = kept(world, a_notified(world))
    assert as_person("stranger").get(f"/dossiers/{dossier.reference}{page}").status_code == 404


@pytest.mark.parametrize("state", sorted(IN_STATE))
def test_each_page_of_the_applicant_opens_in_each_state(as_person, world, state):
    dossier = kept(world, IN_STATE[state](world))
    client = as_person("signatory")
    pages = ("", "/rubriques/project", "/rubriques/finance", "/verifier", "/historique")
    assert {
        page: client.get(f"/dossiers/{dossier.reference}{page}").status_code for page in pages
    } == dict.fromkeys(pages, 200)


def test_the_pages_of_a_dossier_take_a_fixed_number_of_statements(app, as_person, world):
    empty = kept(world, a_draft(world))
    full = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    for page in ("", "/rubriques/project", "/verifier", "/historique"):
        counts = {
            statements(app, client, f"/dossiers/{each.reference}{page}") for each in (empty, full)
        }
        assert len(counts) == 1, page


# Checking and depositing


def test_checking_shows_every_answer_and_what_is_not_answered(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    page = read(as_person("signatory").get(f"/dossiers/{dossier.reference}/verifier"))
    assert "Ménages éligibles au DALO Oui Modifier" in page
    assert "ou des accords collectifs Non renseigné Modifier" in page
    assert "Justification : Coût d’un an" in page
    assert "Rien n’empêche le dépôt" in page
    assert "Je certifie que les réponses sont exactes" in page


def test_what_blocks_is_listed_with_links_and_hides_the_button(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS | {"total_cost": 4_900_000}))
    answer = as_person("signatory").get(f"/dossiers/{dossier.reference}/verifier")
    page = answer.get_data(as_text=True)
    assert "1 point empêche le dépôt" in read(answer)
    assert f'href="/dossiers/{dossier.reference}/rubriques/finance#total_cost"' in page
    assert 'name="certified"' not in page


def test_an_editor_is_told_whom_to_ask_for_the_deposit(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    answer = as_person("editor").get(f"/dossiers/{dossier.reference}/verifier")
    assert "Demandez à Semis Signatory de relire et de déposer." in read(answer)
    assert 'name="certified"' not in answer.get_data(as_text=True)


def test_after_the_closing_a_draft_stays_readable_and_its_deposit_is_refused(
    as_person, world, clock
):
    dossier = kept(world, a_draft(world, SEMIS))
    clock.move(NOW + timedelta(days=30))
    client = as_person("signatory")
    said = "L’appel est clos depuis le 6 décembre 2026 à 11 h 59, heure de Paris"
    assert said in read(client.get(f"/dossiers/{dossier.reference}"))
    answer = client.get(f"/dossiers/{dossier.reference}/verifier")
    assert f"{said} : le dépôt est refusé." in read(answer)
    assert 'name="certified"' not in answer.get_data(as_text=True)


def test_a_call_closed_by_hand_is_over_at_once(as_person, world, clock):
    dossier = kept(world, a_draft(world, SEMIS))
    world.call.closes_at = NOW + timedelta(seconds=20)
    world.session.commit()
    clock.move(NOW + timedelta(seconds=30))
    page = read(as_person("signatory").get(f"/dossiers/{dossier.reference}"))
    assert "L’appel est clos depuis le 16 novembre 2026 à 12 h 00" in page
    assert "dernier jour" not in page


def test_the_signatory_deposits_and_reads_the_receipt(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("signatory")
    answer = client.post(
        f"/dossiers/{dossier.reference}/actes/submit",
        data={"step": dossier.step, "reading": reading_of(dossier), "certified": "1"},
        follow_redirects=True,
    )
    page = read(answer)
    for expected in (
        "Accusé de réception",
        f"Le dossier {dossier.reference} a été reçu le 16 novembre 2026 à 12 h 00",
        "Cette date est le 16 janvier 2027",
        "recours contentieux devant le tribunal administratif",
        "appel-hlm@example.org",
    ):
        assert expected in page


def test_a_resubmission_goes_through_the_same_page(as_person, world):
    dossier = kept(world, IN_STATE["incomplete"](world))
    page = read(as_person("signatory").get(f"/dossiers/{dossier.reference}/verifier"))
    assert "Déposer les compléments" in page
    assert "Le dépôt fige la version 2" in page


def test_completions_that_change_nothing_are_pointed_out_and_not_refused(as_person, world):
    dossier = kept(world, IN_STATE["incomplete"](world))
    client = as_person("signatory")
    address = f"/dossiers/{dossier.reference}"
    warning = "Aucune réponse n’a changé depuis le dernier dépôt"
    page = client.get(f"{address}/verifier")
    assert warning in read(page)
    assert 'name="certified"' in page.get_data(as_text=True)
    section = f"{address}/rubriques/support"
    client.post(section, data=typed(client.get(section), adhesion="Convention signée."))
    assert warning not in read(client.get(f"{address}/verifier"))


def test_a_completion_past_its_date_is_refused_with_that_date(as_person, world, clock):
    dossier = kept(world, IN_STATE["incomplete"](world))
    clock.move(NOW + timedelta(days=11))
    page = read(as_person("signatory").get(f"/dossiers/{dossier.reference}/verifier"))
    assert "La date limite pour compléter (26 novembre 2026) est passée" in page


def test_each_deposit_has_its_own_receipt(as_person, world):
    dossier = IN_STATE["incomplete"](world)
    act(world, dossier, "resubmit", world.signatory)
    kept(world, dossier)
    client = as_person("editor")
    address = f"/dossiers/{dossier.reference}/accuse-de-reception"
    assert "Version 2" in read(client.get(address))
    assert "Version 1" in read(client.get(f"{address}/1"))
    assert client.get(f"{address}/3").status_code == 404


def test_a_draft_has_no_receipt(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    assert client.get(f"/dossiers/{dossier.reference}/accuse-de-reception").status_code == 404


# Following


def test_the_timeline_names_one_s_own_people_and_the_agents_by_their_role(as_person, world):
    dossier = kept(world, IN_STATE["incomplete"](world))
    page = read(as_person("editor").get(f"/dossiers/{dossier.reference}/historique"))
    assert "Complément demandé , Instructeur du service départemental" in page
    assert "La convention" in page
    assert "Dossier déposé , Semis Signatory" in page
    assert "Dossier créé , Semis Editor" in page
    assert world.ddcs17_officer.name not in page


def test_the_timeline_hides_what_the_call_keeps_among_services(as_person, world):
    dossier = kept(world, IN_STATE["returned"](world))
    page = read(as_person("editor").get(f"/dossiers/{dossier.reference}/historique"))
    assert "Dossier transmis au niveau régional" in page
    assert "Dossier renvoyé au département" not in page
    assert "Préciser les conditions." not in page


def test_a_decision_is_not_there_before_it_is_notified(as_person, world):
    dossier = kept(world, a_decided(world))
    client = as_person("signatory")
    assert client.get(f"/dossiers/{dossier.reference}/decision").status_code == 404
    assert "La décision est connue" not in read(client.get(f"/dossiers/{dossier.reference}"))


def test_the_notified_decision_shows_amount_conditions_opinions_and_remedies(as_person, world):
    dossier = kept(world, a_notified(world))
    page = read(as_person("editor").get(f"/dossiers/{dossier.reference}/decision"))
    for expected in (
        "Décision : Retenu",
        "Montant attribué 20 000 €",
        "Conditions Bilan annuel.",
        "Avis partagé avec la DRJSCS.",
        "Rendu le 16 novembre 2026 à 12 h 00, sur la version 1.",
        "recours gracieux",
    ):
        assert expected in page


def test_a_place_on_the_waiting_list_says_what_would_free_it(as_person, world):
    decision = {"outcome": "waiting_list", "rank": _count(3), "reason": "Crédits épuisés."}
    dossier = kept(world, a_notified(world, decision))
    page = read(as_person("editor").get(f"/dossiers/{dossier.reference}/decision"))
    assert "Décision : Liste d’attente" in page
    assert "Votre dossier est au rang 3 de la liste" in page


def _count(number):
    from grants.forms import Count

    return Count(number)


def test_a_member_of_two_organisations_chooses_for_which(client, sign_in, world):
    world.session.add(
        Membership(
            user=world.editor,
            organisation=world.other_landlord,
            capacity=Capacity.EDITOR,
            created_at=NOW,
        )
    )
    world.session.commit()
    sign_in(client, world.editor)
    page = read(client.get(PREPARE))
    assert "Pour quel organisme ?" in page
    client.post(PREPARE, data={"organisation": world.other_landlord.id})
    assert [each.organisation.name for each in dossiers_of(world)] == ["Habitat Pilote & Cie"]


def test_a_large_team_takes_no_more_statements(app, as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    pages = [f"/dossiers/{dossier.reference}{page}" for page in ("", "/verifier", "/historique")]
    before = [statements(app, client, page) for page in [*pages, PREPARE]]
    for number in range(8):
        a_member(world.session, world.semis, f"colleague-{number}", Capacity.SIGNATORY)
    world.session.commit()
    assert [statements(app, client, page) for page in [*pages, PREPARE]] == before
