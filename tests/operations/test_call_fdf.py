"""The foundation's call, from the pieces to the decision: expert, committee, no administration."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from grants.dossiers.errors import ActIncomplete, TransitionRefused
from grants.dossiers.models import Dossier, Receipt
from grants.dossiers.papers import receipt_manuscript
from grants.mail.models import Mail
from tests.answers import answers_for, source_of
from tests.cast import Cast, a_cast
from tests.word import lines

EXPERTISE = {
    "mixity_level": "high",
    "participation_level": "high",
    "territory_level": "medium",
    "life_course_level": "medium",
    "analysis": "Un projet mûr.",
    "finances": "Un budget prudent.",
    "advice": "support",
    "advised_amount": 3_500_000,
}


@pytest.fixture
def cast(session):
    return a_cast(
        session,
        source_of("fdf-habitat-partage"),
        now=datetime(2021, 5, 3, 10, tzinfo=UTC),
        home="44",
    )


def received(cast: Cast) -> Dossier:
    dossier = cast.begin(answers_for("fdf-habitat-partage"))
    cast.act(dossier, "submit", "signatory")
    return dossier


def test_it_goes_from_the_pieces_to_the_expert_the_committee_and_the_decision(cast):
    dossier = received(cast)
    cast.mailed()
    cast.act(dossier, "entrust", "programme_officer")
    assert cast.told() == ["editor", "expert", "signatory"]
    cast.opine(dossier, "expertise", "expert", EXPERTISE)
    cast.act(dossier, "give_expertise", "expert")
    assert cast.told() == ["committee-chair", "committee-member"]
    cast.opine(
        dossier,
        "committee",
        "committee_member",
        {"sitting": date(2021, 9, 20), "verdict": "favourable", "text": "Unanime."},
    )
    cast.act(dossier, "give_committee_opinion", "committee_chair")
    assert cast.told() == ["programme-head"]
    cast.act(dossier, "decide", "programme_head", {"outcome": "selected", "amount": 3_500_000})
    cast.act(dossier, "notify", "programme_head")

    assert (dossier.state, dossier.decision.outcome) == ("notified", "selected")
    assert cast.told() == [
        "committee-chair",
        "editor",
        "expert",
        "programme-officer",
        "signatory",
    ]


def test_an_incomplete_dossier_is_not_examined_and_the_pieces_are_named(cast):
    dossier = received(cast)
    cast.mailed()
    reason = {"reason": "incomplete", "missing_pieces": ("Les comptes", "Le RIB")}
    cast.act(dossier, "set_aside", "programme_head", reason)

    body = next(iter(cast.session.scalars(select(Mail)))).body
    assert (dossier.state, dossier.phase) == ("not_examined", "closed")
    assert "Il est incomplet\n\nLes comptes\nLe RIB" in body


def test_a_dossier_without_a_piece_is_not_deposited(cast):
    dossier = cast.begin(answers_for("fdf-habitat-partage"))
    cast.write(dossier, None, {"bank_details": None})

    with pytest.raises(ActIncomplete) as refused:
        cast.act(dossier, "submit", "signatory")
    assert refused.value.reasons == ["Relevé d’identité bancaire avec IBAN et BIC : à renseigner"]


def test_a_late_dossier_is_not_deposited(cast):
    dossier = cast.begin(answers_for("fdf-habitat-partage"))
    cast.now = datetime(2021, 6, 15, 22, 0, tzinfo=UTC)

    with pytest.raises(TransitionRefused):
        cast.act(dossier, "submit", "signatory")


def test_its_receipt_says_nothing_of_silence_nor_of_appeals(cast):
    dossier = received(cast)

    receipt = cast.session.scalars(select(Receipt)).one()
    assert dossier.silence_on is None
    assert [receipt.content[key] for key in ("silence", "silence_on", "remedies")] == [""] * 3
    words = receipt_manuscript(dossier, dossier.versions[0], receipt, demo_notice="")
    paper = "\n".join(lines(words.printed()))
    assert "Suite donnée au dossier" in paper
    assert "absence de réponse" not in paper
    assert "recours" not in paper
