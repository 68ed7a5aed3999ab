"""The demonstration: ten dossiers, each where the table of the project puts it, and four calls
more."""

import re
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation, User
from grants.accounts.passwords import problem
from grants.calls.loader import definition_of
from grants.calls.models import Call, CallStatus
from grants.calls.queries import managed_calls
from grants.database import prepare
from grants.demo import PASSWORD, build, build_library, guide, holds_demo
from grants.demo.builder import OPENED_DAYS_AGO
from grants.demo.days import workday
from grants.dossiers.awaiting import slot_of
from grants.dossiers.models import Dossier, DossierEvent
from grants.dossiers.operations import current_answers
from grants.dossiers.operations.parties import lacking_signatures
from grants.dossiers.presentation import Reader, presentation, version_numbered
from grants.dossiers.review import deposit_gaps
from grants.files import FileStore
from grants.forms import figures
from grants.wording import local_day
from grants.workflows.definition import Audience

HLM = "hlm-accompagnes"
NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return FileStore(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def demo(sqlite_files, store):
    """A session on the demonstration, built once: these tests only read."""
    engine = create_engine(sqlite_files.with_tables())
    prepare(engine)
    with Session(engine) as session:
        build(session, now=NOW)
        build_library(session, now=NOW, store=store)
        session.commit()
        yield session
    engine.dispose()


@pytest.fixture
def dossiers(demo):
    return by_organisation(demo)


@pytest.fixture
def others(demo):
    """The dossiers of the other calls."""
    return {
        name: each
        for slug in demo.scalars(select(Call.slug).where(Call.slug != HLM)).all()
        for name, each in by_organisation(demo, slug).items()
    }


def by_organisation(session, slug=HLM):
    rows = select(Dossier).join(Dossier.call).where(Call.slug == slug).order_by(Dossier.id)
    return {each.organisation.name: each for each in session.scalars(rows)}


def test_the_ten_dossiers_stand_all_along_the_circuit(session):
    build(session, now=NOW)
    session.commit()
    session.expire_all()

    assert {name: each.state for name, each in by_organisation(session).items()} == {
        "SEMIS": "notified",
        "Habitat Démo Angoumois": "incomplete",
        "Office Exemple des Deux-Vallées": "department_given",
        "SA Toit-Fictif": "region_given",
        "Coop’Habitat Test": "decided",
        "Office Démo Littoral": "submitted",
        "Bailleur Modèle": "notified",
        "Résidences Imaginaires": "draft",
        "Habitat Pilote & Cie": "submitted",
        "Logis de Démonstration": "returned",
    }


def test_households_cost_and_amount_asked_are_those_of_the_table(dossiers):
    def row(dossier):
        call = definition_of(dossier.revision)
        found = figures(call.form, current_answers(dossier, call))
        keys = ("households_count", "cost", "asked")
        households, cost, asked = (int(Fraction(found[key].value)) for key in keys)
        return (households, cost // 100, asked // 100)

    rows = {name: row(each) for name, each in dossiers.items()}
    assert rows == {
        "SEMIS": (30, 47_000, 20_000),
        "Habitat Démo Angoumois": (24, 52_800, 26_400),
        "Office Exemple des Deux-Vallées": (45, 58_500, 18_000),
        "SA Toit-Fictif": (12, 42_000, 33_600),
        "Coop’Habitat Test": (60, 96_000, 40_000),
        "Office Démo Littoral": (18, 27_000, 9_000),
        "Bailleur Modèle": (36, 61_200, 30_600),
        "Résidences Imaginaires": (20, 38_000, 19_000),
        "Habitat Pilote & Cie": (15, 24_750, 12_000),
        "Logis de Démonstration": (40, 70_000, 28_000),
    }
    assert [sum(column) for column in zip(*rows.values(), strict=True)] == [300, 517_250, 236_600]


def test_the_draft_is_blocked_by_its_budget_alone(dossiers):
    draft = dossiers["Résidences Imaginaires"]
    call = definition_of(draft.revision)

    (gap,) = deposit_gaps(call, current_answers(draft, call))
    assert re.sub(r"\s", " ", gap.message) == (
        "Les ressources (36 000 €) ne font pas le coût (38 000 €) : écart de 2 000 €."
    )


def test_the_completed_dossier_has_two_versions_and_the_late_one_is_late(dossiers):
    assert dossiers["Office Démo Littoral"].version_number == 2
    assert dossiers["Habitat Pilote & Cie"].due_on < local_day(NOW)


def test_decisions_are_those_told(dossiers):
    decisions = {
        name: (each.decision.outcome, each.decision.amount_cents, each.decision.rank)
        for name, each in dossiers.items()
        if each.decision
    }
    assert decisions == {
        "SEMIS": ("selected", 2_000_000, None),
        "Coop’Habitat Test": ("selected", 3_000_000, None),
        "Bailleur Modèle": ("waiting_list", None, 1),
    }


def test_invented_opinions_scores_and_decisions_say_so(dossiers, others):
    texts = [
        text
        for each in [*dossiers.values(), *others.values()]
        for answers in [
            *(opinion.answers for opinion in each.opinions),
            *(sheet.answers for sheet in each.sheets),
            *([each.decision.answers] if each.decision else []),
        ]
        for text in answers.values()
        if isinstance(text, str) and " " in text
    ]
    assert len(texts) > 45
    assert [text for text in texts if not text.startswith("Données de démonstration.")] == []


def test_signs_that_word_must_not_lose_are_in_the_document(dossiers):
    dossier = dossiers["Habitat Pilote & Cie"]
    content = presentation(
        dossier,
        definition_of(dossier.revision),
        Reader(Audience.SERVICE),
        version=version_numbered(dossier, 1),
        demo_notice="",
        now=NOW,
    )
    assert content["project_name"] == "Tilleuls & Cèdres, 15 ménages < 1 000 €"


def test_acts_follow_one_another_on_working_days_of_the_past(dossiers, others, demo):
    events = demo.scalars(select(DossierEvent).order_by(DossierEvent.id)).all()
    for dossier in [*dossiers.values(), *others.values()]:
        moments = [dossier.created_at, *(each.at for each in dossier.events)]
        assert moments == sorted(moments)
    assert max(each.at for each in events) < NOW
    assert Counter(local_day(each.at).weekday() for each in events).keys() <= {0, 1, 2, 3, 4}


# The other calls of the library


def test_every_call_of_the_library_is_open_today_and_managed(demo):
    calls = managed_calls(demo, demo.scalars(select(User).where(User.manages_calls)).one())

    assert {each.slug: each.status(NOW) for each in calls} == dict.fromkeys(
        (HLM, "ami-cget-2019", "fdf-habitat-partage", "fej-2009", "fnavdl-paca-2020"),
        CallStatus.OPEN,
    )


def test_the_other_dossiers_stand_at_telling_stages(others):
    assert {name: each.state for name, each in others.items()} == {
        "Colocations Solidaires Démo": "decided",
        "Tremplin vers l’Emploi Démo": "convened",
        "Ateliers Fictifs": "convened",
        "École des Parents Test": "preselected",
        "Maison du Quai Démo": "instruction",
        "Béguinage Test": "draft",
        "Passerelle Démo": "draft",
        "Logements Solidaires Démo": "agreement_evaluator",
        "Un Toit un Appui Démo": "committee",
        "Habitat Azur Test": "submitted",
    }


def test_the_jury_has_heard_one_more_association_and_will_hear_another(others):
    heard, awaited = others["Tremplin vers l’Emploi Démo"], others["Ateliers Fictifs"]

    assert slot_of(heard, "jury").starts_at < NOW < slot_of(awaited, "jury").starts_at
    assert [each.returned_at is not None for each in heard.sheets] == [True, False]
    assert slot_of(others["École des Parents Test"], "jury") is None


def test_one_pair_lacks_the_signature_of_its_evaluator_alone(others):
    pair = others["Passerelle Démo"]
    call = definition_of(pair.revision)

    assert deposit_gaps(call, current_answers(pair, call)) == []
    assert lacking_signatures(pair, call, None) == ["Évaluateur : n’a pas encore signé."]


def test_half_of_the_opinions_of_the_committee_are_given(others):
    given = {
        each.opinion_key: each.given_at is not None
        for each in others["Un Toit un Appui Démo"].opinions
    }
    assert given == {"department": True, "region": True, "consulted": True, "region_social": False}


def test_pieces_are_there_to_be_opened_but_for_the_one_that_a_draft_lacks(others, store):
    whole, lacking = others["Maison du Quai Démo"], others["Béguinage Test"]
    call = definition_of(lacking.revision)

    assert len(whole.files) == 7
    assert store.missing({each.sha256 for each in whole.files}) == []
    assert [each.message for each in deposit_gaps(call, current_answers(lacking, call))] == [
        "Relevé d’identité bancaire avec IBAN et BIC : à renseigner"
    ]


@pytest.mark.parametrize("days", range(7))
def test_working_days_are_counted_back_from_any_day_of_the_week(days):
    now = NOW + timedelta(days=days)
    counted = [workday(now, ago, time(9)) for ago in range(1, 31)]

    assert all(later > earlier for later, earlier in pairwise(counted))
    assert {each.weekday() for each in counted} == {0, 1, 2, 3, 4}
    # The oldest act must come after the call's opening, the latest before the present instant.
    assert now - timedelta(days=OPENED_DAYS_AGO - 1) < counted[-1] < counted[0] < now


def test_every_account_is_a_role_of_nobody_and_is_listed(demo):
    users = demo.scalars(select(User)).all()

    assert {each.email for each in guide()} == {each.email for each in users}
    assert [each.email for each in users if not each.email.endswith(".example.org")] == []
    assert [each.name for each in users if not each.name.endswith(" – démo")] == []


def test_the_shared_password_would_be_accepted_from_anybody():
    assert problem(PASSWORD) is None


@pytest.mark.databases("sqlite")
def test_the_demonstration_is_told_from_any_other_database(demo, session):
    session.add(Organisation(siret="12345678200002", name="SEMIS", created_at=NOW))
    session.flush()

    assert (holds_demo(session), holds_demo(demo)) == (False, True)
