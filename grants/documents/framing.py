"""What a model prints around the questions: at the edges of pages, under its title.

Such a line comes back with every file and answers nothing. It is known again by the model's own
words and, where a tag printed something, by the digest of what we put there, which the file
carries (`sealing`). A word typed beside them makes it another line, which is shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Final
from zlib import crc32

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree

from grants.wording import fold

_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_PRINTED: Final = re.compile(r"\{\{(?:r\s)?\s*([a-z_][a-z0-9_]*)")
_STEP: Final = re.compile(r"\{%-?\s*(if|endif)\b")
_EDGES: Final = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
_P, _T, _TAB, _TR = (qn(f"w:{each}") for each in ("p", "t", "tab", "tr"))
#: Longer ones are no such line, and would take long to look at.
_LONGEST: Final = 600


def framing_of(model: Document, asked: Collection[str]) -> tuple[str, ...]:
    """The lines of a model, tags included, that stand at the edges of pages, or print in its body
    what answers no question.

    :param asked: slots of questions.
    """
    edges = [each.target_part for each in model.part.rels.values() if each.reltype in _EDGES]
    found = [text for each in edges for text in _texts(etree.fromstring(each.blob))]
    for text in _texts(model.element.body):
        printed = set(_PRINTED.findall(text))
        if printed and not printed & set(asked):
            found.append(text)
    return tuple(dict.fromkeys(found))


def _texts(root: etree._Element) -> Iterator[str]:
    for paragraph in root.iter(_P):
        if next(paragraph.iterancestors(_TR), None) is None:
            signs = (
                "\t" if each.tag == _TAB else each.text or "" for each in paragraph.iter(_T, _TAB)
            )
            if text := "".join(signs).strip():
                yield text


def digests(printed: Iterable[str]) -> str:
    """For what was printed, as `Framing` knows it again."""
    return " ".join(sorted({_digest(each) for each in printed if each.strip()}))


def _digest(text: str) -> str:
    return f"{crc32(fold(text).encode()):08x}"


class Framing:
    """The lines of a model once they are printed.

    :param lines: as `framing_of` gives them.
    :param known: `digests` of what was printed, as the file tells them.
    :param words: other words that the model may have printed; gone through when there is need.
    """

    def __init__(self, lines: Iterable[str], known: str, words: Iterable[str]) -> None:
        self._patterns = [pattern for each in lines if (pattern := _pattern(each)) is not None]
        self._known = set(known.split())
        self._words = iter(words)

    def prints(self, text: str) -> bool:
        """Whether a line is one of them, and nothing more."""
        folded = _folded(text)
        if len(folded) > _LONGEST:
            return False
        found = (each.fullmatch(folded) for each in self._patterns)
        return self._is_known(folded) or any(
            each is not None and all(map(self._is_known, filter(None, each.groups())))
            for each in found
        )

    def _is_known(self, words: str) -> bool:
        if _digest(words) not in self._known:
            self._known.update(map(_digest, self._words))
        return _digest(words) in self._known


def is_made_of(
    text: str, lines: Iterable[str], words: Iterable[str], shapes: Iterable[str]
) -> bool:
    """Whether a printed line says nothing but what the lines of a model say: for a PDF, which
    carries no digest and has no tabulation left.

    :param shapes: patterns of what their tags print, folded.
    """
    own = (piece for line in lines for part in _TAG.split(line) for piece in part.split("\t"))
    patterns = {*shapes, *map(_literal, words), *map(_literal, own)} - {""}
    rest = fold(text)
    for each in sorted(patterns, key=len, reverse=True):
        rest = re.sub(rf"(?<!\w)(?:{each})(?!\w)", " ", rest)
    return re.search(r"\w", rest) is None


def _folded(text: str) -> str:
    """Without accents, capitals and runs of blanks; tabulations stay."""
    return "\t".join(map(fold, text.split("\t")))


@lru_cache(maxsize=500)
def _pattern(line: str) -> re.Pattern[str] | None:
    """The line with any words for its tags; page numbers are any numbers."""
    pieces, end = [], 0
    steps = [each[1] for tag in _TAG.findall(line) if (each := _STEP.match(tag))]
    balanced = steps == ["if", "endif"] * (len(steps) // 2)
    for tag in _TAG.finditer(line):
        pieces += [_literal(line[end : tag.start()]), _tag(tag[0], balanced=balanced)]
        end = tag.end()
    pieces.append(_literal(line[end:]))
    source = " *".join(filter(None, pieces))
    return re.compile(source) if source else None


def _literal(words: str) -> str:
    escaped = (re.sub(r"\d+", r"\\d+", re.escape(fold(each))) for each in words.split("\t"))
    return r"\t".join(escaped)


def _tag(tag: str, *, balanced: bool) -> str:
    if tag.startswith("{{"):
        return r"([^\t]*?)"
    step = _STEP.match(tag)
    if step is None or not balanced:
        return ""
    return "(?:" if step[1] == "if" else ")?"
