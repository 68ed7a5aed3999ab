"""The fund of 2009, from the pair that applies to the agreement that three sign."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from grants.dossiers.errors import ActIncomplete, NotYourTurn, TransitionRefused
from grants.dossiers.models import Dossier, DossierParty
from grants.forms import Count
from tests.answers import answers_for, source_of
from tests.cast import Cast, a_cast


@pytest.fixture
def cast(session):
    return a_cast(
        session, source_of("fej-2009"), now=datetime(2009, 6, 1, 10, tzinfo=UTC), home="44"
    )


def submitted(cast: Cast) -> Dossier:
    dossier = cast.begin(answers_for("fej-2009"))
    cast.act(dossier, "sign_as_evaluator", "evaluator_signatory")
    cast.act(dossier, "submit", "signatory")
    return dossier


def before_the_juries(cast: Cast) -> Dossier:
    dossier = submitted(cast)
    cast.act(dossier, "send_to_juries", "mission_officer")
    return dossier


def scored(cast: Cast) -> Dossier:
    dossier = before_the_juries(cast)
    for grid in ("project", "protocol"):
        for juror in cast.scorers[grid]:
            cast.act(dossier, f"score_{grid}", juror, cast.marks(grid, 3))
    return dossier


RETAINED = {
    "outcome": "selected",
    "amount": 18_000_000,
    "to_project": 13_500_000,
    "to_evaluation": 4_500_000,
}


def test_it_goes_from_the_pair_to_two_juries_the_council_and_a_signed_agreement(cast):
    dossier = scored(cast)

    assert (dossier.state, dossier.turn) == ("scored", ["council_chair"])
    assert dossier.events[-1].trigger == "close_juries"
    assert dossier.events[-1].actor is None
    cast.act(dossier, "decide", "council_chair", RETAINED)
    cast.mailed()
    cast.act(dossier, "notify_selection", "mission_head")
    notified_at = dossier.notified_at
    assert dossier.turn == ["evaluator_signatory"]
    assert cast.told() == [
        "editor",
        "evaluator-editor",
        "evaluator-signatory",
        "signatory",
    ]
    cast.now += timedelta(days=10)
    signature = {"signed_on": date(2009, 10, 1), "quality": "Direction"}
    cast.act(dossier, "sign_agreement_as_evaluator", "evaluator_signatory", signature)
    assert cast.told() == ["signatory"]
    cast.act(dossier, "sign_agreement_as_holder", "signatory", signature)
    assert cast.told() == ["mission-head"]
    cast.act(
        dossier,
        "countersign",
        "mission_head",
        {"number": "2009-12", "signed_on": date(2009, 10, 9)},
    )
    assert (dossier.state, dossier.phase, dossier.due_on) == ("agreed", "notified", None)
    # What follows the notification is none.
    assert dossier.notified_at == notified_at < cast.now


def test_nobody_signs_the_agreement_out_of_turn(cast):
    dossier = scored(cast)
    cast.act(dossier, "decide", "council_chair", RETAINED)
    cast.act(dossier, "notify_selection", "mission_head")

    with pytest.raises(NotYourTurn):
        cast.act(dossier, "sign_agreement_as_evaluator", "signatory", {})


def test_a_project_that_is_not_retained_has_no_agreement(cast):
    dossier = scored(cast)
    cast.act(dossier, "decide", "council_chair", {"outcome": "rejected", "reason": "Rang."})

    with pytest.raises(TransitionRefused):
        cast.act(dossier, "notify_selection", "mission_head")
    cast.act(dossier, "notify_rejection", "mission_head")
    assert (dossier.state, dossier.turn) == ("notified", [])


def test_a_deposit_without_the_evaluators_signature_is_refused(cast):
    dossier = cast.begin(answers_for("fej-2009"))

    with pytest.raises(TransitionRefused) as refused:
        cast.act(dossier, "submit", "signatory")
    assert refused.value.reasons == ["Évaluateur : n’a pas encore signé."]


def test_an_answer_that_changes_undoes_the_signature(cast):
    dossier = cast.begin(answers_for("fej-2009"))
    cast.act(dossier, "sign_as_evaluator", "evaluator_signatory")
    cast.write(dossier, None, {"young_people": Count(95)})

    with pytest.raises(TransitionRefused) as refused:
        cast.act(dossier, "submit", "signatory")
    assert refused.value.reasons == [
        "Évaluateur : une réponse a changé depuis sa signature, à refaire."
    ]


def test_a_completion_is_signed_again_by_the_evaluator(cast):
    dossier = submitted(cast)
    asked = {"pieces": ("La taille des groupes",), "due": date(2009, 6, 20)}
    cast.act(dossier, "request_completion", "mission_officer", asked)
    cast.write(dossier, "evaluator", {"sample": Count(70)})
    with pytest.raises(TransitionRefused):
        cast.act(dossier, "resubmit", "signatory")

    cast.act(dossier, "sign_completion_as_evaluator", "evaluator_signatory")
    cast.act(dossier, "resubmit", "signatory")
    assert (dossier.state, dossier.version_number) == ("submitted", 2)


def test_each_of_the_pair_writes_its_own_part(cast):
    dossier = cast.begin(answers_for("fej-2009"))

    authors = {each.field_key: each.updated_by.email for each in dossier.answers}
    assert authors["question"] == "editor@example.org"
    assert authors["method"] == "evaluator-editor@example.org"
    assert cast.session.scalars(select(DossierParty)).one().party_key == "evaluator"


def test_one_jury_leaves_the_turn_when_its_two_sheets_are_there(cast):
    dossier = before_the_juries(cast)
    for juror in cast.scorers["project"]:
        cast.act(dossier, "score_project", juror, cast.marks("project", 5))

    assert (dossier.state, dossier.turn) == ("juries", ["science_juror"])


def test_shares_that_do_not_make_the_amount_are_refused(cast):
    dossier = scored(cast)

    with pytest.raises(ActIncomplete):
        cast.act(dossier, "decide", "council_chair", RETAINED | {"to_project": 1})
