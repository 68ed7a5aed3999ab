"""The columns of a table share the page, whatever the call."""

import pytest

from grants.documents.columns import (
    COLUMNS_AT_MOST,
    PAGE_WIDTH,
    columns_of,
    sharing_the_page,
)
from grants.forms.types.table import TableField
from tests.answers import LIBRARY, call_of

#: Twips of a letter of a heading that is wide, in bold, and of the edges of its cell.
LETTER, EDGES = 122, 216


def tables() -> list[TableField]:
    calls = [call_of(path.stem) for path in sorted(LIBRARY.glob("*.yaml"))]
    forms = [
        form
        for call in calls
        for form in (call.form, call.decision.form, *(each.form for each in call.opinions.values()))
    ]
    fields = [field for form in forms for field in form.fields.values()]
    found = [each for each in fields if isinstance(each, TableField)]
    return [each for each in found if len(columns_of(each)) <= COLUMNS_AT_MOST]


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.label)
def test_no_word_of_a_heading_is_cut_and_the_page_is_not_left(table):
    columns = columns_of(table)
    for column in columns:
        longest = max(map(len, column.heading.split()))
        assert column.width >= longest * LETTER + EDGES, column.heading
    assert sum(each.width for each in columns) <= PAGE_WIDTH


def test_an_amount_keeps_its_unit_and_words_take_what_is_left():
    name, amount = sharing_the_page([("name", "Nom", "text"), ("amount", "Don", "money")])

    assert amount.width >= len("1 300 000 €") * 110
    assert name.width > amount.width
    assert (name.figures, amount.figures) == (False, True)
