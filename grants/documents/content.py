"""What goes into a model: cleaned of what Word cannot hold, and compared with what is asked."""

from collections.abc import Collection, Mapping, Sequence
from types import SimpleNamespace

from grants.documents.errors import DocumentError
from grants.documents.language import Slots

#: Slot name → text (`\n` is a line break), list items, table rows, or a condition.
Content = Mapping[str, str | bool | Sequence[str] | Sequence[Mapping[str, str]]]

#: XML 1.0 has no place for these. A vertical tab or form feed is a line break pasted from Word;
#: a lone surrogate shows that something was lost; the rest carries no meaning. `\a` and `\f` go
#: too because docxtpl would turn them into paragraphs and pages.
_CLEANED: dict[int, str | None] = {
    **dict.fromkeys([*range(0x09), *range(0x0E, 0x20), 0xFFFE, 0xFFFF], None),
    **dict.fromkeys([0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029], "\n"),
    **dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"),
}


def clean(text: str) -> str:
    """`text` as a plain str that XML can hold; never a Markup, which would not be escaped."""
    return str.translate(text.replace("\r\n", "\n"), _CLEANED)


def require(slots: Slots, content: Content) -> None:
    """:raises DocumentError: naming each slot or column absent or of another kind."""
    if missing := slots.names - content.keys():
        raise _misfit("Le modèle Word demande des données que le dossier n'a pas", missing)
    looped = slots.lists | slots.rows.keys()
    unlisted = {name for name in looped if not isinstance(content[name], list | tuple)}
    if unlisted:
        raise _misfit("Le modèle Word attend une liste ou un tableau", unlisted)
    incomplete = {
        f"{name}.{column}"
        for name, columns in slots.rows.items()
        for row in _rows(content[name])
        for column in columns - row.keys()
    }
    if incomplete:
        raise _misfit("Le modèle Word demande des colonnes que le tableau n'a pas", incomplete)


def prepare(content: Content) -> dict[str, object]:
    """The content as the model reads it: cleaned, each table row an object with its columns."""
    return {name: _prepared(name, value) for name, value in content.items()}


def _prepared(name: str, value: object) -> object:
    match value:
        case bool():
            return value
        case str():
            return clean(value)
        case Mapping():
            cells = {column: _prepared(name, cell) for column, cell in value.items()}
            return SimpleNamespace(**cells)
        case list() | tuple():
            return [_prepared(name, item) for item in value]
        case _:
            raise _misfit("Une donnée du document n'est ni un texte, ni une liste", [name])


def _rows(value: object) -> list[Mapping[str, str]]:
    rows = value if isinstance(value, list | tuple) else []
    return [row if isinstance(row, Mapping) else {} for row in rows]


def _misfit(message: str, slots: Collection[str]) -> DocumentError:
    listed = ", ".join(f"« {name} »" for name in sorted(slots))
    return DocumentError(f"{message} : {listed}.", slots)
