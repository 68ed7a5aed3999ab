"""A file as a reader goes through it: lines and tables in order, whatever format it had."""

from collections.abc import Sequence
from dataclasses import dataclass, field

#: Cells of a table, row by row; a cell of several paragraphs has them on lines of their own.
Cells = tuple[tuple[str, ...], ...]

TICKED = "☒"
UNTICKED = "☐"


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark, over `[start, end)` of its line."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or a line of a plain text; a table stands as one line that holds its cells.

    Check boxes read as `TICKED` or `UNTICKED`, whatever they were.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    #: Whether no blank line parts it from the one before.
    follows: bool = False
    #: Whether it goes on from the one before, which was full when it was printed.
    wrapped: bool = False
    #: Whether its bullet or number is put by the word processor.
    listed: bool = False
    heading: bool = False
    cells: Cells = ()
    #: The same table, a line each row, with the marks of its cells.
    rows: tuple["Line", ...] = ()

    @property
    def flat(self) -> str:
        """The words of a table, a line each row that has any."""
        rows = (" ; ".join(filter(None, row)) for row in self.cells)
        return "\n".join(filter(None, rows))


@dataclass(frozen=True, slots=True)
class Sheet:
    lines: Sequence[Line]
    #: Whether the format keeps check boxes: in a plain text they may be lost.
    keeps_boxes: bool = True
    #: What a value found is worth, from 0 to 1: a PDF has lines and no paragraphs.
    sure: float = 1.0
    #: Headers and footers, each line once.
    edges: tuple[str, ...] = ()
    #: Notes at the foot of pages and at the end.
    notes: tuple[str, ...] = ()
    #: Words of diagrams and charts.
    drawn: tuple[str, ...] = ()
    #: « Commentaire de Marie Dupont : à revoir ».
    comments: tuple[str, ...] = ()
    #: Whether there are pictures or objects, that only the eye reads.
    unread: bool = False
    tracked_changes: bool = False
    #: Custom properties of the file.
    properties: dict[str, str] = field(default_factory=dict)
