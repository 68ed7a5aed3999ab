"""The picture of a circuit, and its text: nothing is missing, and nothing lies on anything else."""

import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from lxml import etree

from grants.workflows.definition import Audience, Circuit
from grants.workflows.drawing import chart_of, stages_of, svg_of
from grants.workflows.drawing.boxes import BOX, rows_of
from grants.workflows.drawing.chart import UNSEEN
from grants.workflows.drawing.layout import layout_of
from grants.workflows.drawing.lettering import TITLE, width_of, wrapped
from tests.factories import HLM_FILE
from tests.unit.test_workflows import circuit

SVG = "{http://www.w3.org/2000/svg}"
HLM = Circuit.model_validate(yaml.safe_load(Path(HLM_FILE).read_text("utf-8"))["circuit"])


def a_long_circuit(size: int = 20) -> Circuit:
    """Half of the states follow one another; the others are left and come back to."""
    half = size // 2
    acts = [(f"Passer de l’étape {at} à la suivante", [at], at + 1) for at in range(half - 1)]
    for at in range(half, size):
        near = at - half
        acts.append((f"Demander un complément d’information {at}", [near, (near + 3) % half], at))
        acts.append((f"Revenir {at}", [at], max(0, near - 2)))
        acts.append((f"Relancer {at}", [at], at))
    acts.append(("Abandonner", list(range(size - 1)), size - 1))
    return Circuit.model_validate(
        {
            "initial": "s0",
            "roles": {"reader": {"label": "Lecteur", "service": "office", "capacity": "head"}},
            "states": {
                f"s{at}": {
                    "phase": "draft" if at == 0 else "closed" if at == size - 1 else "review",
                    "labels": {
                        "applicant": f"Étape {at}",
                        "service": f"Étape numéro {at}, avis à rendre par le service compétent",
                    },
                }
                for at in range(size)
            },
            "transitions": {
                f"t{number}": {
                    "label": label,
                    "done": label,
                    "from": [f"s{at}" for at in sources],
                    "to": f"s{target}",
                    "roles": ["reader"],
                    "style": "primary" if target in {at + 1 for at in sources} else "secondary",
                }
                for number, (label, sources, target) in enumerate(acts)
            },
        }
    )


CIRCUITS = {"hlm": HLM, "every phase": circuit(), "twenty states": a_long_circuit()}
everywhere = pytest.mark.parametrize("drawn", CIRCUITS.values(), ids=CIRCUITS)
for_everybody = pytest.mark.parametrize("audience", list(Audience))


def picture(chart) -> etree._Element:
    return etree.fromstring(svg_of(chart, title="Circuit"))


def written(element) -> str:
    return " ".join(text.text or "" for text in element.iter(f"{SVG}text"))


@everywhere
def test_every_state_and_every_act_out_of_it_is_drawn_once(drawn):
    svg = picture(chart_of(drawn, Audience.SERVICE))
    places = [each for each in svg.iter(f"{SVG}g") if each.get("class") == "place"]
    assert sorted(each.get("data-place") for each in places) == sorted(drawn.states)
    for place in places:
        state = drawn.states[place.get("data-place")]
        assert state.labels.service in written(place)
        for act in drawn.leaving(state.key):
            if act.to == state.key:
                assert written(place).count(act.label) == 1
    arrows = [each for each in svg.iter(f"{SVG}g") if each.get("class") == "move"]
    expected = Counter(
        (act.key, act.label)
        for act in drawn.transitions.values()
        for source in act.sources
        if source != act.to
    )
    assert Counter((each.get("data-act"), written(each)) for each in arrows) == expected


@everywhere
@for_everybody
def test_no_box_lies_on_another_and_no_text_leaves_the_picture(drawn, audience):
    layout = layout_of(chart_of(drawn, audience, here=drawn.initial))
    for one, other in combinations(layout.boxes, 2):
        beside = one.x + BOX < other.x or other.x + BOX < one.x
        above = one.bottom < other.y or other.bottom < one.y
        assert beside or above, (one.place.key, other.place.key)
    labels = [line for arrow in layout.arrows for line in arrow.label]
    for line in [*labels, *(line for box in layout.boxes for line in box.lines)]:
        begins, ends = line.extent
        assert 0 <= begins < ends <= layout.width, line.text
        assert line.style.size <= line.y <= layout.height, line.text


@everywhere
@for_everybody
def test_arrows_lie_on_one_another_only_where_they_join(drawn, audience):
    layout = layout_of(chart_of(drawn, audience))
    runs = [
        ((arrow.move.target, arrow.move.back), each)
        for arrow in layout.arrows
        for each in zip(arrow.points, arrow.points[1:], strict=False)
    ]
    for (one, first), (other, second) in combinations(runs, 2):
        if one != other:
            assert not same_line(first, second), (one, first, other, second)


def same_line(first, second) -> bool:
    """Whether two runs along one axis share more than a point."""
    for along, across in ((0, 1), (1, 0)):
        if len({point[across] for point in (*first, *second)}) == 1:
            (a, b), (c, d) = (sorted(point[along] for point in run) for run in (first, second))
            return max(a, c) < min(b, d)
    return False


@everywhere
@for_everybody
def test_no_label_is_crossed_by_an_arrow_or_lies_on_a_box_or_a_label(drawn, audience):
    layout = layout_of(chart_of(drawn, audience))
    labels = [area(line) for arrow in layout.arrows for line in arrow.label]
    boxes = [(box.x, box.y, box.x + BOX, box.bottom) for box in layout.boxes]
    runs = [
        (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
        for arrow in layout.arrows
        for a, b in zip(arrow.points, arrow.points[1:], strict=False)
    ]
    for number, label in enumerate(labels):
        for other in [*labels[number + 1 :], *boxes, *runs]:
            assert not overlap(label, other), (label, other)


def area(line) -> tuple[float, float, float, float]:
    """Without what hangs below the baseline."""
    begins, ends = line.extent
    return begins, line.y - 10, ends, line.y


def overlap(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_states_that_applicants_read_alike_are_one_place():
    chart = chart_of(HLM, Audience.APPLICANT, here="decided")
    examined = next(each for each in chart.places if each.here)
    assert (examined.label, examined.states) == (
        "En cours d’examen",
        ("department_given", "returned", "region_given", "decided"),
    )
    assert examined == next(
        each for each in chart_of(HLM, Audience.APPLICANT, here="region_given").places if each.here
    )


def test_applicants_are_shown_no_act_that_is_not_for_them():
    hidden = {act.label for act in HLM.transitions.values() if not act.visible_to_applicant}
    chart = chart_of(HLM, Audience.APPLICANT)
    assert hidden == {
        "Renvoyer au département",
        "Enregistrer la décision",
        "Corriger la décision",
        "Décider à nouveau (liste d’attente)",
    }
    told = str(stages_of(chart)) + svg_of(chart, title="Circuit")
    assert [label for label in hidden if label.lower() in told.lower()] == []


def test_a_way_that_only_an_unseen_act_opens_is_drawn_without_its_name():
    hidden = circuit(
        ("states/reading/labels", {"applicant": "Lu", "service": "Lu"}),
        ("states/chosen/labels", {"applicant": "Choisi", "service": "Choisi"}),
        ("transitions/choose/visible_to_applicant", False),
    )
    (move,) = [
        each for each in chart_of(hidden, Audience.APPLICANT).moves if each.target == "chosen"
    ]
    assert (move.label, move.act, move.source) == (UNSEEN, None, "reading")


def test_the_text_tells_who_does_what_from_where_to_where():
    sound = circuit(("transitions/choose/style", "primary"), ("transitions/tell/style", "primary"))
    stages = stages_of(chart_of(sound, Audience.SERVICE, here="lacking", visited=["writing"]))
    assert [(each.note, each.acts) for each in stages] == [
        ("étape passée", ("Auteur : envoyer → vers « Là »",)),
        (
            "",
            (
                "Lecteur : demander → vers « Là »",
                "Lecteur : choisir → vers « Là »",
                "Auteur, Lecteur ou automatiquement à l’échéance : partir → vers « Là »",
            ),
        ),
        ("", ("Lecteur : dire → vers « Là »",)),
        ("", ("Lecteur : choisir → retour vers « Là »",)),
        (
            "le dossier est ici",
            (
                "Auteur : répondre → retour vers « Là »",
                "Auteur, Lecteur ou automatiquement à l’échéance : partir → vers « Là »",
            ),
        ),
        ("", ()),
    ]


def test_the_present_place_and_those_passed_are_marked_in_words():
    svg = picture(chart_of(HLM, Audience.SERVICE, here="submitted", visited=["draft", "submitted"]))
    marked = {
        place.get("data-place"): written(place)
        for place in svg.iter(f"{SVG}g")
        if place.get("class") == "place"
    }
    assert marked["submitted"].startswith("Le dossier est ici")
    assert marked["draft"].startswith("Étape passée")
    assert sum("Étape passée" in each or "ici" in each for each in marked.values()) == 2


def test_labels_are_escaped():
    odd = circuit(
        ("states/writing/labels", {"applicant": "A", "service": "<script>&\"'"}),
        ("transitions/send/label", "</text><image href='x'/>"),
    )
    svg = svg_of(chart_of(odd, Audience.SERVICE), title="<b>&")
    assert etree.fromstring(svg).find(f"{SVG}title").text == "<b>&"
    assert [each for each in ("<script", "<image", "<b>") if each in svg] == []


def test_a_picture_holds_no_style_that_the_site_refuses():
    svg = picture(chart_of(HLM, Audience.SERVICE, here="submitted"))
    assert [each.tag for each in svg.iter() if "style" in each.attrib or each.tag == "style"] == []
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", "circuit-title circuit-desc")


@everywhere
def test_dashed_arrows_that_join_are_drawn_from_their_common_tip(drawn):
    moves = [
        [path.get("d") for path in each.iter(f"{SVG}path")]
        for each in picture(chart_of(drawn, Audience.SERVICE)).iter(f"{SVG}g")
        if each.get("class") == "move"
    ]
    tips = [re.match(r"M\d+ \d+", tip).group() for _, tip in moves]

    assert [re.match(r"M\d+ \d+", line).group() for line, _ in moves] == tips


def test_what_several_do_in_parallel_is_told_after_the_other_acts_of_a_place():
    ami = yaml.safe_load(HLM_FILE.with_name("ami-cget-2019.yaml").read_text("utf-8"))
    chart = chart_of(Circuit.model_validate(ami["circuit"]), Audience.SERVICE)
    told = [row.text for row in rows_of(chart, chart.place("convened")) if row.text]

    assert told == [
        "Audition réservée,",
        "grilles à remettre",
        "Réserver un créneau",
        "d’audition",
        "En parallèle :",
        "Remettre ma grille",
    ]


@everywhere
def test_a_picture_is_drawn_twice_alike(drawn):
    first, second = (svg_of(chart_of(drawn, Audience.SERVICE), title="Circuit") for _ in range(2))
    assert first == second


def test_a_word_too_long_for_its_line_is_cut():
    lines = wrapped("Interdépartementalisation des dossiers", TITLE, 80)
    assert "".join(lines).replace(" ", "") == "Interdépartementalisationdesdossiers"
    assert max(width_of(line, TITLE) for line in lines) <= 80
