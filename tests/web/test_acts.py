"""The page of each act: what it says, what it refuses, and that it acts once.

Who may open it, in which state: the walk over all acts.
"""

from datetime import timedelta

import pytest

from grants.dossiers.models import DossierEvent
from grants.dossiers.operations.reading import reading_of
from tests.factories import (
    DEPARTMENT_OPINION,
    IN_STATE,
    NOW,
    a_department_given,
    a_draft,
    a_notified,
    a_region_given,
    a_stand_in,
    a_submitted,
    act,
    opine,
    write,
)
from tests.web.browsing import submit
from tests.web.world import fresh, kept, read, world

__all__ = ["world"]


def address(dossier, trigger: str) -> str:
    return f"/dossiers/{dossier.reference}/actes/{trigger}"


def read_by_now(dossier) -> dict[str, object]:
    """What the page from which one deposits sends back."""
    return {"step": dossier.step, "reading": reading_of(dossier)}


@pytest.fixture
def as_person(client, sign_in, world):
    def signed_in(name: str):
        sign_in(client, getattr(world, name))
        return client

    return signed_in


def test_an_act_that_the_call_does_not_have_is_not_found(as_person, world):
    dossier = kept(world, a_submitted(world))

    assert as_person("ddcs17_head").get(address(dossier, "burn")).status_code == 404


def test_the_page_says_where_the_dossier_goes_and_who_is_told(as_person, world):
    dossier = kept(world, a_submitted(world))

    page = read(as_person("ddcs17_officer").get(address(dossier, "request_completion")))

    assert "Le dossier passera à : À compléter, chez le porteur" in page
    assert "Seront prévenus par courriel : Rédacteur du porteur et Signataire du porteur." in page
    assert "Le porteur lira ce que vous écrivez ici." in page


def test_a_completion_is_requested_with_its_list_and_its_date(as_person, world):
    dossier = kept(world, a_submitted(world))

    answer = as_person("ddcs17_officer").post(
        address(dossier, "request_completion"),
        data={"step": dossier.step, "pieces": "La convention\nLe budget", "due": "30/11/2026"},
    )

    assert (answer.status_code, answer.location) == (303, f"/instruction/{dossier.reference}")
    fresh(world, dossier)
    assert dossier.state == "incomplete"
    assert dossier.due_on.isoformat() == "2026-11-30"
    assert dossier.events[-1].note["pieces"] == ["La convention", "Le budget"]


@pytest.mark.parametrize(
    ("due", "fault"),
    [
        ("1/11/2026", "La date limite pour compléter doit être dans l’avenir."),
        ("1/12/2062", "La date limite pour compléter est à plus d’un an : vérifiez l’année."),
    ],
)
def test_a_date_past_or_absurd_is_refused_in_place_with_the_list_kept(as_person, world, due, fault):
    dossier = kept(world, a_submitted(world))

    answer = as_person("ddcs17_officer").post(
        address(dossier, "request_completion"),
        data={"step": dossier.step, "pieces": "La convention", "due": due},
    )

    assert answer.status_code == 422
    assert fault in read(answer)
    assert "La convention</textarea>" in answer.get_data(as_text=True)
    assert fresh(world, dossier).state == "submitted"


def test_a_dossier_is_not_declared_inadmissible_without_a_reason(as_person, world):
    dossier = kept(world, a_submitted(world))

    answer = as_person("ddcs17_head").post(
        address(dossier, "declare_inadmissible"), data={"step": dossier.step, "reason": "  "}
    )

    assert answer.status_code == 422
    assert "Motif de l’irrecevabilité : à renseigner" in read(answer)
    assert fresh(world, dossier).state == "submitted"


def test_an_unfavourable_opinion_without_its_text_is_refused_and_its_draft_kept(as_person, world):
    dossier = kept(world, a_department_given(world))

    answer = as_person("dreal_head").post(
        address(dossier, "give_region_opinion"),
        data={"step": dossier.step, "revision": 0, "verdict": "unfavourable", "text": ""},
    )

    assert answer.status_code == 422
    assert "Texte de l’avis (DREAL en collaboration avec DRJSCS) : à renseigner" in read(answer)
    fresh(world, dossier)
    assert dossier.state == "department_given"
    assert dossier.opinions[-1].answers == {"verdict": "unfavourable"}
    assert dossier.opinions[-1].given_at is None


def test_an_opinion_is_saved_and_given_on_the_version_in_hand_at_once(as_person, world):
    dossier = kept(world, a_department_given(world))

    answer = as_person("dreal_head").post(
        address(dossier, "give_region_opinion"),
        data={"step": dossier.step, "revision": 0, "verdict": "favourable", "text": "Oui."},
    )

    assert answer.status_code == 303
    given = fresh(world, dossier).opinions[-1]
    assert given.answers == {"verdict": "favourable", "text": "Oui."}
    assert (given.version.number, given.given_by_id) == (1, world.dreal_head.id)


def test_an_opinion_drafted_on_version_1_is_given_on_version_2_once_it_is_deposited(
    as_person, world
):
    dossier = a_submitted(world)
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)
    due = (NOW + timedelta(days=5)).date()
    act(
        world,
        dossier,
        "request_completion",
        world.ddcs17_head,
        {"pieces": ("La convention",), "due": due},
    )
    write(world, dossier, {"schedule": "Le calendrier est précisé."})
    act(world, dossier, "resubmit", world.signatory)
    kept(world, dossier)
    client = as_person("ddcs17_head")

    page = read(client.get(address(dossier, "give_department_opinion")))
    assert "rattaché à la version 2 du dossier" in page
    client.post(address(dossier, "give_department_opinion"), data={"step": dossier.step})

    fresh(world, dossier)
    assert [each.version.number for each in dossier.opinions] == [2]


def test_a_contributor_drafts_the_opinion_but_may_not_give_it(as_person, world):
    dossier = kept(world, a_department_given(world))
    client = as_person("drjscs_officer")
    opinion = {"revision": 0, "verdict": "favourable", "text": "Avec la DRJSCS."}

    saved = client.post(f"/instruction/{dossier.reference}/avis/region", data=opinion)
    given = client.post(
        address(dossier, "give_region_opinion"), data={"step": dossier.step, **opinion}
    )

    assert (saved.status_code, given.status_code) == (303, 403)
    fresh(world, dossier)
    assert dossier.state == "department_given"
    assert dossier.opinions[-1].answers["text"] == "Avec la DRJSCS."


def test_an_act_posted_twice_is_done_once(as_person, world):
    dossier = kept(world, a_submitted(world))
    client = as_person("ddcs17_head")
    inputs = {"step": dossier.step, "reason": "Hors sujet"}

    first = client.post(address(dossier, "declare_inadmissible"), data=inputs)
    second = client.post(address(dossier, "declare_inadmissible"), data=inputs)

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Dossier déclaré irrecevable" in read(second)
    fresh(world, dossier)
    assert [each.trigger for each in dossier.events] == ["submit", "declare_inadmissible"]


def test_a_stale_page_says_what_happened_and_gives_the_text_back(as_person, world):
    dossier = a_submitted(world)
    shown_at = dossier.step
    act(
        world,
        dossier,
        "request_completion",
        world.ddcs17_officer,
        {"pieces": ("La convention",), "due": (NOW + timedelta(days=5)).date()},
    )
    kept(world, dossier)

    answer = as_person("ddcs17_head").post(
        address(dossier, "declare_inadmissible"),
        data={"step": shown_at, "reason": "Un motif longuement écrit"},
    )

    assert answer.status_code == 409
    page = read(answer)
    assert "Complément demandé , Ddcs17 Officer, Instructeur du service départemental" in page
    assert "Un motif longuement écrit" in page
    assert fresh(world, dossier).state == "incomplete"


def test_a_stale_page_says_who_stood_in_and_why(as_person, world):
    dossier = a_submitted(world)
    shown_at = dossier.step
    officer = world.ddcs17_officer
    service = officer.service_memberships[0].service
    a_stand_in(world.session, service, officer, world.ddcs17_head, NOW.date(), NOW.date())
    act(world, dossier, "declare_inadmissible", officer, {"reason": "Hors sujet"})
    kept(world, dossier)

    answer = as_person("ddcs17_head").post(
        address(dossier, "declare_inadmissible"), data={"step": shown_at, "reason": "Hors délai"}
    )

    assert answer.status_code == 409
    assert (
        "Dossier déclaré irrecevable , Ddcs17 Officer, Responsable du service départemental, "
        "par suppléance Hors sujet"
    ) in read(answer)


def test_an_act_without_its_step_is_no_request(as_person, world):
    dossier = kept(world, a_submitted(world))

    answer = as_person("ddcs17_head").post(address(dossier, "declare_inadmissible"), data={})

    assert answer.status_code == 400


@pytest.mark.parametrize(("days", "status"), [(-1, 403), (0, 303), (3, 303), (4, 403)])
def test_a_stand_in_acts_for_the_head_on_the_days_named_alone(
    client, sign_in, clock, world, days, status
):
    first = NOW.date() + timedelta(days=10)
    service = world.ddcs17_officer.service_memberships[0].service
    a_stand_in(
        world.session,
        service,
        world.ddcs17_officer,
        world.ddcs17_head,
        first,
        first + timedelta(days=3),
    )
    dossier = kept(world, a_submitted(world))
    clock.move(NOW + timedelta(days=10 + days))
    sign_in(client, world.ddcs17_officer)

    answer = client.post(
        address(dossier, "declare_inadmissible"),
        data={"step": dossier.step, "reason": "Hors sujet"},
    )

    assert answer.status_code == status
    fresh(world, dossier)
    assert [each.stood_in for each in dossier.events[1:]] == ([True] if status == 303 else [])


def test_the_decision_starts_from_the_amount_asked(as_person, world):
    dossier = kept(world, a_region_given(world))

    page = as_person("dreal_head").get(address(dossier, "decide")).get_data(as_text=True)

    assert 'name="amount" value="20\u202f000' in page


def test_an_amount_above_the_one_asked_is_recorded_once_confirmed(as_person, world):
    dossier = kept(world, a_region_given(world))
    client = as_person("dreal_head")
    decision = {"step": dossier.step, "outcome": "selected", "amount": "48 000 €"}

    warned = client.post(address(dossier, "decide"), data=decision)
    assert warned.status_code == 422
    assert "48 000 € dépasse « Montant demandé à l’appel » : 20 000 €." in read(warned)
    assert "48 000 € dépasse « Coût » : 47 000 €." in read(warned)
    assert fresh(world, dossier).state == "region_given"

    client.post(address(dossier, "decide"), data={**decision, "_confirmed": "yes"})
    assert fresh(world, dossier).decision.amount_cents == 4_800_000


def test_what_a_choice_hides_is_not_recorded(as_person, world):
    dossier = kept(world, a_region_given(world))

    as_person("dreal_head").post(
        address(dossier, "decide"),
        data={
            "step": dossier.step,
            "outcome": "rejected",
            "amount": "20 000",
            "rank": "3",
            "reason": "Budget insuffisant.",
        },
    )

    decision = fresh(world, dossier).decision
    assert decision.answers == {"outcome": "rejected", "reason": "Budget insuffisant."}
    assert (decision.amount_cents, decision.rank) == (None, None)


def test_the_notification_shows_the_decision_before_it_leaves(as_person, world):
    dossier = kept(world, IN_STATE["decided"](world))

    page = read(as_person("dreal_head").get(address(dossier, "notify")))

    assert "Décision à notifier" in page
    assert "Retenu Montant attribué 20 000 €" in page


def test_a_decision_that_is_final_says_so(as_person, world):
    dossier = kept(world, a_notified(world))

    answer = as_person("dreal_head").get(address(dossier, "promote"))

    assert answer.status_code == 409
    assert "Seul un dossier en liste d’attente peut faire l’objet" in read(answer)


def test_a_landlord_withdraws_and_comes_back_to_the_dossier(as_person, world):
    dossier = kept(world, a_submitted(world))

    answer = as_person("signatory").post(
        address(dossier, "withdraw"), data={"step": dossier.step, "reason": "Projet reporté"}
    )

    assert (answer.status_code, answer.location) == (303, f"/dossiers/{dossier.reference}")
    assert fresh(world, dossier).state == "withdrawn"


def test_a_deposit_without_certification_is_refused_in_place(as_person, world):
    dossier = kept(world, IN_STATE["draft"](world))

    answer = as_person("signatory").post(address(dossier, "submit"), data=read_by_now(dossier))

    assert answer.status_code == 422
    assert "Cochez la certification pour déposer." in read(answer)
    assert world.session.query(DossierEvent).count() == 0


def test_a_deposit_with_gaps_leads_to_each_answer_that_lacks(as_person, world):
    dossier = kept(world, a_draft(world, {"project_name": "Un toit"}))

    answer = as_person("signatory").post(
        address(dossier, "submit"), data=read_by_now(dossier) | {"certified": "yes"}
    )

    assert answer.status_code == 422
    link = f'href="/dossiers/{dossier.reference}/rubriques/finance#total_cost"'
    assert link in answer.get_data(as_text=True)
    assert fresh(world, dossier).state == "draft"


def test_a_deposit_leads_to_its_receipt(as_person, world):
    dossier = kept(world, IN_STATE["draft"](world))

    answer = as_person("signatory").post(
        address(dossier, "submit"), data=read_by_now(dossier) | {"certified": "yes"}
    )

    reference = dossier.reference
    assert answer.location == f"/dossiers/{reference}/accuse-de-reception"
    assert fresh(world, dossier).state == "submitted"


def test_a_deposit_keeps_nothing_that_its_signatory_has_not_read(as_person, world):
    dossier = kept(world, IN_STATE["draft"](world))
    signatory, sent = as_person("signatory"), read_by_now(dossier) | {"certified": "yes"}
    write(world, fresh(world, dossier), {"project_name": "Un autre nom"})
    world.session.commit()

    answer = signatory.post(address(dossier, "submit"), data=sent)

    assert answer.status_code == 409
    assert "Nom du projet : Semis Editor, le 16 novembre 2026 à 12 h 00" in read(answer)
    assert f"/dossiers/{dossier.reference}/verifier#answer-project_name" in answer.text
    assert "1 réponse a changé" in read(answer)
    assert fresh(world, dossier).state == "draft"

    again = submit(signatory, f"/dossiers/{dossier.reference}/verifier", certified="1")
    assert again.location == f"/dossiers/{dossier.reference}/accuse-de-reception"


def test_a_deposit_from_no_page_is_refused(as_person, world):
    dossier = kept(world, IN_STATE["draft"](world))
    sent = {"step": dossier.step, "certified": "yes"}
    assert as_person("signatory").post(address(dossier, "submit"), data=sent).status_code == 400
    assert fresh(world, dossier).state == "draft"


def test_a_colleagues_draft_is_never_overwritten_by_giving_the_opinion(as_person, world):
    dossier = a_department_given(world)
    opine(
        world,
        dossier,
        "region",
        {"verdict": "favourable", "text": "Texte du collègue"},
        world.drjscs_officer,
    )
    kept(world, dossier)

    answer = as_person("dreal_head").post(
        address(dossier, "give_region_opinion"),
        data={"step": dossier.step, "revision": 0, "verdict": "favourable", "text": "Le mien"},
    )

    assert answer.status_code == 409
    page = read(answer)
    assert "Le mien" in page
    assert "Texte du collègue" in page
    assert fresh(world, dossier).state == "department_given"
