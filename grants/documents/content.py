"""What goes into a model: compared with what is asked, and cleaned of what Word cannot hold."""

from collections.abc import Collection, Mapping, Sequence

from grants.documents.cleaning import clean
from grants.documents.errors import DocumentError
from grants.documents.language import Row, Slots

#: Slot name → text (`\n` is a line break), list items, table rows, or a condition.
Content = Mapping[str, str | bool | Sequence[str] | Sequence[Mapping[str, str]]]


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


def prepare(slots: Slots, content: Content) -> dict[str, object]:
    """What the model asks for, as it reads it: cleaned, each table row with its columns."""
    return {name: _prepared(name, content[name]) for name in slots.names}


def _prepared(name: str, value: object) -> object:
    match value:
        case bool():
            return value
        case str():
            return clean(value)
        case Mapping():
            return Row({column: _prepared(name, cell) for column, cell in value.items()})
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
