"""How far a rule is from not holding: what a search for answers follows downhill."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from copy import deepcopy
from fractions import Fraction

from grants.rules import Expression, evaluate, parse

Facts = Mapping[str, object]

#: What has no measure is farther than any amount: a condition with numbers is mended by them.
UNMEASURED = Fraction(10**13)


def distance(rule: str, facts: Facts) -> Fraction:
    """0 when the rule does not hold; else how much its numbers should move, roughly."""
    return sum(parts(rule, facts).values(), Fraction(0))


def parts(rule: str, facts: Facts) -> dict[str, Fraction]:
    """The distance by what makes it up, such as the rows of a table; each under a name that stays
    the same when numbers change."""
    return dict(_parts(parse(rule).node, facts, ""))


def _parts(node: ast.expr, facts: Facts, name: str) -> Iterator[tuple[str, Fraction]]:
    if _value(node, facts) is not True:
        return
    match node:
        case ast.BoolOp(op=ast.And(), values=operands):
            yield from _nearest(operands, facts, name)
        case ast.BoolOp(values=operands):
            for index, each in enumerate(operands):
                yield from _parts(each, facts, f"{name}/{index}")
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare() as compared):
            yield name, _apart(compared, facts)
        case ast.Compare(ops=[ast.Eq() | ast.In() | ast.NotIn()]):
            yield name, UNMEASURED
        case ast.Compare():
            yield name, _apart(node, facts)
        case ast.Call(func=ast.Name(id="any_row"), args=[ast.Name(id=table), condition]):
            yield from _of_rows(table, condition, facts, name)
        case _:
            yield name, UNMEASURED


def _nearest(operands: list[ast.expr], facts: Facts, name: str) -> Iterator[tuple[str, Fraction]]:
    """A rule that asks for several conditions is undone by one of them: the easiest."""
    found = [dict(_parts(each, facts, f"{name}/{index}")) for index, each in enumerate(operands)]
    yield from min(found, key=lambda each: sum(each.values())).items()


def _apart(node: ast.Compare, facts: Facts) -> Fraction:
    """Between the two sides of a comparison; one more than nothing, since it holds."""
    sides = [_measure(_value(each, facts)) for each in (node.left, *node.comparators)]
    if len(sides) != 2 or None in sides:
        return UNMEASURED
    first, second = sides
    assert first is not None and second is not None  # noqa: S101, PT018  # seen just above
    gap = abs(first - second)
    return gap if isinstance(node.ops[0], ast.NotEq) else gap + 1


def _of_rows(
    table: str, condition: ast.expr, facts: Facts, name: str
) -> Iterator[tuple[str, Fraction]]:
    rows = facts.get(table)
    # A copy: rules are parsed once and shared.
    plain = _CellsAsNames(table).visit(deepcopy(condition))
    for index, row in enumerate(rows if isinstance(rows, tuple) else ()):
        cells = {_cell(table, key): value for key, value in row.items()}
        yield from _parts(plain, {**facts, **cells}, f"{name}/{index}")


class _CellsAsNames(ast.NodeTransformer):
    """A rule over one row, as a rule over plain names."""

    def __init__(self, table: str) -> None:
        self.table = table

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:  # as `ast` calls it
        if isinstance(node.value, ast.Name) and node.value.id == self.table:
            return ast.copy_location(ast.Name(_cell(self.table, node.attr), ast.Load()), node)
        return node


def _cell(table: str, column: str) -> str:
    return f"{table}.{column}"


def _value(node: ast.expr, facts: Facts) -> object:
    return evaluate(Expression("", node, frozenset()), facts)


def _measure(value: object) -> Fraction | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | Fraction):
        return Fraction(value)
    ordinal = getattr(value, "toordinal", None)
    return Fraction(ordinal()) if ordinal else None
