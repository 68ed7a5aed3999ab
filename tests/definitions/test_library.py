"""What each call of the library says of a complete set of answers, and of one with a slip in it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from grants.calls.loader import read_call
from grants.dossiers.eligibility import unmet_criteria
from grants.dossiers.papers import model_bytes
from grants.dossiers.review import deposit_gaps
from grants.forms import decode_answers, figures, findings
from grants.reference.bodies import kinds
from grants.workflows.definition import Audience, Phase
from tests.answers import LIBRARY, answers_for, call_of, encoded_answers, source_of

AMI, FDF, FEJ, FNAVDL = SLUGS = (
    "ami-cget-2019",
    "fdf-habitat-partage",
    "fej-2009",
    "fnavdl-paca-2020",
)
CALLS = {slug: call_of(slug) for slug in SLUGS}


def count(number: int) -> dict[str, Any]:
    return {"number": number, "approximate": False}


#: Call; a slip: {path in the stored answers: value, None to take it out}; checks that it raises.
SLIPS: list[tuple[str, dict[str, Any], list[str]]] = [
    (AMI, {"association_1901": False}, ["not_an_association"]),
    (AMI, {"years_old": count(2)}, ["too_young"]),
    (AMI, {"employees": count(4)}, ["too_few_employees"]),
    (AMI, {"results.1.positive": False}, ["losses"]),
    (AMI, {"agglomerations": ["Nantes"]}, ["too_few_agglomerations"]),
    (AMI, {"deployment": "none"}, ["cannot_deploy"]),
    (AMI, {"independent_model": False}, ["dependent_model"]),
    (AMI, {"measurable_effect": False}, ["no_measurable_effect"]),
    (AMI, {"sites.1.places": count(119)}, ["places_by_site"]),
    (AMI, {"plan.0.places": count(121)}, ["places_by_year"]),
    (AMI, {"plan.0.dwellings": count(31)}, ["dwellings_by_year"]),
    # Eight hundred places in all, as if they were not added to those that exist.
    (
        AMI,
        {"indicators.0.y2021": count(800)},
        ["additional_is_not_total", "more_flat_sharers_than_places"],
    ),
    (AMI, {"sites.0.places": None}, ["places_missing"]),
    (AMI, {"sites.0.places": count(11)}, ["fewer_places_than_dwellings"]),
    (AMI, {"indicators.2.y2020": count(1271)}, ["mentors_among_flat_sharers"]),
    (AMI, {"indicators.1.baseline": count(821)}, ["more_flat_sharers_than_places"]),
    (AMI, {"budget.1.own": 3_999_999}, ["budget_balanced"]),
    (AMI, {"asked_total": 63_000_000}, ["asked_by_year"]),
    (
        AMI,
        {f"budget.{year}.grant": 0 for year in range(3)},
        ["budget_balanced", "asked_by_year", "asked_something"],
    ),
    (
        AMI,
        {
            "budget.2.grant": 40_000_000,
            "budget.2.authorities": 6_000_000,
            "asked_total": 84_000_000,
        },
        ["heavier_at_the_end"],
    ),
    (AMI, {f"sites.{site}.zone": "none" for site in range(6)}, ["no_priority_district"]),
    (AMI, {"sites.0.zone": "zus"}, ["old_zone"]),
    (AMI, {"partners.1.kind": "other"}, ["no_landlord"]),
    (AMI, {"partners.0.amount": 90_000_000}, ["partners_beyond_budget"]),
    (FDF, {"not_for_profit": False}, ["for_profit"]),
    (FDF, {"own_project": False}, ["project_of_another"]),
    (FDF, {"costs.0.amount": 5_300_000}, ["budget_balanced"]),
    (FDF, {"financing.0.origin": "private"}, ["asked_something"]),
    (FDF, {"publics": ["elderly"]}, ["one_public_only"]),
    (FDF, {"residents": count(21)}, ["more_residents_than_places"]),
    (FDF, {"dwellings": count(21)}, ["fewer_places_than_dwellings"]),
    (FDF, {"dwellings": count(20), "form_of_housing": "flat"}, ["one_place_by_dwelling"]),
    (FDF, {"quality": ["territory"]}, ["one_criterion_only"]),
    (FDF, {"partner_letter": None}, ["no_partner_letter"]),
    (FDF, {f"financing.{line}.status": "requested" for line in range(4)}, ["nothing_granted"]),
    (FEJ, {"budget.0.own": 900_000}, ["budget_balanced"]),
    (FEJ, {f"budget.{year}.fund": 0 for year in range(4)}, ["budget_balanced", "asked_something"]),
    (FEJ, {"evaluation_cost": 4_400_000}, ["evaluation_within_cost"]),
    (FEJ, {"sample": count(91)}, ["sample_among_the_young"]),
    (
        FEJ,
        {"budget.1.fund": 10_000_000, "budget.1.cofinancing": 0},
        ["fund_beyond_half"],
    ),
    (FEJ, {"independent": False}, ["dependent_evaluator"]),
    (FEJ, {"method": "before_after"}, ["no_comparison"]),
    (FEJ, {"sites.0.places": count(5)}, ["places_below_dwellings"]),
    (FEJ, {f"sites.{site}.zone": "other" for site in range(3)}, ["no_priority_district"]),
    (FEJ, {"duration": {"number": 4, "unit": "years"}}, ["longer_than_three_years"]),
    (FEJ, {"partners.1.agreement": "expected"}, ["agreements_expected"]),
    (FNAVDL, {"costs.0.amount": 15_000_000}, ["budget_balanced"]),
    (FNAVDL, {"financing.0.fund": "other"}, ["asked_something"]),
    (FNAVDL, {"dalo_households": count(61)}, ["dalo_among_households"]),
    (FNAVDL, {f"measures.{line}.households": count(0) for line in range(5)}, ["no_measure"]),
    (FNAVDL, {"landlords": None}, ["no_landlord"]),
    (
        FNAVDL,
        {"costs.2.amount": 500_000, "costs.3.amount": 0},
        ["letting_cost_without_measure"],
    ),
    (FNAVDL, {"dwellings": count(0)}, ["towards_without_dwellings"]),
    (FNAVDL, {"situations": ["eviction"]}, ["situation_of_dalo"]),
    (FNAVDL, {"financing.1.fund": "state"}, ["state_twice"]),
    (FNAVDL, {f"financing.{line}.status": "pending" for line in range(4)}, ["nothing_granted"]),
]


def with_slip(slug: str, slip: dict[str, Any]) -> dict[str, Any]:
    """The complete answers of the call, typed, after the slip."""
    stored = deepcopy(encoded_answers(slug))
    for path, value in slip.items():
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = stored
        for step in way:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return decode_answers(CALLS[slug].form, stored)


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_file_of_the_library_has_no_fault_and_the_name_of_its_call(path):
    assert read_call(path.read_text(), models=model_bytes).slug == path.stem


@pytest.mark.parametrize("slug", SLUGS)
def test_the_complete_answers_may_be_deposited_and_raise_nothing(slug):
    call, answers = CALLS[slug], answers_for(slug)

    assert unmet_criteria(call, answers) == []
    assert deposit_gaps(call, answers) == []
    assert findings(call.form, answers) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_complete_answers_are_stored_as_they_were_read(slug):
    fields, stored = CALLS[slug].form.fields, encoded_answers(slug)

    assert {key: fields[key].encode(value) for key, value in answers_for(slug).items()} == stored


@pytest.mark.parametrize(
    ("slug", "slip", "raised"), SLIPS, ids=[f"{slug}: {raised[0]}" for slug, _, raised in SLIPS]
)
def test_a_slip_raises(slug, slip, raised):
    form = CALLS[slug].form

    assert [each.check for each in findings(form, with_slip(slug, slip))] == raised


@pytest.mark.parametrize("slug", SLUGS)
def test_the_table_of_slips_tells_every_check(slug):
    told = {check for each, _, raised in SLIPS if each == slug for check in raised}

    assert told == set(CALLS[slug].form.checks)


@pytest.mark.parametrize(
    ("slug", "key", "shown"),
    [
        (AMI, "asked", "640\u202f000\xa0€"),
        (AMI, "places_open", "40"),
        (AMI, "places_added", "800"),
        (AMI, "dwellings_added", "200"),
        (AMI, "share_first_year", "52,6\xa0%"),
        (AMI, "share_last_year", "33,3\xa0%"),
        (FDF, "asked", "35\u202f000\xa0€"),
        (FDF, "share_asked", "43,8\xa0%"),
        (FEJ, "fej_total", "183\u202f000\xa0€"),
        (FEJ, "share_fej", "46,9\xa0%"),
        (FNAVDL, "asked", "120\u202f000\xa0€"),
        (FNAVDL, "cost_per_household", "3\u202f166,67\xa0€"),
    ],
)
def test_the_figures_of_the_complete_answers(slug, key, shown):
    assert figures(CALLS[slug].form, answers_for(slug))[key].text == shown


@pytest.mark.parametrize(
    ("threshold", "below", "at_it"),
    [("years_old", 2, 3), ("employees", 4, 5)],
)
def test_a_threshold_of_the_ami_is_met_by_its_own_number(threshold, below, at_it):
    call = CALLS[AMI]
    unmet = unmet_criteria(call, with_slip(AMI, {threshold: count(below)}))

    assert [each.field for each in unmet] == [threshold]
    assert unmet_criteria(call, with_slip(AMI, {threshold: count(at_it)})) == []


def test_two_agglomerations_are_enough_for_the_ami():
    answers = with_slip(AMI, {"agglomerations": ["Nantes", "Lille"]})

    assert unmet_criteria(CALLS[AMI], answers) == []


def test_the_places_of_the_ami_by_theme_are_those_of_its_laureates():
    quota = CALLS[AMI].quotas["theme"]

    assert (list(quota.places.values()), quota.total) == ([9, 11, 21, 3], 44)
    assert sum(quota.places.values()) == quota.total


def test_the_fifty_four_of_the_ami_find_a_slot_on_one_day():
    starts = [start for run in CALLS[AMI].hearings["jury"].slots for start in run.starts]

    assert len(starts) >= 54
    assert {f"{start:%Y-%m-%d}" for start in starts} == {"2019-04-19"}


def test_the_fej_has_eleven_scores_in_two_grids():
    assert [len(grid.criteria) for grid in CALLS[FEJ].grids.values()] == [6, 5]


def test_no_service_of_the_state_reads_the_call_of_the_foundation():
    call = CALLS[FDF]

    assert {each.kind for each in call.services.values()} & set(kinds()) == set()
    assert all(each.name for each in call.services.values())
    assert (call.receipt.silence_months, call.receipt.silence, call.receipt.remedies) == (
        None,
        "",
        "",
    )


def test_the_pieces_of_the_foundation_are_named_after_the_association():
    pieces = CALLS[FDF].form.sections["pieces"].fields

    assert pieces["statutes"].named == "{holder} STATUTS"
    assert all(each.named.startswith("{holder} ") for each in pieces.values())


@pytest.mark.parametrize("slug", SLUGS)
def test_each_state_says_what_to_do_to_each_role_whose_turn_it_is(slug):
    for state in CALLS[slug].circuit.states.values():
        assert set(state.turn) <= state.todo.keys(), state.key


@pytest.mark.parametrize("slug", SLUGS)
def test_each_state_that_waits_for_a_service_says_so_to_the_others(slug):
    circuit = CALLS[slug].circuit
    for state in circuit.states.values():
        waits = any(circuit.roles[role].audience is Audience.SERVICE for role in state.turn)
        if waits and state.phase is not Phase.DRAFT:
            assert state.todo[Audience.APPLICANT], state.key
            assert state.todo[Audience.SERVICE], state.key


@pytest.mark.parametrize("slug", SLUGS)
def test_each_hand_over_mails_whoever_it_falls_to(slug):
    """An act that gives the turn to other roles tells at least one of them."""
    call = CALLS[slug]
    circuit = call.circuit
    for act in circuit.transitions.values():
        turn = set(circuit.states[act.to].turn)
        # Those who act know of it themselves.
        others = turn - set(act.roles)
        if act.to in act.sources or not others or circuit.states[act.to].phase is Phase.DECIDED:
            continue
        told = {role for key in act.mails for role in call.messages[key].to}
        assert told & turn, act.key


@pytest.mark.parametrize("slug", SLUGS)
def test_each_mail_is_sent_by_an_act_or_a_clock(slug):
    call = CALLS[slug]
    sent = {key for act in call.circuit.transitions.values() for key in act.mails}
    sent |= {clock.message for clock in call.circuit.clocks.values() if clock.message}

    assert sent == set(call.messages)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_clock_reminds_those_who_can_act(slug):
    circuit = CALLS[slug].circuit
    for clock in circuit.clocks.values():
        acting = {role for state in clock.states for role in circuit.states[state].turn}
        assert clock.reminders, clock.key
        assert acting & set(clock.remind), clock.key


@pytest.mark.parametrize("slug", SLUGS)
def test_the_file_says_at_its_head_what_was_chosen_for_want_of_a_source(slug):
    head = source_of(slug).partition("\nslug:")[0]

    assert all(line.startswith("# ") for line in head.strip().splitlines())
    assert "réglages plausibles" in head
