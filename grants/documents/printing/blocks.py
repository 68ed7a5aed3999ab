"""What a printed document is made of: plain words in order, none of which is markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from grants.documents.columns import PrintedColumn


@dataclass(frozen=True, slots=True)
class Label:
    text: str = ""
    #: What the form adds to it, in smaller letters.
    precision: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    label: Label


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph that asks nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """When an opinion was given, and on what."""

    text: str


@dataclass(frozen=True, slots=True)
class Short:
    """An answer beside its label. Without any: « Non renseigné », or a line to write on when
    `blank`."""

    label: Label
    text: str
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Long:
    """A text under its label, which is left out when it says nothing."""

    label: Label
    texts: tuple[str, ...]
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a paper of the house: what it is called, and what it is."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Texts of a paper of the house under their label."""

    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    label: Label
    texts: tuple[str, ...]
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Boxes:
    label: Label
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Table:
    label: Label
    columns: tuple[PrintedColumn, ...]
    #: As many texts as there are columns.
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    #: Rows to fill by hand when there is none.
    blank_rows: int = 0


#: The label and the text of each column.
Record = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Records:
    """Rows of too many columns for a page: for each, its columns one under the other."""

    label: Label
    records: tuple[Record, ...]
    blank: bool = False


Block = Heading | Words | Given | Fact | Passage | Short | Long | Bullets | Boxes | Table | Records


@dataclass(frozen=True, slots=True)
class Printed:
    """A document to be typeset."""

    #: Property of the file.
    title: str
    #: Above the heading: « Appel à projets ».
    overline: str
    heading: str
    #: When the document is dated, in its properties.
    dated: datetime
    #: Under the heading: the dossier, its version, its holder.
    identity: str = ""
    #: At the head of each page from the second on.
    running: str = ""
    #: At the foot of each page, before the page number.
    foot: str = ""
    #: What the document is known by, under the foot.
    mark: str = ""
    #: Property of the file by which it is found again: the code of an issued document.
    keywords: tuple[str, ...] = ()
    #: At the head of each page: that the data is not real.
    notice: str = ""
    blocks: tuple[Block, ...] = field(default=(), repr=False)
