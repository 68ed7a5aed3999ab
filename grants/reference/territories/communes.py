"""Communes: by code, by name however it is typed, by the beginning of a name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice

from grants.reference.data import compressed_rows
from grants.reference.errors import UnknownTerritory
from grants.reference.territories.departments import department
from grants.wording import fold

_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Commune:
    #: INSEE's, never a postcode: « 17415 », « 2A004 ».
    code: str
    name: str
    #: Code of the department.
    department: str


def commune(code: str) -> Commune:
    """UnknownTerritory when no commune has that code today."""
    try:
        return _by_code()[code]
    except KeyError:
        raise UnknownTerritory(code) from None


def find_communes(text: str) -> tuple[Commune, ...]:
    """The communes a text names in full, the most populated first.

    Reads « Saintes », « SAINTES (17) », « Saintes, Charente-Maritime », « 17415 » and
    « Charente-Maritime (17), Saintes ». Accents, capitals, dashes and « St » do not matter.
    """
    if len(text) > _LONGEST_TEXT:
        return ()
    key = _key(text)
    if found := _by_code().get(key.upper()):
        return (found,)
    return tuple(_by_key().get(key, ())) or _with_their_place(key.split())


def suggest(prefix: str, limit: int = 10) -> tuple[Commune, ...]:
    """Communes for what is being typed, the most populated first.

    First those it names in full, then those whose name or code begins so, then those with a
    word that begins so (« rochelle »).
    """
    key = _key(prefix) if len(prefix) <= _LONGEST_TEXT else ""
    if not key:
        return ()
    return tuple(islice(_once(_suggestions(prefix, key)), limit))


def _with_their_place(words: Sequence[str]) -> tuple[Commune, ...]:
    """Some of the words are a commune's name, the others, before or after, its department."""
    for cut in range(1, len(words)):
        head, tail = " ".join(words[:cut]), " ".join(words[cut:])
        for name, place in ((head, tail), (tail, head)):
            namesakes = _by_key().get(name, [])
            if found := tuple(each for each in namesakes if place in _places(each)):
                return found
    return ()


def _places(commune: Commune) -> tuple[str, ...]:
    code, name = commune.department.lower(), _key(department(commune.department).name)
    return (code, name, f"{name} {code}", f"{code} {name}", commune.code.lower())


def _suggestions(prefix: str, key: str) -> Iterator[Commune]:
    code = key.upper()
    yield from find_communes(prefix)
    yield from (each for each in _by_code().values() if each.code.startswith(code))
    for begins in (lambda name: name.startswith(key), lambda name: f" {key}" in name):
        names = (communes for name, communes in _by_key().items() if begins(name))
        yield from chain.from_iterable(names)


def _once(communes: Iterable[Commune]) -> Iterator[Commune]:
    seen: set[str] = set()
    for commune in communes:
        if commune.code not in seen:
            seen.add(commune.code)
            yield commune


def _key(text: str) -> str:
    """What two spellings have in common: « st-jean d’Angély », « Saint Jean d'Angely »."""
    [key] = _keys([text.replace("|", " ").replace("s/", "sur ").replace("S/", "sur ")])
    return re.sub(r"\bst(e?)\b", r"saint\1", key)


def _keys(names: Iterable[str]) -> list[str]:
    """The keys of published names, which hold no abbreviation; all at once: they are 35 000."""
    keys = re.sub(r"[^a-z0-9|]+", " ", fold("|".join(names)))
    return [key.strip() for key in keys.split("|")]


@cache
def _by_code() -> dict[str, Commune]:
    """All the communes, in decreasing order of population."""
    return {
        code: Commune(code, name, code[:3] if code.startswith(("97", "98")) else code[:2])
        for code, name in compressed_rows("communes.csv.gz")
    }


@cache
def _by_key() -> dict[str, list[Commune]]:
    found: dict[str, list[Commune]] = {}
    communes = _by_code().values()
    for key, commune in zip(_keys(each.name for each in communes), communes, strict=True):
        found.setdefault(key, []).append(commune)
    return found
