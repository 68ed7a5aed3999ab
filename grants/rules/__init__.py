"""The rule language of call files: conditions and figures over answers, as data."""

from grants.rules.evaluation import evaluate, holds, refuse_division_by_zero
from grants.rules.expression import FUNCTIONS, LITERALS, Expression, RuleError, parse
from grants.rules.types import (
    DATE,
    DURATION,
    LIST,
    MONEY,
    NUMBER,
    RATIO,
    TEXT,
    TRUTH,
    Kind,
    RuleType,
    choice_of,
    choices_of,
    nearest,
    table_of,
    type_of,
)

__all__ = [
    "DATE",
    "DURATION",
    "FUNCTIONS",
    "LIST",
    "LITERALS",
    "MONEY",
    "NUMBER",
    "RATIO",
    "TEXT",
    "TRUTH",
    "Expression",
    "Kind",
    "RuleError",
    "RuleType",
    "choice_of",
    "choices_of",
    "evaluate",
    "holds",
    "nearest",
    "parse",
    "refuse_division_by_zero",
    "table_of",
    "type_of",
]
