"""A call rehearsed: its people, and dossiers simulated from the draft to their end."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from grants.accounts.models import Service, ServiceMembership
from grants.calls.loader import definition_of
from grants.calls.operations import import_call, open_call
from grants.cli import main
from grants.dossiers.operations.offers import offers_to
from grants.dossiers.roles import standing_on
from grants.rehearsal.cast import cast
from grants.rehearsal.simulation import simulate
from grants.rehearsal.walking import Stopped
from tests.definitions.rich import RICH
from tests.definitions.shared import SHARED
from tests.definitions.small import SMALL
from tests.factories import HLM_FILE, NOW
from tests.rich import a_jury, a_rich_world, slots

#: Without a Word model, which is another call's.
ALONE = SMALL.replace("model: presentation-hlm.docx, ", "")

#: A clock that carries out an act which its guard forbids.
LAPSING = ALONE.replace(
    "    tell: {label",
    "    lapse:\n"
    "      {label: Classer, done: Classé, from: [reading], to: shelved, roles: [chief],\n"
    "       guard: outcome == 'selected', refusal: Ce jardin n’est pas choisi.}\n"
    "    tell: {label",
).replace(
    "    told: {phase",
    "    shelved: {phase: closed, labels: {applicant: Classé, service: Classé}}\n"
    "    told: {phase",
).replace(
    "receipt:",
    "  clocks:\n"
    "    patience: {label: Patience, states: [reading], days: 1, fires: lapse}\n"
    "receipt:",
)  # fmt: skip


def staged(session, source, **options):
    revision = import_call(session, source, actor=None, now=NOW)
    people = cast(session, definition_of(revision), now=NOW, **options)
    return revision.call, people


def test_every_role_of_a_call_has_its_people(session):
    call, people = staged(session, RICH)

    played = {role: len([1 for each in people.players if role in each.roles]) for role in
              definition_of(call.revision).circuit.roles}  # fmt: skip

    # Two sheets are awaited: two people score.
    assert played == {
        "author": 1,
        "social_officer": 1,
        "works_officer": 1,
        "juror": 2,
        "chair": 1,
    }


def test_each_organisation_that_applies_is_another_one(session):
    _, people = staged(session, SHARED, teams=2)

    sirets = [each.siret for team in people.teams for each in team.organisations.values()]

    assert len(set(sirets)) == 4
    assert [set(team.organisations) for team in people.teams] == [{None, "evaluator"}] * 2


@pytest.mark.parametrize("source", [HLM_FILE.read_text(encoding="utf-8"), ALONE])
def test_a_call_of_some_departments_or_of_the_whole_country_may_be_opened_with_its_cast(
    session, source
):
    call, _ = staged(session, source)
    call.closes_at = NOW + timedelta(days=30)
    session.flush()

    open_call(session, call, actor=None, now=NOW)

    assert call.published_at == NOW


def test_a_cast_may_be_of_one_department_alone(session):
    staged(session, HLM_FILE.read_text(encoding="utf-8"), within=["17"])

    territories = (
        session.query(Service.kind, Service.territory).join(ServiceMembership).distinct().all()
    )

    assert sorted(map(tuple, territories)) == [("ddcs", "17"), ("dreal", "54"), ("drjscs", "54")]


def test_what_is_offered_to_nobody_yet_tells_why(session):
    world = a_rich_world(session)
    dossier = a_jury(world)
    standing = standing_on(session, world.chair, dossier, dossier.definition, now=NOW)

    [decide] = offers_to(session, dossier, dossier.definition, world.chair, standing, now=NOW)

    assert decide.transition.key == "choose"
    assert decide.not_yet == [
        "« Grille du projet » : 0 grille remise sur 2 attendues.",
        "« Audition devant le jury » : aucun créneau n’est réservé.",
    ]


def test_a_booking_is_not_possible_without_a_free_slot(session):
    world = a_rich_world(session)
    dossier = a_jury(world)
    for each in slots(world):
        session.delete(each)
    session.flush()
    standing = standing_on(session, world.author, dossier, dossier.definition, now=NOW)

    [book] = offers_to(session, dossier, dossier.definition, world.author, standing, now=NOW)

    assert book.not_yet == [
        "Aucun créneau n’est libre pour l’instant : écrivez au contact de l’appel."
    ]


@pytest.mark.databases("sqlite")
class TestSimulation:
    @pytest.mark.parametrize("source", [ALONE, RICH, SHARED], ids=["small", "rich", "shared"])
    def test_nothing_that_is_offered_is_refused(self, source):
        report = simulate(source, dossiers=12, seed=3)

        assert report.dossiers == 12
        assert sum(report.ends.values()) == 12
        assert sum(report.outcomes.values()) == 12
        assert report.documents > 0

    def test_the_same_seed_gives_the_same_report(self):
        first, second = (simulate(RICH, dossiers=8, seed=5) for _ in range(2))

        assert (first.acts, first.ends, first.waits) == (second.acts, second.ends, second.waits)

    def test_another_seed_gives_another_report(self):
        first, second = (simulate(RICH, dossiers=8, seed=seed) for seed in (5, 6))

        assert first.waits != second.waits

    def test_an_act_that_a_clock_cannot_carry_out_stops_the_simulation(self):
        with pytest.raises(Stopped) as stopped:
            simulate(LAPSING, dossiers=3, seed=1)

        assert stopped.value.reasons == ["Ce jardin n’est pas choisi."]
        assert stopped.value.person == "l’échéance"

    def test_places_that_are_all_taken_leave_dossiers_to_wait(self):
        report = simulate(RICH, dossiers=12, seed=3)

        # Three slots for twelve dossiers: the others tell what they wait for.
        assert {state for state, _ in report.stuck_in} == {"jury"}

    def test_the_command_tells_ends_waits_and_acts(self, tmp_path):
        file = tmp_path / "small.yaml"
        file.write_text(ALONE, encoding="utf-8")

        result = CliRunner().invoke(
            main, ["workflow", "simulate", str(file), "--dossiers", "4", "--seed", "2"]
        )

        assert result.exit_code == 0, result.output
        assert "4 dossiers" in result.stdout
        assert "Rien de proposé n’a été refusé." in result.stdout
        assert "Su  " in result.stdout
        assert "MÉDIANE" in result.stdout

    def test_the_command_fails_with_the_dossier_the_act_and_the_reason(self, tmp_path):
        file = tmp_path / "lapsing.yaml"
        file.write_text(LAPSING, encoding="utf-8")

        result = CliRunner().invoke(main, ["workflow", "simulate", str(file), "--dossiers", "3"])

        assert result.exit_code == 1
        assert "Dossier JP-000" in result.stderr
        assert "Ce jardin n’est pas choisi." in result.stderr
