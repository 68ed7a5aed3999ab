"""What a call that no service of the State reads may leave out, and what the others may not."""

import pytest

from tests.definitions.broken import broken, faults
from tests.definitions.small import SMALL

#: The Word model of another call is beside the point here.
GARDENS = broken(("model: presentation-hlm.docx, ", ""), text=SMALL)
STATE = "  state: {kind: ddt, scope: department, label: DDT}"
OWN = "  state: {kind: friends, scope: national, label: Amis, name: Amis des jardins}"
RECEIPT = "receipt: {silence_months: 2, silence: Refus., remedies: Recours.}"
RANK = "      rank: {type: integer, label: Rang}\n"


@pytest.mark.parametrize(
    "edits",
    [
        [(STATE, OWN)],
        [(STATE, OWN), (RECEIPT, "receipt: {}")],
        [(STATE, OWN), (RECEIPT, "receipt: {remedies: Écrivez-nous.}")],
        [(RANK, "")],
    ],
    ids=["an own body", "no silence", "remedies alone", "no rank without a waiting list"],
)
def test_a_call_may_have(edits):
    assert faults(broken(*edits, text=GARDENS)) == []


@pytest.mark.parametrize(
    ("edits", "line", "message"),
    [
        (
            [(STATE, "  state: {kind: friends, scope: national, label: Amis}")],
            "state: {kind: friends, scope: national, label: Amis}",
            (
                "sorte de service inconnue : « friends » (connues : « ddcs », « ddt », « dreal », "
                "« drjscs » et « cget » ; un organisme propre à l’appel a un « name »)"
            ),
        ),
        (
            [(STATE, "  state: {kind: ddt, scope: national, label: DDT, name: Les Amis}")],
            "state: {kind: ddt, scope: national, label: DDT, name: Les Amis}",
            "un service « ddt » a pour ressort « department »",
        ),
        (
            [(RECEIPT, "receipt: {remedies: Recours.}")],
            "receipt: {remedies: Recours.}",
            "il manque « silence » : un service de l’État instruit cet appel (CRPA, R112-5)",
        ),
        (
            [(RECEIPT, "receipt: {silence_months: 2, silence: Refus.}")],
            "receipt: {silence_months: 2, silence: Refus.}",
            "il manque « remedies » : un service de l’État instruit cet appel (CRPA, R112-5)",
        ),
        (
            [(STATE, OWN), (RECEIPT, "receipt: {silence: Refus.}")],
            "receipt: {silence: Refus.}",
            "« silence » et « silence_months » vont ensemble",
        ),
        (
            [(STATE, OWN), (RECEIPT, "receipt: {silence_months: 2}")],
            "receipt: {silence_months: 2}",
            "« silence » et « silence_months » vont ensemble",
        ),
        (
            [("options: {selected: Oui, rejected: Non}", "options: {waiting_list: Un jour}"),
             (RANK, "")],
            "fields:",
            "la décision doit avoir un champ « rank » (integer)",
        ),
    ],
)  # fmt: skip
def test_a_call_may_not(edits, line, message):
    assert (line, message) in faults(broken(*edits, text=GARDENS))
