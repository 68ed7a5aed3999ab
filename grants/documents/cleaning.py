"""Text that Word can hold, whatever was typed or pasted."""

import re

#: XML 1.0 has no place for these, or (U+FDD0 to U+FDEF) they stand for nothing. A vertical tab or
#: form feed is a line break pasted from Word; a lone surrogate shows that something was lost; the
#: rest carries no meaning. `\a` and `\f` go too because docxtpl would turn them into paragraphs and
#: pages.
_CLEANED: dict[int, str | None] = {
    **dict.fromkeys([*range(0x09), *range(0x0E, 0x20), 0xFFFE, 0xFFFF], None),
    **dict.fromkeys(range(0xFDD0, 0xFDF0), None),
    **dict.fromkeys([0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029], "\n"),
    **dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"),
}
_UNCLEAN = re.compile("[\0-\x08\x0b-\x1f\x85\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(text: str) -> str:
    """`text` as a plain str that XML can hold; never a Markup, which would not be escaped."""
    if type(text) is str and not _UNCLEAN.search(text):
        return text
    return str.translate(str.replace(text, "\r\n", "\n"), _CLEANED)
