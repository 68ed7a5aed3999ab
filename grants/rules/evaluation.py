"""The value of a rule, in three-valued logic: None is unknown, never false."""

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final, TypeGuard, cast

from grants.rules.expression import LITERALS, Expression, RuleError, names_in
from grants.wording import fold

_ORDER: Final[dict[type[ast.cmpop], Callable[[int], bool]]] = {
    ast.Eq: lambda sign: sign == 0,
    ast.NotEq: lambda sign: sign != 0,
    ast.Lt: lambda sign: sign < 0,
    ast.LtE: lambda sign: sign <= 0,
    ast.Gt: lambda sign: sign > 0,
    ast.GtE: lambda sign: sign >= 0,
}

_Number = int | Fraction


def evaluate(expression: Expression, facts: Mapping[str, object]) -> object:
    """The rule's value: number (money in cents), truth, text… or None when it is unknown.

    A name without a fact is unknown; `type_of` is what finds a misspelt one.

    :raises RuleError: when the facts are not of the types that the rule was checked with.
    """
    return _Evaluation(expression, facts).of(expression.node)


def holds(expression: Expression, facts: Mapping[str, object]) -> bool:
    """Whether the rule is true; false and unknown both give False."""
    return evaluate(expression, facts) is True


def refuse_division_by_zero(expression: Expression) -> None:
    """A division that no answer could make known is a slip of the pen.

    :raises RuleError: at the divisor that is zero whatever the answers.
    """
    for node in ast.walk(expression.node):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            constant = not any(names_in(node.right))
            if constant and _Evaluation(expression, {}).of(node.right) == 0:
                raise RuleError("ce calcul divise par zéro", expression.column(node.right))


@dataclass(frozen=True, slots=True)
class _Evaluation:
    expression: Expression
    facts: Mapping[str, object]
    #: Inside sum(…), count(…), any_row(…): the cells of the row at hand, and its table.
    row: Mapping[str, object] | None = None
    row_of: str | None = None

    def of(self, node: ast.expr) -> object:
        return _BY_NODE[type(node)](self, node)

    def _error(self, node: ast.expr, message: str) -> RuleError:
        return RuleError(message, self.expression.column(node))

    def constant(self, node: ast.Constant) -> object:
        return Fraction(str(node.value)) if isinstance(node.value, float) else node.value

    def name(self, node: ast.Name) -> object:
        return LITERALS[node.id] if node.id in LITERALS else self.facts.get(node.id)

    def cell(self, node: ast.Attribute) -> object:
        table = node.value.id if isinstance(node.value, ast.Name) else ""
        if self.row is None or self.row_of != table:
            raise self._error(node, f"« {table}.{node.attr} » a une valeur par ligne")
        return self.row.get(node.attr)

    def truth(self, node: ast.expr) -> bool | None:
        value = self.of(node)
        if value is None or isinstance(value, bool):
            return value
        raise self._error(node, "une condition est attendue ici")

    def _number(self, node: ast.expr) -> _Number | None:
        value = self.of(node)
        if value is None or _is_number(value):
            return value
        raise self._error(node, "un nombre ou un montant est attendu ici")

    def together(self, node: ast.BoolOp) -> bool | None:
        """Kleene's « or » is decided by one true, his « and » by one false."""
        decisive = isinstance(node.op, ast.Or)
        truths = [self.truth(each) for each in node.values]
        if decisive in truths:
            return decisive
        return None if None in truths else not decisive

    def reversed(self, node: ast.UnaryOp) -> object:
        if isinstance(node.op, ast.Not):
            truth = self.truth(node.operand)
            return None if truth is None else not truth
        number = self._number(node.operand)
        return None if number is None else -number

    def computed(self, node: ast.BinOp) -> _Number | None:
        first, second = self._number(node.left), self._number(node.right)
        if first is None or second is None:
            return None
        match node.op:
            case ast.Add():
                return first + second
            case ast.Sub():
                return first - second
            case ast.Mult():
                return first * second
        return Fraction(first) / second if second else None

    def compared(self, node: ast.Compare) -> bool | None:
        truths: list[bool | None] = []
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.In | ast.NotIn):
                found = self._contained(left, right)
                truths.append(found if found is None else found is isinstance(operator, ast.In))
            else:
                sign = self._sign(left, right, ordered=not isinstance(operator, ast.Eq | ast.NotEq))
                truths.append(None if sign is None else _ORDER[type(operator)](sign))
            left = right
        return False if False in truths else None if None in truths else True

    def _sign(self, left: ast.expr, right: ast.expr, *, ordered: bool) -> int | None:
        """-1, 0 or 1; for values without order, 0 when equal and 1 else."""
        first, second = self.of(left), self.of(right)
        if first is None or second is None:
            return None
        if _is_number(first) and _is_number(second):
            return (first > second) - (first < second)
        if type(first) is date and type(second) is date:
            return (first > second) - (first < second)
        alike = isinstance(first, str | bool) and type(first) is type(second)
        if ordered or not alike:
            raise self._error(right, "ces deux valeurs ne se comparent pas")
        return int(first != second)

    def _contained(self, left: ast.expr, right: ast.expr) -> bool | None:
        if isinstance(right, ast.Tuple | ast.List):
            signs = [self._sign(left, item, ordered=False) for item in right.elts]
            return True if 0 in signs else None if None in signs else False
        value, container = self.of(left), self.of(right)
        if value is None or container is None:
            return None
        return value in self._items(right, container)

    def _items(self, node: ast.expr, value: object) -> Sequence[object]:
        if isinstance(value, tuple | list):
            return value
        raise self._error(node, "une liste ou un tableau est attendu ici")

    def called(self, node: ast.Call) -> object:
        return _BY_FUNCTION[cast(ast.Name, node.func).id](self, *node.args)

    def count(self, rows: ast.expr, *conditions: ast.expr) -> int | None:
        counted = self._rows(rows, conditions)
        return None if counted is None else len(counted)

    def any_row(self, rows: ast.expr, condition: ast.expr) -> bool | None:
        counted = self._rows(rows, [condition])
        return None if counted is None else bool(counted)

    def filled(self, node: ast.expr) -> bool:
        return self.of(node) not in (None, "", (), [])

    def missing(self, node: ast.expr) -> bool:
        return not self.filled(node)

    def euros(self, node: ast.expr) -> _Number | None:
        number = self._number(node)
        return None if number is None else number * 100

    def _rows(self, node: ast.expr, conditions: Iterable[ast.expr]) -> Sequence[object] | None:
        """The rows for which the conditions hold; a row that they leave unknown is left out."""
        rows = self.of(node)
        if rows is None:
            return None
        kept = self._items(node, rows)
        table = node.id if isinstance(node, ast.Name) else None
        for condition in conditions:
            kept = [row for row in kept if self._in_row(condition, table, row)]
        return kept

    def _in_row(self, condition: ast.expr, table: str | None, row: object) -> bool:
        if not isinstance(row, Mapping):
            raise self._error(condition, "un tableau est attendu ici")
        return replace(self, row=row, row_of=table).truth(condition) is True

    def total(self, column: ast.expr, *conditions: ast.expr) -> _Number | None:
        if not isinstance(column, ast.Attribute):
            raise self._error(column, "« sum » attend une colonne")
        rows = self._rows(column.value, conditions)
        if rows is None:
            return None
        cells = [row.get(column.attr) for row in rows if isinstance(row, Mapping)]
        known = [cell for cell in cells if cell is not None]
        numbers = [cell for cell in known if _is_number(cell)]
        if len(numbers) < len(known):
            raise self._error(column, "« sum » additionne des nombres")
        return sum(numbers)

    def months(self, node: ast.expr) -> _Number | None:
        duration = self.of(node)
        if duration is None:
            return None
        months = getattr(duration, "months", None)
        if isinstance(months, int):
            return months
        raise self._error(node, "« months » attend une durée")

    def contains(self, node: ast.expr, word: ast.expr) -> bool | None:
        sought = self.of(word)
        if sought is None:
            return None
        if not isinstance(sought, str):
            raise self._error(word, "« contains » cherche un mot")
        # Whole words: « ans » is not found in « dans ».
        pattern = re.compile(rf"(?<!\w){re.escape(fold(sought))}(?!\w)")
        return self._any_text(node, lambda text: pattern.search(fold(text)) is not None)

    def _any_text(self, node: ast.expr, test: Callable[[str], bool]) -> bool | None:
        value = self.of(node)
        if value is None:
            return None
        texts = [value] if isinstance(value, str) else self._items(node, value)
        return any(test(text) for text in texts if isinstance(text, str))

    def unclosed(self, node: ast.expr) -> bool | None:
        return self._any_text(node, lambda text: text.count("(") > text.count(")"))

    def least(self, *nodes: ast.expr) -> object:
        return self._extreme(nodes, wanted=-1)

    def greatest(self, *nodes: ast.expr) -> object:
        return self._extreme(nodes, wanted=1)

    def _extreme(self, nodes: Sequence[ast.expr], *, wanted: int) -> object:
        best, *others = nodes
        for other in others:
            sign = self._sign(other, best, ordered=True)
            if sign is None:
                return None
            best = other if sign == wanted else best
        return self.of(best)


_BY_NODE: Final[dict[type[ast.expr], Callable[[_Evaluation, Any], object]]] = {
    ast.Attribute: _Evaluation.cell,
    ast.BinOp: _Evaluation.computed,
    ast.BoolOp: _Evaluation.together,
    ast.Call: _Evaluation.called,
    ast.Compare: _Evaluation.compared,
    ast.Constant: _Evaluation.constant,
    ast.Name: _Evaluation.name,
    ast.UnaryOp: _Evaluation.reversed,
}

_BY_FUNCTION: Final[dict[str, Callable[..., object]]] = {
    "any_row": _Evaluation.any_row,
    "contains": _Evaluation.contains,
    "count": _Evaluation.count,
    "euros": _Evaluation.euros,
    "filled": _Evaluation.filled,
    "max": _Evaluation.greatest,
    "min": _Evaluation.least,
    "missing": _Evaluation.missing,
    "months": _Evaluation.months,
    "sum": _Evaluation.total,
    "unclosed": _Evaluation.unclosed,
}


def _is_number(value: object) -> TypeGuard[_Number]:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)
