"""How a form of the house shows its questions and answers."""

from grants.documents.writing.wordml import (
    NO_BREAK_SPACE,
    blank_lines,
    box,
    each,
    field_code,
    paragraph,
    run,
    run_when,
    tab,
    value,
    when,
)

_COLON = NO_BREAK_SPACE + ": "
_GAP = NO_BREAK_SPACE * 5 + " "


def heading(level: int, text: str, precision: str = "") -> str:
    return paragraph(f"Heading{level}", run(text), *_precision(precision))


def short(label: str, slot: str, *, kept: bool = False) -> str:
    """An answer of a line, after its label; `kept` on the page of the next one."""
    answer = run_when(slot, value(slot, "AnswerText"), blank_lines())
    return paragraph("Field", run(label, "Label"), run(_COLON), answer, kept=kept)


def short_blank(label: str, *, kept: bool = False) -> str:
    """The same, of which nothing is known yet."""
    return paragraph("Field", run(label, "Label"), run(_COLON), blank_lines(), kept=kept)


def long(label: str, slot: str, *, precision: str = "", lines: int = 2) -> str:
    """A text under its label, a paragraph for each of its own; `lines` to fill when blank."""
    return question(label, precision) + _text(slot, lines)


def bullets(label: str, slot: str, *, precision: str = "", lines: int = 2) -> str:
    """A list under its label."""
    shown = each("item", slot, paragraph("ListBullet", value("item")))
    blank = paragraph("Blank", blank_lines(lines))
    return question(label, precision) + when(slot, shown, otherwise=blank)


def yes_no(label: str, slot: str) -> str:
    return options(label, {f"{slot}_yes": "oui", f"{slot}_no": "non"})


def options(label: str, choices: dict[str, str]) -> str:
    """Boxes after their label; `choices` maps a slot to what its box stands for, three at most."""
    boxes = (tab() + box(slot, text, label) for slot, text in choices.items())
    return paragraph("Options", run(label, "Label"), run(_COLON), *boxes)


def options_with_text(
    label: str, choices: dict[str, str], slot: str, *, precision: str = "", lines: int = 2
) -> str:
    """A question answered by a box and explained by a text."""
    boxes = run(_GAP).join(box(name, text, label) for name, text in choices.items())
    return question(label, precision) + paragraph("Choice", boxes) + _text(slot, lines)


def box_list(choices: dict[str, str]) -> str:
    """Boxes one under the other."""
    return "".join(paragraph("Choice", box(slot, text)) for slot, text in choices.items())


def free_field(slot: str) -> str:
    """The « champ libre » of a service, with room to write when blank."""
    blank = paragraph("FreeField", run("champ libre"), "<w:r><w:br/><w:br/></w:r>")
    return when(slot, _paragraphs(slot), otherwise=blank)


def free_question(label: str, slot: str, *, precision: str = "") -> str:
    return question(label, precision) + free_field(slot)


def demo_notice() -> str:
    return when("demo_notice", paragraph("DemoNotice", value("demo_notice")))


def running_header() -> str:
    """From the second page on: the call, the dossier, its version; a long title goes on below."""
    dossier = "{% if reference %} · {{ reference }}{% endif %}"
    version = "{% if version_label %} · {{ version_label }}{% endif %}"
    return demo_notice() + paragraph("Header", run("{{ call_title }}" + dossier + version))


def footer(name: str, mention: str = "") -> str:
    """The document's name on the left, page x / y on the right."""
    pages = [run("Page "), field_code("PAGE"), run(" / "), field_code("NUMPAGES")]
    return paragraph("Footer", run(name + mention), tab(), *pages)


def question(label: str, precision: str = "") -> str:
    """A label alone, above its answer."""
    return paragraph("Question", run(label, "Label"), *_precision(precision), run(_COLON))


def _precision(text: str) -> list[str]:
    return [run(f" {text}", "Precision")] if text else []


def _text(slot: str, lines: int) -> str:
    return when(slot, _paragraphs(slot), otherwise=paragraph("Blank", blank_lines(lines)))


def _paragraphs(slot: str) -> str:
    return each("text", f"{slot}|paragraphs", paragraph("Answer", value("text")))
