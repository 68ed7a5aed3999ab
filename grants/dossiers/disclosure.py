"""When something of a dossier became known to its applicant."""

from __future__ import annotations

from collections.abc import Collection

from grants.dossiers.models import Dossier


def made_known(dossier: Dossier, states: Collection[str]) -> int:
    """The last step at which the dossier entered one of `states`; 0 when it never did.

    What the applicant could read once stays readable, whatever is decided anew meanwhile.
    """
    return max((each.step for each in dossier.events if each.to_state in states), default=0)
