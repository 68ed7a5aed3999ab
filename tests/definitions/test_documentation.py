"""What the page for those who write calls says is what the engine does, and all of it."""

import io
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from docx import Document
from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from grants.calls.checks import COMMON_SLOTS, PLACEHOLDERS
from grants.calls.definition import OUTCOMES, CallDefinition
from grants.calls.loader import read_call
from grants.dossiers.papers import model_bytes
from grants.files import KINDS, NAMES
from grants.forms import AnyField, Check, FieldDefinition, FormDefinition
from grants.forms.answers import facts_of_visible
from grants.reference import bodies
from grants.rules import FUNCTIONS, LITERALS, Kind, evaluate, parse, type_of
from grants.wording import money, number
from grants.workflows.definition import REQUIREMENTS, Phase, Role

PAGE = (Path(__file__).parents[2] / "docs" / "ecrire-un-appel.md").read_text()

#: What the page lists under `<!-- list: … -->`, as the code has it.
LISTS = {
    "kinds": set(bodies.kinds()),
    "levels": set(get_args(Check.model_fields["level"].annotation)),
    "LITERALS": set(LITERALS),
    "FUNCTIONS": set(FUNCTIONS),
    "OUTCOMES": set(OUTCOMES),
    "capacities": set(get_args(Role.model_fields["capacity"].annotation)),
    "phases": set(Phase),
    "REQUIREMENTS": set(REQUIREMENTS),
    "PLACEHOLDERS": {f"{{{name}}}" for name in PLACEHOLDERS},
    "COMMON_SLOTS": set(COMMON_SLOTS),
    "file_kinds": set(KINDS),
    "file_names": {f"{{{name}}}" for name in NAMES},
}
TRUTHS = {True: "vrai", False: "faux", None: "inconnu"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def rows_under(marker: str) -> list[list[str]]:
    """The cells of each row of the table that follows a marker, its head left out."""
    assert PAGE.count(f"<!-- {marker} -->\n") == 1, marker
    table = PAGE.partition(f"<!-- {marker} -->\n")[2].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in row.strip("|").split(" |")] for row in table[2:]]


def named_under(marker: str) -> list[str]:
    """What the first column of that table names, between backquotes."""
    return [row[0].strip("` ") for row in rows_under(marker)]


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation speaks of, and those that they are made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models_in(field.annotation)
    for argument in get_args(annotation):
        yield from models_in(argument)


def keys_of(model: type[BaseModel]) -> set[str]:
    """As a file writes them; `key` is the name of the entry itself."""
    return {field.alias or name for name, field in model.model_fields.items()} - {"key"}


MODELS = {model.__name__: model for model in models_in(CallDefinition)} | {
    "FieldDefinition": FieldDefinition
}
FIELD_TYPES = {
    get_args(model.model_fields["type"].annotation)[0]: model
    for model in set(models_in(AnyField))
    if issubclass(model, FieldDefinition)
}
DESCRIBED = {
    name: model
    for name, model in MODELS.items()
    if model is FieldDefinition or not issubclass(model, FieldDefinition)
}


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_page_names_every_key_and_no_other(name):
    assert sorted(named_under(f"keys: {name}")) == sorted(keys_of(DESCRIBED[name]))


@pytest.mark.parametrize("name", LISTS)
def test_the_page_names_every_word_of_a_closed_list_and_no_other(name):
    assert sorted(named_under(f"list: {name}")) == sorted(LISTS[name])


def test_the_page_holds_no_table_that_is_not_checked():
    markers = set(re.findall(r"<!-- (.*?) -->", PAGE))

    assert markers == (
        {f"keys: {name}" for name in DESCRIBED} | {f"list: {name}" for name in LISTS} | {"types"}
    )


def test_the_page_names_every_type_of_field_with_its_own_keys():
    words = {
        kind.strip("`"): set(re.findall(r"`(\w+)", own)) for kind, _, own in rows_under("types")
    }

    own_keys = {
        kind: keys_of(model) - keys_of(FieldDefinition) for kind, model in FIELD_TYPES.items()
    }
    # The page also says which keys a column may not have.
    assert {kind: found - keys_of(FieldDefinition) for kind, found in words.items()} == own_keys


def test_the_page_says_the_territory_of_each_kind_of_service():
    said = {kind.strip("`"): scope.strip("`") for kind, scope, _ in rows_under("list: kinds")}

    assert said == dict(bodies.kinds())


def examples() -> list[dict[str, Any]]:
    return [yaml.load(text, Loader=yaml.BaseLoader) for text in blocks("yaml")]  # noqa: S506  # texts


def added(base: Any, more: Any) -> Any:
    """`more` within `base`: mappings are joined, anything else is replaced."""
    if not isinstance(base, dict) or not isinstance(more, dict):
        return more
    return base | {key: added(base.get(key), value) for key, value in more.items()}


def whole_example() -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for example in examples():
        whole = added(whole, example)
    return whole


def read(call: dict[str, Any], model: bytes | None = None) -> CallDefinition:
    """:raises CallFileInvalid: with the faults of the example."""
    text = yaml.safe_dump(call, allow_unicode=True, sort_keys=False)
    return read_call(text, models=None if model is None else lambda _: model)


def word_model(lines: list[str]) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_the_first_example_is_a_whole_call():
    assert read_call(blocks("yaml")[0], models=model_bytes).slug == "jardins-partages"


@pytest.mark.parametrize("index", range(1, len(examples())))
def test_each_example_may_be_added_to_those_before_it(index):
    whole: dict[str, Any] = {}
    for example in examples()[: index + 1]:
        whole = added(whole, example)

    assert read(whole).title == "Jardins partagés"


def test_the_examples_together_fill_the_word_model_of_the_page():
    (model,) = blocks("model")

    assert read(whole_example(), word_model(model.splitlines())).document.model == "jardins.docx"


def facts(form: FormDefinition, typed: dict[str, Any]) -> dict[str, object]:
    """What rules know of answers typed as on the page, figures included."""
    known = facts_of_visible(
        form,
        {
            key: field.read(key, MultiDict(inputs(key, typed.get(key, ""))))
            for key, field in form.fields.items()
        },
    )
    for figure in form.figures.values():
        known[figure.key] = evaluate(parse(figure.value), known)
    return known


def inputs(name: str, typed: Any) -> list[tuple[str, str]]:
    if isinstance(typed, str):
        return [(name, typed)]
    if isinstance(typed[0], str):
        return [(name, each) for each in typed]
    return [(f"{name}-{i}-{key}", text) for i, row in enumerate(typed) for key, text in row.items()]


def shown(value: object, kind: Kind) -> str:
    if value is None or isinstance(value, bool):
        return TRUTHS[value]
    assert isinstance(value, int | Fraction)
    return money(round(value)) if kind is Kind.MONEY else number(value)


def as_typed(text: str) -> str:
    """With the plain blanks of the page."""
    return " ".join(text.split())


RULES = [
    tuple(part.strip() for part in line.split("→")) for line in blocks("rules")[0].splitlines()
]


@pytest.mark.parametrize(("rule", "said"), RULES)
def test_each_rule_of_the_page_gives_what_it_says(rule, said):
    form = read(whole_example()).form
    (answers,) = blocks("answers")
    known = facts(form, yaml.load(answers, Loader=yaml.BaseLoader))  # noqa: S506  # texts
    expression = parse(rule)

    value = shown(evaluate(expression, known), type_of(expression, form.rule_types).kind)

    assert as_typed(value) == said


def test_every_function_and_literal_is_shown_at_work():
    words = set(re.findall(r"\w+", " ".join(rule for rule, _ in RULES)))

    assert {*FUNCTIONS, *LITERALS} - words == set()


def keys_used(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_used, value.values()))
    return set().union(*map(keys_used, value)) if isinstance(value, list) else set()


def test_every_key_is_used_by_an_example():
    every_key = set().union(*map(keys_of, MODELS.values()))

    assert every_key - keys_used(examples()) == set()
