"""What a rule speaks of, and the check that it compares what can be compared."""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Final, cast

from grants.rules.expression import LITERALS, Expression, RuleError


class Kind(StrEnum):
    NUMBER = "number"
    MONEY = "money"
    RATIO = "ratio"
    TEXT = "text"
    TRUTH = "truth"
    LIST = "list"
    DATE = "date"
    DURATION = "duration"
    CHOICE = "choice"
    CHOICES = "choices"
    TABLE = "table"
    UNKNOWN = "unknown"


_FRENCH: Final = {
    Kind.NUMBER: "un nombre",
    Kind.MONEY: "un montant",
    Kind.RATIO: "une part",
    Kind.TEXT: "un texte",
    Kind.TRUTH: "une condition",
    Kind.LIST: "une liste",
    Kind.DATE: "une date",
    Kind.DURATION: "une durée",
    Kind.CHOICE: "un choix",
    Kind.CHOICES: "un choix multiple",
    Kind.TABLE: "un tableau",
    Kind.UNKNOWN: "une valeur inconnue",
}


@dataclass(frozen=True, slots=True)
class RuleType:
    kind: Kind
    #: The column types of a table.
    columns: Mapping[str, "RuleType"] = field(default_factory=dict, hash=False)
    #: The option keys of a choice; empty: not checked.
    options: tuple[str, ...] = ()


NUMBER: Final = RuleType(Kind.NUMBER)
MONEY: Final = RuleType(Kind.MONEY)
RATIO: Final = RuleType(Kind.RATIO)
TEXT: Final = RuleType(Kind.TEXT)
TRUTH: Final = RuleType(Kind.TRUTH)
LIST: Final = RuleType(Kind.LIST)
DATE: Final = RuleType(Kind.DATE)
DURATION: Final = RuleType(Kind.DURATION)
_UNKNOWN: Final = RuleType(Kind.UNKNOWN)

_COUNTED: Final = {Kind.TABLE, Kind.LIST, Kind.CHOICES}
_WRITTEN: Final = {Kind.TEXT, Kind.LIST}
_NUMERIC: Final = {Kind.NUMBER, Kind.RATIO}
_ORDERED: Final = {Kind.NUMBER, Kind.RATIO, Kind.MONEY, Kind.DATE}
_INSTEAD: Final = {
    Kind.TABLE: "compter ses lignes avec count(…)",
    Kind.LIST: "compter ses lignes avec count(…)",
    Kind.CHOICES: "écrire 'option' in le_champ",
    Kind.DURATION: "écrire months(…)",
}


def choice_of(options: Iterable[str]) -> RuleType:
    return RuleType(Kind.CHOICE, options=tuple(options))


def choices_of(options: Iterable[str]) -> RuleType:
    return RuleType(Kind.CHOICES, options=tuple(options))


def table_of(columns: Mapping[str, RuleType]) -> RuleType:
    return RuleType(Kind.TABLE, columns=dict(columns))


def nearest(name: str, names: Iterable[str]) -> str:
    """« — vouliez-vous dire « cost » ? », or nothing when no name is near."""
    found = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f" — vouliez-vous dire « {found[0]} » ?" if found else ""


def type_of(expression: Expression, types: Mapping[str, RuleType]) -> RuleType:
    """The type of what the rule computes.

    :raises RuleError: unknown name, column or option, or values that do not go together.
    """
    return _Typing(expression, types).of(expression.node)


@dataclass(frozen=True, slots=True)
class _Typing:
    expression: Expression
    types: Mapping[str, RuleType]
    #: The table whose row a condition is about, inside sum(…), count(…) and any_row(…).
    row_of: str | None = None

    def of(self, node: ast.expr) -> RuleType:
        return _BY_NODE[type(node)](self, node)

    def _error(self, node: ast.expr, message: str) -> RuleError:
        return RuleError(message, self.expression.column(node))

    def constant(self, node: ast.Constant) -> RuleType:
        return TEXT if isinstance(node.value, str) else NUMBER

    def name(self, node: ast.Name) -> RuleType:
        name = node.id
        if name in LITERALS:
            return _UNKNOWN if LITERALS[name] is None else TRUTH
        if name not in self.types:
            raise self._error(node, f"nom inconnu : « {name} »{nearest(name, self.types)}")
        return self.types[name]

    def _column(self, node: ast.expr) -> tuple[str, RuleType]:
        """The table that `table.column` names, and the column's type."""
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            raise self._error(node, "« sum » attend une colonne : écrire sum(tableau.colonne)")
        table, column = node.value.id, node.attr
        known = self._table(node.value).columns
        if column not in known:
            hint = nearest(column, known)
            raise self._error(node, f"colonne inconnue : « {column} » dans « {table} »{hint}")
        return table, known[column]

    def _table(self, node: ast.expr) -> RuleType:
        found = self.of(node)
        if found.kind is not Kind.TABLE:
            raise self._error(node, f"un tableau est attendu ici, non {_FRENCH[found.kind]}")
        return found

    def cell(self, node: ast.Attribute) -> RuleType:
        table, found = self._column(node)
        if self.row_of == table:
            return found
        raise self._error(
            node,
            f"« {table}.{node.attr} » a une valeur par ligne : "
            f"écrire sum({table}.{node.attr}) ou count({table}, condition)",
        )

    def together(self, node: ast.BoolOp) -> RuleType:
        return self.conditions(node.values)

    def conditions(self, nodes: Iterable[ast.expr]) -> RuleType:
        for node in nodes:
            found = self.of(node)
            if found.kind not in (Kind.TRUTH, Kind.UNKNOWN):
                raise self._error(
                    node, f"une condition est attendue ici, non {_FRENCH[found.kind]}"
                )
        return TRUTH

    def reversed(self, node: ast.UnaryOp) -> RuleType:
        if isinstance(node.op, ast.Not):
            return self.conditions([node.operand])
        found = self.of(node.operand)
        if found.kind not in _NUMERIC | {Kind.MONEY, Kind.UNKNOWN}:
            raise self._error(node.operand, f"« - » ne s’applique pas à {_FRENCH[found.kind]}")
        return found

    def arithmetic(self, node: ast.BinOp) -> RuleType:
        first, second = self.of(node.left), self.of(node.right)
        if Kind.UNKNOWN in (first.kind, second.kind):
            known = first if second.kind is Kind.UNKNOWN else second
            found = known if known.kind in _NUMERIC | {Kind.MONEY, Kind.UNKNOWN} else None
        else:
            found = self._result(node, first, second)
        if found is None:
            pair = f"{_FRENCH[first.kind]} et {_FRENCH[second.kind]}"
            raise self._error(node, f"ce calcul ne va pas entre {pair}{_advice(first, second)}")
        return found

    def _result(self, node: ast.BinOp, first: RuleType, second: RuleType) -> RuleType | None:
        match node.op:
            case ast.Mult():
                return _product(first.kind, second.kind)
            case ast.Div():
                return _quotient(first.kind, second.kind)
            case _:
                return _sum(node.left, first.kind, node.right, second.kind)

    def comparison(self, node: ast.Compare) -> RuleType:
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.In | ast.NotIn):
                self._membership(left, right)
            else:
                self._comparable(left, operator, right)
            left = right
        return TRUTH

    def _comparable(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> None:
        first, second = self.of(left), self.of(right)
        for node, found in ((left, first), (right, second)):
            if found.kind is Kind.UNKNOWN:
                raise self._error(node, "pour une valeur inconnue, écrire missing(…)")
            if found.kind in _INSTEAD:
                raise self._error(
                    node, f"{_FRENCH[found.kind]} ne se compare pas : {_INSTEAD[found.kind]}"
                )
        self._same_family(left, first, right, second)
        ordered = first.kind in _ORDERED and second.kind in _ORDERED
        if not ordered and not isinstance(operator, ast.Eq | ast.NotEq):
            raise self._error(left, f"{_FRENCH[first.kind]} n’a pas d’ordre : écrire == ou !=")

    def _same_family(
        self, left: ast.expr, first: RuleType, right: ast.expr, second: RuleType
    ) -> None:
        if first.kind is Kind.CHOICE and _text_in(right) is not None:
            self._option(first, right)
        elif second.kind is Kind.CHOICE and _text_in(left) is not None:
            self._option(second, left)
        elif not _alike(left, first.kind, right, second.kind):
            pair = f"{_FRENCH[first.kind]} ne se compare pas à {_FRENCH[second.kind]}"
            raise self._error(right, pair + _advice(first, second))

    def _option(self, choice: RuleType, literal: ast.expr) -> None:
        value = _text_in(literal)
        if value is not None and choice.options and value not in choice.options:
            hint = nearest(value, choice.options)
            known = ", ".join(choice.options)
            raise self._error(literal, f"option inconnue : « {value} »{hint} (options : {known})")

    def _membership(self, left: ast.expr, right: ast.expr) -> None:
        if isinstance(right, ast.Tuple | ast.List):
            for item in right.elts:
                self._comparable(left, ast.Eq(), item)
            return
        container = self.of(right)
        if container.kind is Kind.TEXT:
            raise self._error(right, "pour chercher un mot dans un texte, écrire contains(…)")
        if container.kind not in (Kind.CHOICES, Kind.LIST):
            raise self._error(
                right,
                f"« in » attend un choix multiple ou une liste, non {_FRENCH[container.kind]}",
            )
        self._member(left, container)

    def _member(self, node: ast.expr, container: RuleType) -> None:
        found = self.of(node)
        if container.kind is Kind.CHOICES and _text_in(node) is not None:
            self._option(container, node)
        elif found.kind not in (Kind.TEXT, Kind.CHOICE, Kind.UNKNOWN):
            raise self._error(node, f"« in » cherche un texte, non {_FRENCH[found.kind]}")

    def call(self, node: ast.Call) -> RuleType:
        function = cast(ast.Name, node.func).id
        if function in _PLAIN_FUNCTIONS:
            kinds, expected, result = _PLAIN_FUNCTIONS[function]
            return self._expected(node.args[0], kinds, expected, result)
        return _BY_FUNCTION[function](self, *node.args)

    def given(self, value: ast.expr) -> RuleType:
        self.of(value)
        return TRUTH

    def contains(self, value: ast.expr, word: ast.expr) -> RuleType:
        self._expected(word, {Kind.TEXT}, "« contains » cherche un mot", TRUTH)
        return self._expected(value, _WRITTEN, "« contains » attend un texte", TRUTH)

    def total(self, column: ast.expr, *conditions: ast.expr) -> RuleType:
        table, found = self._column(column)
        if found.kind not in _NUMERIC | {Kind.MONEY}:
            raise self._error(column, f"« sum » additionne des nombres, non {_FRENCH[found.kind]}")
        self._row_conditions(table, conditions)
        return found

    def count(self, rows: ast.expr, *conditions: ast.expr) -> RuleType:
        if conditions:
            self._table(rows)
            self._row_conditions(rows.id if isinstance(rows, ast.Name) else "", conditions)
            return NUMBER
        return self._expected(rows, _COUNTED, "« count » attend un tableau ou une liste", NUMBER)

    def any_row(self, rows: ast.expr, condition: ast.expr) -> RuleType:
        self.count(rows, condition)
        return TRUTH

    def _row_conditions(self, table: str, conditions: Iterable[ast.expr]) -> None:
        replace(self, row_of=table).conditions(conditions)

    def _expected(
        self, node: ast.expr, kinds: set[Kind], message: str, result: RuleType
    ) -> RuleType:
        found = self.of(node)
        if found.kind not in kinds | {Kind.UNKNOWN}:
            raise self._error(node, f"{message}, non {_FRENCH[found.kind]}")
        return result

    def extreme(self, first: ast.expr, *others: ast.expr) -> RuleType:
        found = self._expected(
            first, _ORDERED, "« min » et « max » attendent des valeurs ordonnées", self.of(first)
        )
        for other in others:
            self._comparable(first, ast.Lt(), other)
            if found.kind is not Kind.MONEY:
                found = self.of(other)
        return found


_BY_NODE: Final[dict[type[ast.expr], Callable[[_Typing, Any], RuleType]]] = {
    ast.Attribute: _Typing.cell,
    ast.BinOp: _Typing.arithmetic,
    ast.BoolOp: _Typing.together,
    ast.Call: _Typing.call,
    ast.Compare: _Typing.comparison,
    ast.Constant: _Typing.constant,
    ast.Name: _Typing.name,
    ast.UnaryOp: _Typing.reversed,
}

#: Functions of one value: what they take, how to say it, what they give.
_PLAIN_FUNCTIONS: Final = {
    "euros": (_NUMERIC, "« euros » attend un nombre", MONEY),
    "months": ({Kind.DURATION}, "« months » attend une durée", NUMBER),
    "unclosed": (_WRITTEN, "« unclosed » attend un texte", TRUTH),
}

_BY_FUNCTION: Final[dict[str, Callable[..., RuleType]]] = {
    "any_row": _Typing.any_row,
    "contains": _Typing.contains,
    "count": _Typing.count,
    "filled": _Typing.given,
    "max": _Typing.extreme,
    "min": _Typing.extreme,
    "missing": _Typing.given,
    "sum": _Typing.total,
}


def _sum(left: ast.expr, first: Kind, right: ast.expr, second: Kind) -> RuleType | None:
    if (_is_zero(left) and second is Kind.MONEY) or (_is_zero(right) and first is Kind.MONEY):
        return MONEY
    if first is second and first in _NUMERIC | {Kind.MONEY}:
        return RuleType(first)
    return RATIO if {first, second} == _NUMERIC else None


def _product(first: Kind, second: Kind) -> RuleType | None:
    if first in _NUMERIC and second in _NUMERIC:
        return RATIO if first is second is Kind.RATIO else NUMBER
    if {first, second} & _NUMERIC and Kind.MONEY in (first, second):
        return MONEY
    return None


def _quotient(first: Kind, second: Kind) -> RuleType | None:
    if first is second is Kind.MONEY:
        return RATIO
    if second in _NUMERIC and first in _NUMERIC | {Kind.MONEY}:
        return RuleType(first)
    return None


def _alike(left: ast.expr, first: Kind, right: ast.expr, second: Kind) -> bool:
    if first is second or {first, second} == _NUMERIC:
        return True
    return (_is_zero(left) and second is Kind.MONEY) or (_is_zero(right) and first is Kind.MONEY)


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


def _text_in(node: ast.expr) -> str | None:
    """The text of a literal; None for any other node."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _advice(first: RuleType, second: RuleType) -> str:
    kinds = {first.kind, second.kind}
    if Kind.MONEY in kinds and kinds & _NUMERIC:
        return " : écrire le montant euros(…)"
    return ""
