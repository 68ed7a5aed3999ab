"""What every type of field knows how to do; each type overrides what differs."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from wtforms import Form

from grants.forms.texts import tidy
from grants.rules import FUNCTIONS, LITERALS, RuleType

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
#: A field is an attribute of its WTForms class, and a name in rules.
_RESERVED: Final = frozenset(
    {*dir(Form), *keyword.kwlist, *LITERALS, *FUNCTIONS}
    | {"csrf_token", "form_errors", "hidden_tag", "is_submitted", "meta", "validate_on_submit"}
)
_RESERVED_BEGINNINGS: Final = ("filter_", "validate_")

TICKED: Final = "☒"
UNTICKED: Final = "☐"

SlotValues = dict[str, str | list[str] | list[dict[str, str]]]


class Posted(Protocol):
    """Posted inputs, as Werkzeug's MultiDict holds them."""

    def __iter__(self) -> Iterator[str]: ...

    def getlist(self, key: str) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was typed and could not be read: kept, shown again, refused on submission only."""

    text: str


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def well_formed(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(
            f"la clé « {key} » doit commencer par une lettre minuscule et ne contenir que "
            "des minuscules sans accent, des chiffres et « _ » (60 au plus)"
        )
    return key


def usable(key: str) -> str:
    """A key of a field or of a figure: rules and forms speak of it by that name."""
    if key in _RESERVED or key.startswith(_RESERVED_BEGINNINGS):
        raise ValueError(f"la clé « {key} » est réservée : en choisir une autre")
    return well_formed(key)


Key = Annotated[str, AfterValidator(well_formed)]
Name = Annotated[str, AfterValidator(usable)]
Label = Annotated[str, Field(min_length=1)]


def with_keys(mapping: Any) -> Any:
    """Write each entry's key of a mapping into the entry, so that a definition knows its name."""
    if not isinstance(mapping, dict):
        return mapping
    return {
        key: {**entry, "key": key} if isinstance(entry, dict) else entry
        for key, entry in mapping.items()
    }


class FieldDefinition(Model):
    """One question, and every face of its answer. A value of None is « not answered »."""

    #: Where the answer comes from: inputs of the page, files sent by themselves, or a rule over
    #: other answers. What does not come from inputs is never read from a posted page.
    source: ClassVar[Literal["inputs", "uploads", "rule"]] = "inputs"
    #: Whether its inputs can show a text that could not be read; boxes and rows cannot.
    shows_any_text: ClassVar[bool] = True

    key: Name
    type: str
    label: Label
    hint: str | None = None
    required: bool = False
    #: Rules; only what is known to be true requires or shows.
    required_when: str | None = None
    shown_when: str | None = None
    #: The field's name in the Word model, when it is not its key.
    slot: Key | None = None

    def read(self, name: str, form: Posted) -> Any:
        """The value of the posted inputs: typed, Unreadable, or None. Never raises."""
        text = tidy(posted_text(form, name))
        if not text:
            return None
        value = self._parse(text)
        return Unreadable(text) if value is None else value

    def inputs(self, name: str, value: Any) -> dict[str, str | list[str]]:
        """What each input shows; reading it gives the same value again."""
        return {name: self._written(value, self._typed)}

    def encode(self, value: Any) -> Any:
        """The value as JSON."""
        if isinstance(value, Unreadable):
            return {"unreadable": value.text}
        return None if value is None else self._to_json(value)

    def decode(self, stored: Any) -> Any:
        """The value of a JSON; one written under another type of field becomes Unreadable."""
        if stored is None:
            return None
        if isinstance(stored, dict) and stored.keys() == {"unreadable"}:
            return Unreadable(str(stored["unreadable"]))
        try:
            return self._from_json(stored)
        except (TypeError, ValueError, KeyError, AttributeError):
            return Unreadable(stored if isinstance(stored, str) else repr(stored))

    def problems(self, value: Any) -> list[str]:
        """What keeps the value from being submitted, in French; empty when nothing does."""
        if isinstance(value, Unreadable):
            return [self._advice(value.text)]
        return [] if value is None else self._faults(value)

    def display(self, value: Any) -> str:
        """Plain text, several lines parted by `\\n`; empty when not answered."""
        return self._written(value, self._shown)

    def slots(self) -> tuple[str, ...]:
        """Names that a Word model may use for this field."""
        return (self.slot_name,)

    def slot_values(self, value: Any) -> SlotValues:
        """A value for each of `slots()`, whatever the answer."""
        return {self.slot_name: self.display(value)}

    def rule_type(self) -> RuleType:
        raise NotImplementedError

    def fact(self, value: Any) -> object:
        """What rules know of the value; nothing when it could not be read."""
        return None if value is None or isinstance(value, Unreadable) else self._known(value)

    def suggestions(self, value: Any) -> tuple[str, ...]:
        """Readable texts close to what could not be read."""
        return ()

    @property
    def slot_name(self) -> str:
        return self.slot or self.key

    # What a type says of its readable values.

    def _parse(self, text: str) -> Any:
        """The value of a tidy, non-empty text; None when it cannot be read."""
        raise NotImplementedError

    def _advice(self, text: str) -> str:
        """How to mend the text, with an example of a right value."""
        return "Cette réponse n’a pas pu être lue : saisissez-la à nouveau."

    def _typed(self, value: Any) -> str:
        return self._shown(value)

    def _shown(self, value: Any) -> str:
        return str(value)

    def _to_json(self, value: Any) -> Any:
        return value

    def _from_json(self, stored: Any) -> Any:
        raise NotImplementedError

    def _faults(self, value: Any) -> list[str]:
        return []

    def _known(self, value: Any) -> object:
        return value

    def _written(self, value: Any, write: Any) -> str:
        if isinstance(value, Unreadable):
            return value.text
        return "" if value is None else str(write(value))


def posted_text(form: Posted, name: str) -> str:
    """The input of that name; empty when it was not posted, or is a file."""
    values = form.getlist(name)
    return values[0] if values and isinstance(values[0], str) else ""


def expect(kind: type, stored: Any) -> Any:
    """:raises TypeError: when a JSON is not of the kind that the field writes."""
    if type(stored) is not kind:
        raise TypeError
    return stored


def boxes(slot: str, options: Mapping[str, str], ticked: Sequence[str]) -> SlotValues:
    return {f"{slot}_{key}": TICKED if key in ticked else UNTICKED for key in options}
