"""Reading of a rule. Python's parser gives the tree, an allow-list bounds it; nothing is run."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

LONGEST_SOURCE: Final = 1_000
DEEPEST: Final = 30

#: Names that are values, not fields.
LITERALS: Final = {"true": True, "false": False, "unknown": None}

#: Functions, with the least and the greatest number of arguments.
FUNCTIONS: Final = {
    "any_row": (2, 2),
    "contains": (2, 2),
    "count": (1, 2),
    "euros": (1, 1),
    "filled": (1, 1),
    "max": (2, 10),
    "min": (2, 10),
    "missing": (1, 1),
    "months": (1, 1),
    "sum": (1, 2),
    "unclosed": (1, 1),
}

_COMPARISONS: Final = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
_ARITHMETIC: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_FOREIGN: Final = "cette forme n’existe pas dans les règles"
_LONE_EQUALS: Final = re.compile(r"(?<![=!<>])=(?!=)")
_TEXTS: Final = re.compile(r"'[^']*'|\"[^\"]*\"")


class RuleError(Exception):
    """A rule that cannot be read, typed or computed; French message, column from 1."""

    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(f"{message} (colonne {column})")
        self.message = message
        self.column = column


@dataclass(frozen=True, slots=True)
class Expression:
    """A rule that holds nothing but what the language allows."""

    source: str
    node: ast.expr = field(compare=False, repr=False)
    #: Fields, tables and figures that it speaks of.
    names: frozenset[str] = field(compare=False)

    def column(self, node: ast.expr) -> int:
        """Where `node` begins in the source, counted in characters from 1."""
        return len(self.source.encode()[: node.col_offset].decode()) + 1


@lru_cache(maxsize=4096)
def parse(source: str) -> Expression:
    """Read a rule.

    :raises RuleError: on whatever is not in the language, with its place.
    """
    line = source.replace("\r", " ").replace("\n", " ").replace("\t", " ")
    _refuse_outright(line)
    expression = Expression(line, _tree(line), frozenset())
    _check(expression, expression.node, 1)
    return Expression(line, expression.node, frozenset(names_in(expression.node)))


def _refuse_outright(line: str) -> None:
    if not line.strip():
        raise RuleError("la règle est vide")
    if len(line) > LONGEST_SOURCE:
        raise RuleError(f"la règle dépasse {LONGEST_SOURCE} caractères", LONGEST_SOURCE + 1)
    # A comment would swallow the lines that follow it, a backslash would hide a character.
    for sign in "#\\":
        if sign in line:
            raise RuleError(f"le signe « {sign} » n’a pas de sens ici", line.index(sign) + 1)


def _tree(line: str) -> ast.expr:
    start = len(line) - len(line.lstrip(" "))
    try:
        return _moved(ast.parse(line.strip(" "), mode="eval").body, start)
    except SyntaxError as error:
        raise _syntax_error(line, start + (error.offset or len(line) + 1)) from None
    except (ValueError, MemoryError, RecursionError):
        raise RuleError("la règle est illisible") from None


def _moved(tree: ast.expr, columns: int) -> ast.expr:
    """Python refuses blanks before an expression; put back the columns that they took."""
    if columns:
        for node in ast.walk(tree):
            if isinstance(node, ast.expr):
                node.col_offset += columns
    return tree


def _syntax_error(line: str, column: int) -> RuleError:
    without_texts = _TEXTS.sub(lambda match: " " * len(match[0]), line)
    if lone := _LONE_EQUALS.search(without_texts):
        return RuleError("pour comparer, écrire « == »", lone.start() + 1)
    return RuleError("règle illisible à partir d’ici", max(1, min(column, len(line) + 1)))


def _check(expression: Expression, node: ast.expr, depth: int) -> None:
    if depth > DEEPEST:
        raise RuleError("la règle est trop imbriquée", expression.column(node))
    refusal = _refusal(node)
    if refusal:
        raise RuleError(refusal, expression.column(node))
    for child in _operands(node):
        _check(expression, child, depth + 1)


def _operands(node: ast.expr) -> list[ast.expr]:
    """The expressions just under `node`; a function's name is none of them."""
    match node:
        case ast.Call(args=arguments):
            return arguments
        case ast.Attribute():
            return []
        case ast.Compare(left=left, ops=operators, comparators=comparators):
            lists = [
                item
                for operator, right in zip(operators, comparators, strict=True)
                for item in (_listed(right) if _is_membership(operator) else [right])
            ]
            return [left, *lists]
        case _:
            return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def _is_membership(operator: ast.cmpop) -> bool:
    return isinstance(operator, ast.In | ast.NotIn)


def _listed(node: ast.expr) -> list[ast.expr]:
    """The items of « ('a', 'b') » after « in »; else the node itself."""
    return node.elts if isinstance(node, ast.Tuple | ast.List) else [node]


def _refusal(node: ast.expr) -> str | None:
    """Why `node` is not in the language, whatever its operands."""
    match node:
        case ast.BoolOp() | ast.Name() | ast.UnaryOp(op=ast.Not() | ast.USub()):
            return None
        case ast.BinOp() | ast.Compare() | ast.Attribute():
            return _operator_refusal(node)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call_refusal(name, len(arguments))
        case ast.Constant(value=value):
            return _constant_refusal(value)
        case ast.Tuple():
            return "une liste ne vient qu’après « in » ; les décimales s’écrivent avec un point"
    return _FOREIGN


def _operator_refusal(node: ast.expr) -> str | None:
    match node:
        case ast.BinOp(op=operator) if not isinstance(operator, _ARITHMETIC):
            return "opération inconnue : écrire + - * /"
        case ast.Compare(ops=operators) if not all(
            isinstance(op, _COMPARISONS) for op in operators
        ):
            return "comparaison inconnue : écrire == != < <= > >= in"
        case ast.Attribute(value=value) if not isinstance(value, ast.Name):
            return _FOREIGN
    return None


def _call_refusal(name: str, given: int) -> str | None:
    if name not in FUNCTIONS:
        return f"fonction inconnue : « {name} » (il existe {', '.join(FUNCTIONS)})"
    least, most = FUNCTIONS[name]
    if least <= given <= most:
        return None
    expected = str(least) if least == most else f"{least} à {most}"
    return f"« {name} » attend {expected} valeur(s), {given} donnée(s)"


def _constant_refusal(value: object) -> str | None:
    match value:
        case bool() | None:
            return "écrire « true », « false » ou « unknown »"
        case float() if value in (float("inf"), float("-inf")):
            return "nombre démesuré"
        case str() | int() | float():
            return None
        case _:
            return "seuls des nombres et des textes entre apostrophes sont admis"


def names_in(node: ast.expr) -> Iterator[str]:
    """Fields, tables and figures that a part of a rule speaks of."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        yield node.value.id
    elif isinstance(node, ast.Name) and node.id not in LITERALS:
        yield node.id
    for child in _operands(node):
        yield from names_in(child)
