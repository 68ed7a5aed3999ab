"""What goes on in parallel, on the pages of a dossier: opinions, score sheets, who is awaited."""

import pytest
from lxml import html as markup

from grants.dossiers.awaiting import slot_of
from grants.dossiers.operations.sheets import sheet_of
from tests.rich import (
    FAIR,
    GOOD,
    HEARD,
    YES,
    a_chosen,
    a_heard,
    a_jury,
    a_panel,
    act,
    book,
    draft,
    opine,
    sheet,
    slots,
)
from tests.web.rich_world import as_one, rich
from tests.web.world import fresh, kept, read, statements

__all__ = ["as_one", "rich"]


def page_of(dossier, query="") -> str:
    return f"/instruction/{dossier.reference}{query}"


def groups(response) -> dict[str, str]:
    """{reference: the group of the worklist that it stands in}."""
    found, title = {}, ""
    for row in markup.fromstring(response.text).xpath("//table[@id='dossiers']/tbody/tr"):
        if "group" in (row.get("class") or ""):
            title = row.text_content().strip()
        else:
            found[row.xpath(".//th/small")[0].text] = title
    return found


def test_each_opinion_is_shown_with_where_it_stands(as_one, rich):
    dossier = a_panel(rich)
    opine(rich, dossier, "works", rich.works)
    draft(rich, dossier, "social", rich.social)
    kept(rich, dossier)

    page = read(as_one("chair").get(page_of(dossier)))

    assert "Avis social : projet, en cours de rédaction" in page
    assert "Avis technique : rendu le 16 novembre 2026" in page
    assert "Avis du comité (facultatif) : attendu" in page


def test_an_opinion_that_nobody_will_give_any_more_is_told(as_one, rich):
    dossier = kept(rich, a_jury(rich))

    page = read(as_one("chair").get(page_of(dossier)))

    assert "Avis du comité (facultatif) : non rendu" in page


def test_what_the_circuit_will_do_by_itself_is_told_with_what_it_waits_for(as_one, rich):
    dossier = a_panel(rich)
    opine(rich, dossier, "works", rich.works)
    kept(rich, dossier)

    page = read(as_one("social").get(page_of(dossier)))

    assert (
        "Ensuite, sans que personne n’ait à le faire : « Passer devant le jury ». "
        "1 avis rendu sur les 2 attendus ; manquent : « Avis social » et « Avis du comité »."
    ) in page


def test_whoever_has_given_the_own_opinion_waits_for_the_others(as_one, rich):
    dossier = a_panel(rich)
    opine(rich, dossier, "works", rich.works)
    kept(rich, dossier)

    assert groups(as_one("works").get("/instruction")) == {"FQ-0001": "En attente d’un autre"}
    assert groups(as_one("social").get("/instruction")) == {"FQ-0001": "À vous de jouer"}
    page = as_one("works").get(page_of(dossier))
    assert "C’est au tour de : DDCS 17." in read(page)
    assert f"/dossiers/{dossier.reference}/actes/give_works" not in page.text
    assert 'name="_then"' not in page.text


def test_what_the_circuit_did_is_worded_so_in_the_timeline(as_one, rich):
    dossier = kept(rich, a_jury(rich))

    for person, page in (
        ("chair", f"{page_of(dossier)}/historique"),
        ("author", f"/dossiers/{dossier.reference}/historique"),
    ):
        told = read(as_one(person).get(page))
        assert "Dossier passé devant le jury , par le circuit lui-même" in told


def test_an_act_that_must_wait_is_shown_with_the_reason_and_without_a_link(as_one, rich):
    dossier = kept(rich, a_jury(rich))
    chair = as_one("chair")

    page = chair.get(page_of(dossier))

    assert (
        "Pas encore possible. « Grille du projet » : 0 grille remise sur 2 attendues. "
        "« Audition devant le jury » : aucun créneau n’est réservé."
    ) in read(page)
    assert f"/dossiers/{dossier.reference}/actes/choose" not in page.text
    act_page = read(chair.get(f"/dossiers/{dossier.reference}/actes/choose"))
    assert "Ce n’est pas encore possible « Grille du projet » : 0 grille remise" in act_page


@pytest.fixture
def scored(rich):
    return kept(rich, a_jury(rich))


def typed(dossier, revision=0, **scores):
    return {"revision": str(revision), "step": str(dossier.step), **scores}


def test_a_scorer_writes_the_own_sheet_beside_the_answers(as_one, scored):
    page = as_one("juror").get(page_of(scored))

    text = read(page)
    assert "Originalité Coefficient 2. Ce que nul autre ne fait. sur 5" in text
    assert "Faisabilité sur 10" in text
    assert "Total 0 sur 20 2 critères restent à noter" in text
    assert "Vous lirez les notes des autres une fois la vôtre remise." in text


def test_a_saved_sheet_comes_back_with_its_running_total(as_one, rich, scored):
    juror = as_one("juror")

    saved = juror.post(page_of(scored, "/grilles/project"), data=typed(scored, originality="4"))
    page = read(juror.get(page_of(scored)))

    assert saved.status_code == 303
    assert saved.location == f"{page_of(scored)}#pane-form"
    assert "Grille enregistrée le 16 novembre 2026 à 12 h 00." in page
    assert "Total 8 sur 20 1 critère reste à noter" in page
    mine = sheet_of(fresh(rich, scored), "project", rich.juror)
    assert (mine.answers["originality"]["number"], mine.returned_at) == (4, None)


def test_the_script_saves_a_sheet_and_is_told_in_json(as_one, rich, scored):
    juror = as_one("juror")
    told = {"Accept": "application/json"}
    sent = typed(scored, originality="4", _author=str(rich.juror.id))

    first = juror.post(page_of(scored, "/grilles/project"), data=sent, headers=told)
    again = juror.post(
        page_of(scored, "/grilles/project"), data=sent | {"originality": "2"}, headers=told
    )

    assert (first.json["revision"], first.json["by"]) == (1, "Juror")
    assert again.status_code == 409
    conflict = again.json["conflict"]
    assert [(each["key"], each["mine"], each["theirs"]) for each in conflict["fields"]] == [
        ("originality", "2", "4")
    ]


def test_a_sheet_written_from_two_pages_shows_both_texts(as_one, rich, scored):
    juror = as_one("juror")
    juror.post(page_of(scored, "/grilles/project"), data=typed(scored, originality="4"))

    clash = juror.post(page_of(scored, "/grilles/project"), data=typed(scored, originality="2"))

    assert clash.status_code == 409
    text = read(clash)
    assert "Vous avez enregistré cette grille depuis une autre page" in text
    assert "Prendre le texte enregistré : 4" in text


@pytest.mark.parametrize(("person", "status"), [("chair", 403), ("social", 403), ("author", 404)])
def test_nobody_else_writes_a_sheet(as_one, scored, person, status):
    answer = as_one(person).post(
        page_of(scored, "/grilles/project"), data=typed(scored, originality="4")
    )

    assert answer.status_code == status


def test_an_unknown_grid_does_not_exist(as_one, scored):
    answer = as_one("juror").post(page_of(scored, "/grilles/other"), data=typed(scored))

    assert answer.status_code == 404


def test_a_sheet_saved_once_returned_comes_back_to_be_copied(as_one, rich, scored):
    act(rich, scored, "score", rich.juror, GOOD)
    kept(rich, scored)

    late = as_one("juror").post(
        page_of(scored, "/grilles/project"), data=typed(scored, 1, originality="4")
    )

    assert late.status_code == 409
    assert "Originalité 4" in read(late)


def test_the_sheet_is_returned_by_its_act_prefilled_from_the_draft(as_one, rich, scored):
    sheet(rich, scored, rich.juror, GOOD | {"comment": "Très bien."})
    kept(rich, scored)
    juror = as_one("juror")
    address = f"/dossiers/{scored.reference}/actes/score"

    page = juror.get(address)
    sent = {"originality": "5", "feasibility": "8", "comment": "Très bien."}
    done = juror.post(address, data=typed(scored, **sent))

    assert "Total 18 sur 20" in read(page)
    assert "Très bien." in page.text
    assert "Le dossier passera à" not in read(page)
    assert done.status_code == 303
    mine = sheet_of(fresh(rich, scored), "project", rich.juror)
    assert (mine.total, mine.answers["comment"]) == (18, "Très bien.")


def test_a_sheet_is_returned_once_from_a_page_shown_before_anothers_was(as_one, rich, scored):
    shown = typed(scored, originality="5", feasibility="8")
    act(rich, scored, "score", rich.second_juror, FAIR)
    kept(rich, scored)
    juror, address = as_one("juror"), f"/dossiers/{scored.reference}/actes/score"

    first = juror.post(address, data=shown)
    again = juror.post(address, data=shown)

    assert (first.status_code, again.status_code) == (303, 409)
    assert sheet_of(fresh(rich, scored), "project", rich.juror).total == 18


def test_a_score_beyond_its_maximum_is_refused_at_its_place(as_one, scored):
    address = f"/dossiers/{scored.reference}/actes/score"

    refused = as_one("juror").post(address, data=typed(scored, originality="9", feasibility="8"))

    assert refused.status_code == 422
    assert "Ce nombre doit être au plus 5." in read(refused)
    assert markup.fromstring(refused.text).xpath("//*[@id='errors']//a/@href") == ["#originality"]
    assert "Total 8 sur 20 1 critère reste à noter" in read(refused)


def test_scores_of_others_are_hidden_from_a_scorer_until_the_own_sheet_is_returned(
    as_one, rich, scored
):
    act(rich, scored, "score", rich.juror, GOOD | {"comment": "Remarquable."})
    kept(rich, scored)

    before = read(as_one("second_juror").get(page_of(scored)))
    act(rich, scored, "score", rich.second_juror, FAIR)
    kept(rich, scored)
    after = read(as_one("second_juror").get(page_of(scored)))

    assert "1 grille remise sur 2 attendues." in before
    assert "Remarquable." not in before
    assert "Moyenne" not in before
    assert "Originalité sur 5, coefficient 2 5 2 3,5 3" in after
    assert "Total sur 20 18 10 14 8" in after
    assert "Remarquable." in after


@pytest.mark.parametrize(
    ("person", "reads"),
    [("chair", True), ("call_manager", True), ("social", False), ("works", False)],
)
def test_scores_are_read_by_who_decides_or_manages(as_one, rich, scored, person, reads):
    act(rich, scored, "score", rich.juror, GOOD)
    kept(rich, scored)

    page = read(as_one(person).get(page_of(scored)))

    assert "1 grille remise sur 2 attendues." in page
    assert ("Total sur 20 18 18 0" in page) is reads


def test_a_scorer_who_returned_the_sheet_waits_for_the_others(as_one, rich, scored):
    act(rich, scored, "score", rich.juror, GOOD)
    kept(rich, scored)

    assert groups(as_one("juror").get("/instruction")) == {"FQ-0001": "En attente d’un autre"}
    assert groups(as_one("second_juror").get("/instruction")) == {"FQ-0001": "À vous de jouer"}
    page = as_one("juror").get(page_of(scored))
    assert "Vous avez remis la vôtre le 16 novembre 2026 à 12 h 00." in read(page)
    assert f"/dossiers/{scored.reference}/actes/score" not in page.text
    assert 'name="_then"' not in page.text


def test_who_decides_reads_sheets_and_places_beside_the_decision(as_one, rich, clock):
    a_chosen(rich, theme="culture")
    dossier = kept(rich, a_heard(rich, 1))
    clock.move(HEARD)

    page = read(as_one("chair").get(f"/dossiers/{dossier.reference}/actes/choose"))

    assert "Total sur 20 18 10 14 8" in page
    assert "Places par thème" in page
    assert "Éducation ce dossier 1 0 1" in page
    assert "Culture 2 1 1" in page
    assert "Ensemble 2 1 1" in page


def test_a_decision_beyond_the_places_is_refused_beside_its_outcome(as_one, rich, clock):
    a_chosen(rich)
    dossier = kept(rich, a_heard(rich, 1))
    clock.move(HEARD)
    address = f"/dossiers/{dossier.reference}/actes/choose"

    refused = as_one("chair").post(
        address, data={"step": dossier.step, "outcome": "selected", "amount": "5 000"}
    )

    assert refused.status_code == 422
    summary = markup.fromstring(refused.text).xpath("//*[@id='errors']//a")
    assert [(each.get("href"), each.text_content()) for each in summary] == [
        ("#outcome", "« Places par thème », Éducation : 1 place, il n’en reste pas.")
    ]
    assert "Éducation ce dossier 1 1 complet" in read(refused)
    assert fresh(rich, dossier).decision is None


def test_the_booked_hearing_is_read_on_the_dossier(as_one, rich, scored, clock):
    assert "Audition devant le jury Aucun créneau n’est encore réservé." in read(
        as_one("juror").get(page_of(scored))
    )
    book(rich, scored, 1)
    kept(rich, scored)

    page = read(as_one("juror").get(page_of(scored)))
    assert "20 novembre 2026 à 9 h 30, Salle Condorcet (20 minutes)." in page
    clock.move(HEARD)
    assert "Salle Condorcet (20 minutes), passée." in read(as_one("chair").get(page_of(scored)))


def test_the_applicant_chooses_among_free_slots_grouped_by_day(as_one, rich, scored):
    other = a_jury(rich)
    book(rich, other, 0)
    kept(rich, scored)
    author = as_one("author")
    address = f"/dossiers/{scored.reference}/actes/book"

    page = author.get(address)
    days = markup.fromstring(page.text).xpath("//fieldset[contains(@class, 'slots')]")
    assert [" ".join(each.text_content().split()) for each in days] == [
        "vendredi 20 novembre 2026 Salle Condorcet 9 h 30",
        "lundi 23 novembre 2026 Salle Condorcet 14 h 00",
    ]
    chosen = f"slot_{slots(rich)[2].id}"
    done = author.post(address, data={"step": scored.step, "slot": chosen})

    assert (done.status_code, done.location) == (303, f"/dossiers/{scored.reference}")
    assert slot_of(fresh(rich, scored), "interview").starts_at == slots(rich)[2].starts_at
    again = read(author.get(address))
    assert "Le dossier a déjà un créneau : 23 novembre 2026 à 14 h 00" in again


@pytest.mark.parametrize(("sent", "message"), [(0, "Ce créneau vient d’être pris"), (None, "")])
def test_a_slot_taken_meanwhile_or_not_chosen_is_said_and_nothing_is_booked(
    as_one, rich, scored, sent, message
):
    book(rich, a_jury(rich), 0)
    kept(rich, scored)
    chosen = {} if sent is None else {"slot": f"slot_{slots(rich)[sent].id}"}

    refused = as_one("author").post(
        f"/dossiers/{scored.reference}/actes/book", data={"step": scored.step, **chosen}
    )

    assert refused.status_code == 422
    errors = markup.fromstring(refused.text).xpath("//*[@id='errors']//a")
    assert [each.get("href") for each in errors] == ["#slot"]
    assert markup.fromstring(refused.text).xpath("//*[@id='slot']")[0].get("type") == "radio"
    assert message in errors[0].text_content()
    assert slot_of(fresh(rich, scored), "interview") is None


def test_when_no_slot_is_free_the_page_says_so(as_one, rich, scored, clock):
    clock.move(HEARD)

    page = as_one("author").get(f"/dossiers/{scored.reference}/actes/book")

    assert page.status_code == 200
    assert "Ce n’est pas encore possible Aucun créneau n’est libre pour l’instant" in read(page)


def test_comparing_ranks_by_mean_those_whose_sheets_the_reader_may_read(as_one, rich):
    first, second = a_jury(rich), a_jury(rich)
    for scorer, one, other in ((rich.juror, FAIR, GOOD), (rich.second_juror, FAIR, FAIR)):
        act(rich, first, "score", scorer, one)
        if scorer is rich.juror:
            act(rich, second, "score", scorer, other)
    kept(rich, first)
    address = f"/instruction/comparer?ref={first.reference}&ref={second.reference}"

    chair = read(as_one("chair").get(address))
    assert "Note moyenne sur 20 10 2e par la note 18 1er par la note" in chair
    assert "Grilles remises 2 sur 2 1 sur 2" in chair
    blind = read(as_one("second_juror").get(address))
    assert "Note moyenne sur 20 10 1er par la note après votre propre grille" in blind
    assert "18" not in blind.split("Note moyenne")[1].split("Originalité")[0]
    assert "Note moyenne" not in read(as_one("works").get(address))


def test_comparing_shows_the_places_that_are_left(as_one, rich):
    first, second = a_chosen(rich), a_jury(rich)
    kept(rich, first)

    page = read(
        as_one("chair").get(f"/instruction/comparer?ref={first.reference}&ref={second.reference}")
    )

    assert "Places par thème" in page
    assert "Éducation 1 1 complet" in page


def test_pages_take_as_many_statements_with_many_sheets_as_with_one(app, as_one, rich, scored):
    act(rich, scored, "score", rich.juror, GOOD)
    kept(rich, scored)
    pages = (page_of(scored), "/instruction")
    as_one("chair").get(page_of(scored))
    before = [statements(app, as_one("chair"), page) for page in pages]

    act(rich, scored, "score", rich.second_juror, FAIR)
    for _ in range(4):
        other = a_jury(rich)
        for scorer in (rich.juror, rich.second_juror):
            act(rich, other, "score", scorer, FAIR)
    kept(rich, scored)

    assert [statements(app, as_one("chair"), page) for page in pages] == before


def test_the_applicant_reads_the_mean_alone_once_the_call_says_so(as_one, rich):
    dossier = kept(rich, a_chosen(rich))
    hub = f"/dossiers/{dossier.reference}"
    assert "Grille du projet" not in read(as_one("author").get(hub))

    act(rich, dossier, "tell", rich.chair)
    kept(rich, dossier)

    page = read(as_one("author").get(f"{hub}/decision"))
    assert "Grille du projet 14 sur 20 (moyenne de 2 grilles)" in page
    assert rich.juror.name not in page
    assert YES["amount"] == dossier.decision.amount_cents


def test_the_applicant_sees_the_hearing_on_the_dossiers_page_and_what_to_do(as_one, rich, scored):
    hub = f"/dossiers/{scored.reference}"
    before = as_one("author").get(hub)
    assert "Audition devant le jury Choisissez l’heure qui vous convient." in read(before)
    assert f'href="{hub}/actes/book"' in before.text

    book(rich, scored, 1)
    kept(rich, scored)

    after = read(as_one("author").get(hub))
    assert "20 novembre 2026 à 9 h 30, Salle Condorcet" in after
    assert "Changer d’heure" in after
    assert "Choisissez l’heure de votre audition." not in after
    assert "Audition devant le jury : 20 novembre 2026 à 9 h 30, Salle Condorcet" in read(
        as_one("author").get("/mes-dossiers")
    )


def test_a_hearing_without_a_free_slot_says_so_in_place_of_its_button(as_one, rich, scored):
    for number in range(3):
        book(rich, a_jury(rich), number)
    rich.session.commit()
    hub = f"/dossiers/{scored.reference}"

    page = as_one("author").get(hub)

    assert "Aucun créneau n’est libre pour l’instant : écrivez au contact" in read(page)
    assert f"{hub}/actes/book" not in page.text


def test_the_list_of_an_applicant_takes_as_many_statements_whatever_the_bookings(
    app, as_one, rich, scored
):
    author = as_one("author")
    author.get("/mes-dossiers")
    before = statements(app, author, "/mes-dossiers")
    for number in range(3):
        book(rich, a_jury(rich), number)
    rich.session.commit()

    assert statements(app, author, "/mes-dossiers") == before
