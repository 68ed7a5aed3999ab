"""A dossier changes state through one function, and no call is known to the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import grants
from grants.calls.definition import CallDefinition
from grants.calls.loader import read_call
from grants.forms import FormDefinition

ROOT = Path(grants.__file__).parent
CALLS = [read_call(path.read_text()) for path in sorted((ROOT / "calls" / "library").glob("*"))]
HLM = next(call for call in CALLS if call.slug == "hlm-accompagnes")

#: The only modules that write a state: `start` in a draft, `fire` ever after.
DOORS = {"dossiers/operations/fire.py", "dossiers/operations/start.py"}
WRITTEN_BY_DOORS = {"state", "phase"}

#: Words of the HLM call that are words of the engine too.
ENGINE_WORDS = {
    "outcome": "a key that every decision form has",
    "amount": "a key that every decision form has",
    "rank": "a key that every decision form has",
    "reason": "a key that every decision form has",
    "selected": "one of the three outcomes",
    "waiting_list": "one of the three outcomes",
    "rejected": "one of the three outcomes",
    "draft": "a phase",
    "completion": "a phase",
    "decided": "a phase",
    "notified": "a phase",
    "editor": "a capacity in an organisation",
    "signatory": "a capacity in an organisation",
    "department": "a scope of services, a kind of territory",
    "region": "a scope of services, a kind of territory",
    "decision": "a part of every call file",
    "duration": "a type of field",
    "text": "a type of field",
    "due": "a word that messages may use",
    "summary": "a key at the top of every call file",
    "public": "the room of visitors' pages",
    "main": "the section of a form that is not cut into sections",
    "comment": "the free text of a score sheet",
    "opinion": "the table and the page of opinions",
    "started": "how far a section is, beside empty, faulty and done",
    "status": "a column of mails, a role of HTML, what an answer to the autosave says",
}
#: In templates besides.
HTML_WORDS = {"submit": "the type of a button"}


def sources() -> list[Path]:
    """Modules of the application; those of the demonstration and the migrations left out."""
    return [
        path
        for path in sorted(ROOT.rglob("*.py"))
        if path.relative_to(ROOT).parts[0] not in {"demo", "migrations"}
    ]


def writes_of_state(tree: ast.AST) -> list[int]:
    """Lines that write a dossier's state or phase, in whatever way."""
    return sorted({node.lineno for node in ast.walk(tree) if _writes_state(node)})


def _writes_state(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()):
            return name in WRITTEN_BY_DOORS
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=name), _]):
            return name in WRITTEN_BY_DOORS
        case ast.Call(func=ast.Name(id="Dossier") | ast.Attribute(attr="values" | "Dossier")):
            return any(_names_state(each.arg) for each in node.keywords) or any(
                _names_state(key) for arg in node.args for key in _keys(arg)
            )
        case ast.Constant(value=str(text)):
            return re.search(r"\b(update|insert into)\s+dossier\b", text, re.IGNORECASE) is not None
    return False


def _keys(node: ast.expr) -> list[object]:
    if not isinstance(node, ast.Dict):
        return []
    return [
        key.value if isinstance(key, ast.Constant) else getattr(key, "attr", None)
        for key in node.keys
    ]


def _names_state(name: object) -> bool:
    return name in WRITTEN_BY_DOORS


def test_only_one_function_writes_the_state_of_a_dossier():
    found = {
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if writes_of_state(ast.parse(path.read_text()))
    }

    assert found == DOORS


@pytest.mark.parametrize(
    "line",
    [
        "dossier.state = 'x'",
        "a, dossier.phase = 'x', 'y'",
        "dossier.state += 'x'",
        "dossier.state: str = 'x'",
        "setattr(dossier, 'state', 'x')",
        "Dossier(state='x')",
        "models.Dossier(phase='x')",
        "update(Dossier).values(state='x')",
        "update(Dossier).values({'phase': 'x'})",
        "update(Dossier).values({Dossier.state: 'x'})",
        "session.execute(text('UPDATE dossier SET title = 1'))",
        "for dossier.state in states: pass",
    ],
)
def test_every_way_of_writing_a_state_is_noticed(line):
    assert writes_of_state(ast.parse(line)) == [1]


@pytest.mark.parametrize(
    "line", ["x = dossier.state", "State(state='x')", "if dossier.phase == 'x': pass", "state = 1"]
)
def test_reading_a_state_is_let_pass(line):
    assert writes_of_state(ast.parse(line)) == []


def forms_of(call: CallDefinition) -> Iterator[FormDefinition]:
    yield call.form
    yield call.decision.form
    yield from call.forms.values()
    yield from (each.form for each in call.opinions.values())


def words_of(call: CallDefinition) -> frozenset[str]:
    """Every key that the author of the call chose, and the names of the call itself."""
    words = {call.slug, call.title, call.reference_prefix, *call.services, *call.messages}
    words |= {*call.opinions, *call.forms}
    circuit = call.circuit
    words |= {*circuit.states, *circuit.transitions, *circuit.roles, *circuit.clocks}
    for form in forms_of(call):
        words |= {*form.sections, *form.fields, *form.figures, *form.checks}
        for field in form.fields.values():
            words |= {*getattr(field, "options", {}), *getattr(field, "columns", {})}
    return frozenset(words)


def texts_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_no_word_of_the_call_is_written_in_python():
    words = words_of(HLM) - ENGINE_WORDS.keys()

    found = [
        f"{path.relative_to(ROOT)}:{line} {text}"
        for path in sources()
        for line, text in texts_of(ast.parse(path.read_text()))
        if text in words
    ]
    assert found == []


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.slug)
def test_no_call_is_named_in_python_or_in_a_template(call):
    texts = [text for path in sources() for _, text in texts_of(ast.parse(path.read_text()))]
    texts += [path.read_text() for path in (ROOT / "templates").rglob("*.html")]

    assert [text for text in texts if call.slug in text or call.reference_prefix in text] == []


def test_no_word_of_the_call_is_written_in_a_template():
    words = words_of(HLM) - ENGINE_WORDS.keys() - HTML_WORDS.keys()

    found = [
        f"{path.relative_to(ROOT)} {text}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for code in re.findall(r"\{[{%].*?[%}]\}", path.read_text(), re.DOTALL)
        for text in re.findall(r"""["']([^"']*)["']""", code)
        if text in words
    ]
    assert found == []


def test_the_words_that_the_engine_shares_with_the_call_are_of_the_call():
    """A word that the call no longer uses has no place in the list."""
    assert (ENGINE_WORDS.keys() | HTML_WORDS.keys()) <= words_of(HLM)


def test_the_call_has_words_to_look_for():
    assert {
        "give_region_opinion",
        "region_contributor",
        "total_cost",
        "incomplete",
        "low_rent",
    } <= (words_of(HLM) - ENGINE_WORDS.keys())
