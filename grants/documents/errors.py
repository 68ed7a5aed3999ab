"""What the Word engine refuses."""

from collections.abc import Iterable


class DocumentError(Exception):
    """A model that cannot be filled, or content that does not fit it; the message is French.

    `slots` names the slots at fault, `table.column` for a column; empty when none is.
    """

    def __init__(self, message: str, slots: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.slots = tuple(sorted(slots))
