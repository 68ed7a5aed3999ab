"""What the people of the library's calls read on their pages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from grants.extensions import db
from grants.web.public.presenting import page_of
from grants.workflows.definition import Audience
from tests.answers import answers_for, call_of, source_of
from tests.cast import a_cast
from tests.web.browsing import read

#: When each call is open, and a department whose dossiers its services read.
OPEN = {
    "ami-cget-2019": (datetime(2019, 3, 1, 11, tzinfo=UTC), "44"),
    "fdf-habitat-partage": (datetime(2021, 5, 3, 10, tzinfo=UTC), "44"),
    "fej-2009": (datetime(2009, 6, 1, 10, tzinfo=UTC), "44"),
    "fnavdl-paca-2020": (datetime(2020, 12, 1, 11, tzinfo=UTC), "83"),
}


@pytest.fixture
def deposited(app, request):
    """A dossier of the call that the test names, deposited, and everybody around it."""
    slug = request.param
    now, home = OPEN[slug]
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        cast = a_cast(session, source_of(slug), now=now, home=home)
        dossier = cast.begin(answers_for(slug))
        for trigger in cast.definition.circuit.transitions.values():
            if trigger.signs and dossier.state in trigger.sources:
                cast.act(dossier, trigger.key, trigger.roles[0])
        cast.act(dossier, "submit", "signatory")
        session.commit()
        yield cast, dossier


@pytest.mark.parametrize("deposited", OPEN, indirect=True)
def test_each_role_reads_its_own_sentence_on_a_deposited_dossier(deposited, client, sign_in):
    cast, dossier = deposited
    circuit = cast.definition.circuit
    state = circuit.states[dossier.state]
    for key, person in cast.people.items():
        role = circuit.roles[key]
        sign_in(client, person)
        page = client.get(f"/dossiers/{dossier.reference}", follow_redirects=True)

        assert page.status_code == 200, key
        told = state.todo.get(key) or state.todo[role.audience]
        assert told in read(page), key
        assert (page.request.path.startswith("/instruction")) is (
            role.audience is Audience.SERVICE
        ), key


@pytest.mark.parametrize("deposited", ["fdf-habitat-partage"], indirect=True)
def test_the_foundations_receipt_says_nothing_of_silence_nor_of_appeals(deposited, client, sign_in):
    cast, dossier = deposited
    sign_in(client, cast.people["signatory"])

    page = read(client.get(f"/dossiers/{dossier.reference}/accuse-de-reception"))
    assert f"Le dossier {dossier.reference} a été reçu le 3 mai 2021 à 12 h 00" in page
    assert "La Fondation vérifie que le dossier est complet" in page
    assert "Sans réponse" not in page
    assert "recours" not in page


@pytest.mark.parametrize("deposited", ["fej-2009"], indirect=True)
def test_the_receipt_of_a_call_of_the_state_tells_both(deposited, client, sign_in):
    cast, dossier = deposited
    sign_in(client, cast.people["evaluator_signatory"])

    page = read(client.get(f"/dossiers/{dossier.reference}/accuse-de-reception"))
    assert "Cette date est le 1er août 2009" in page
    assert "article 21 de la loi n° 2000-321 du 12 avril 2000" in page
    assert "Voies de recours" in page


def retain(cast, dossier) -> None:
    """From the deposit to a decision made known, whose agreement is to be signed."""
    cast.act(dossier, "send_to_juries", "mission_officer")
    for grid, scorers in cast.scorers.items():
        for scorer in scorers:
            cast.act(dossier, f"score_{grid}", scorer, cast.marks(grid, 3))
    shares = {"to_project": 13_500_000, "to_evaluation": 4_500_000}
    retained = {"outcome": "selected", "amount": 18_000_000} | shares
    cast.act(dossier, "decide", "council_chair", retained)
    cast.act(dossier, "notify_selection", "mission_head")
    cast.session.commit()


@pytest.mark.parametrize("deposited", ["fej-2009"], indirect=True)
@pytest.mark.parametrize("role", ["signatory", "mission_officer"])
def test_the_turn_of_one_of_two_organisations_is_not_told_as_the_others(
    deposited, client, sign_in, role
):
    """Before the agreement, the evaluator signs first."""
    cast, dossier = deposited
    retain(cast, dossier)
    sign_in(client, cast.people[role])

    page = read(client.get(f"/dossiers/{dossier.reference}", follow_redirects=True))
    told = {
        "signatory": "À qui le tour : Évaluateur",
        "mission_officer": "C’est au tour de : Évaluateur",
    }
    assert told[role] in page


@pytest.mark.parametrize("deposited", ["fej-2009"], indirect=True)
def test_what_a_service_asked_stays_on_the_hub_after_the_evaluator_signed_anew(
    deposited, client, sign_in
):
    cast, dossier = deposited
    asked = {"pieces": ("La taille des groupes",), "due": date(2009, 6, 20)}
    cast.act(dossier, "request_completion", "mission_officer", asked)
    cast.write(dossier, "evaluator", {"evaluator_contact": "Responsable de l’équipe"})
    cast.act(dossier, "sign_completion_as_evaluator", "evaluator_signatory")
    cast.session.commit()
    sign_in(client, cast.people["signatory"])
    hub = f"/dossiers/{dossier.reference}"

    assert "La taille des groupes" in read(client.get(hub))
    cast.act(dossier, "resubmit", "signatory")
    cast.session.commit()
    assert "La taille des groupes" not in read(client.get(hub))


@pytest.mark.parametrize("deposited", ["fej-2009"], indirect=True)
def test_what_falls_to_the_applicant_after_the_decision_is_offered_before_the_sections(
    deposited, client, sign_in
):
    cast, dossier = deposited
    retain(cast, dossier)
    sign_in(client, cast.people["evaluator_signatory"])

    page = read(client.get(f"/dossiers/{dossier.reference}"))
    assert page.index("Signer la convention pour l’évaluateur") < page.index("Les rubriques")
    assert "Autres actions" not in page


@pytest.mark.parametrize("deposited", ["ami-cget-2019"], indirect=True)
def test_a_jurors_worklist_is_headed_by_the_name_that_the_call_gives_the_jury(
    deposited, client, sign_in
):
    cast, _ = deposited
    sign_in(client, cast.people["juror"])

    assert "À instruire Jury de l’AMI 2019" in read(client.get("/instruction"))


def test_no_date_is_promised_after_a_step_that_takes_as_long_as_it_takes():
    """The hearing is when the association booked it: what follows is counted from there."""
    call = call_of("ami-cget-2019")
    closes_at = datetime(2019, 3, 15, 23, tzinfo=UTC)

    steps = page_of(call, OPEN[call.slug][0], closes_at).steps
    assert [each.delay for each in steps] == [
        "au plus tard le 15 mars 2019",
        "",
        "sous 21 jours, au plus tard le 5 avril 2019",
        "sous 5 jours, au plus tard le 10 avril 2019",
        "",
        "",
        "sous 7 jours",
    ]
