"""Our documents and docxtpl's, part by part, on our models and on models made up at random."""

import base64
import io
import random
import zipfile
from collections.abc import Iterator

import docx
import pytest
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from lxml import etree

from docx_templates.build import models
from grants.documents import render, slots_of
from grants.documents.content import prepare
from grants.documents.engine import ready_model
from grants.documents.language import ENVIRONMENT
from grants.documents.writing.package import Model, pack
from grants.documents.writing.wordml import paragraph, run

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"

WIDTH = '<w:tcPr><w:tcW w:w="1500" w:type="dxa"/></w:tcPr>'

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
ROWS = ["Quoi", "{%tr for row in plan %}", "{{ row.what }}", "{%tr endfor %}"]

TEXTS = [
    "Saintes",
    "",
    "Dupont & Fils <b>gras</b> ]]> \" '",
    "</w:t></w:r></w:p><w:p><w:r><w:t>AVIS FAVORABLE",
    "un\ndeux\n\ntrois\tquatre\n\n\ncinq",
    "a\x0bb\x07c\ud800d\ufffe\r\ne\u2028f",
    "{{ 7*7 }} {% if x %} {# rien #}",
    "\u202bشقة للإيجار\u202c \U0001f3e0",
    "47\u202f000\u00a0€ « à peu près »",
    "Une phrase & une autre <fin>.\n" * 300,
]


def members(file: bytes) -> dict[str, bytes]:
    """XML as canonical XML; without the core properties, which docxtpl escapes twice."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {
            name: canonical(archive.read(name)) if name.endswith((".xml", ".rels")) else b""
            for name in archive.namelist()
            if name != "docProps/core.xml"
        }


def canonical(xml: bytes) -> bytes:
    return etree.tostring(etree.fromstring(xml), method="c14n")


def by_docxtpl(model: bytes, content) -> bytes:
    """docxtpl as it is, given what it lacks: escaping, strict names, cleaned texts."""
    template = DocxTemplate(io.BytesIO(model))
    template.render(prepare(slots_of(model), content), ENVIRONMENT)
    for state in template.docx.element.iter(f"{W14}checked"):
        control = next(state.iterancestors(qn("w:sdt")))
        state.set(f"{W14}val", "1" if "☒" in "".join(control.itertext(qn("w:t"))) else "0")
    saved = io.BytesIO()
    template.save(saved)
    return saved.getvalue()


def content_for(model: bytes, dice: random.Random) -> dict[str, object]:
    slots = slots_of(model)
    content: dict[str, object] = {}
    for name in sorted(slots.names):
        size = dice.choice([0, 1, 2, 7])
        if name in slots.rows:
            columns = sorted(slots.rows[name])
            content[name] = [{c: dice.choice(TEXTS) for c in columns} for _ in range(size)]
        elif name in slots.lists:
            content[name] = [dice.choice(TEXTS) for _ in range(size)]
        else:
            content[name] = dice.choice(["☒", *TEXTS])
    return content


@pytest.mark.parametrize("name", sorted(models()))
@pytest.mark.parametrize("seed", range(8))
def test_our_models_give_what_docxtpl_gives(name, seed):
    model = models()[name]
    content = content_for(model, random.Random(seed))  # noqa: S311

    assert members(render(model, content)) == members(by_docxtpl(model, content))


@pytest.mark.parametrize("name", sorted(models()))
def test_our_models_need_no_mending(name):
    assert [part.mended for part in ready_model(models()[name]).parts] == [None] * 4


# Models that nobody has seen


class MadeUp:
    """A model whose blocks are drawn at random."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311
        self.blocks = [
            self.prose,
            self.inline_loop,
            self.shown_or_not,
            self.listed,
            self.text_in_paragraphs,
            self.shown_run,
            self.cut_tag,
            self.rows,
            self.only_rows,
            self.columns,
            self.merged_cells,
            self.table_in_a_table,
            self.text_box,
            self.box,
            self.remark,
            self.joined_lines,
            self.controlled_row,
            self.picture,
        ]

    def model(self) -> bytes:
        drawn = self.dice.choices(self.blocks, k=self.dice.randint(1, 9))
        return pack(
            Model(
                title="Modèle",
                body="".join(block() for block in drawn) + paragraph("Normal"),
                first_header=self.dice.choice([self.prose, self.shown_or_not])(),
                header=self.dice.choice([self.inline_loop, self.rows, self.shown_run])(),
                footer=self.dice.choice([self.prose, self.listed])(),
            )
        )

    def text(self) -> str:
        return self.dice.choice(["name", "town", "summary", "reason"])

    def value(self) -> str:
        tags = ["{{ %s }}", "{{%s}}", "{{ %s or “à écrire” }}", "{{ %s|default('…', true)|title }}"]
        counted = "{{ partners|join(' & ') if partners|length > 1 else 'seul' }}"
        tag = self.dice.choice([*tags, counted])
        return tag % self.text() if "%s" in tag else tag

    def prose(self) -> str:
        styled = run("Ville\t: ", "Label") + run(self.value(), "AnswerText")
        return paragraph("Normal", styled, run(f" & {self.value()} < fin"))

    def inline_loop(self) -> str:
        last = "{% if not loop.last %} ; {% else %}.{% endif %}"
        return line(
            "{% for item in partners %}{{ loop.index }}. {{ item }}" + last + "{% endfor %}"
        )

    def shown_or_not(self) -> str:
        test = self.dice.choice(["{0}", "not {0}", "{0} and {1}", "{0} == 'Saintes'", "{0} != {1}"])
        middle = self.dice.choice([self.prose, self.rows, self.shown_run])()
        condition = test.format(self.text(), self.text())
        other = line("{%p elif town %}") + self.prose() + line("{%p else %}") + self.prose()
        return line(f"{{%p if {condition} %}}") + middle + other + line("{%p endif %}")

    def listed(self) -> str:
        items = line("{%p for item in partners %}") + paragraph("ListBullet", run("{{ item }}"))
        return items + line("{%p else %}") + line("aucun") + line("{%p endfor %}")

    def text_in_paragraphs(self) -> str:
        loop = f"{{%p for text in {self.text()}|paragraphs %}}"
        return line(loop) + paragraph("Answer", run("{{ text }}", "Label")) + line("{%p endfor %}")

    def shown_run(self) -> str:
        tags = run(f"{{%r if {self.text()} %}}"), run("{%r else %}"), run("{%r endif %}")
        return paragraph(
            "Normal", tags[0], run(self.value(), "Label"), tags[1], run("non"), tags[2]
        )

    def cut_tag(self) -> str:
        tag = self.value()
        place = self.dice.randrange(1, len(tag))
        return paragraph("Normal", run(tag[:place]), run(tag[place:], "Label"))

    def rows(self) -> str:
        cells = ["{{ row.what }}", f"{{{{ row.amount }}}} {self.value()}"]
        return table(["Quoi", "Combien"], *looped(cells), ["Total", self.value()])

    def only_rows(self) -> str:
        return table(*looped(["{{ row.what }}", "{{ row.amount }}"]))

    def columns(self) -> str:
        return table(["{%tc for item in partners %}", "{{ item }}", "{%tc endfor %}", "fin"])

    def merged_cells(self) -> str:
        return table(*looped(["{% vm %}même", "{{ row.what }}"]), ["a", "b"])

    def table_in_a_table(self) -> str:
        inner = table(*looped(["{{ row.what }}", "x", "y"]), ["a", "b", "c"])
        cell = f"<w:tc>{WIDTH}{inner}{self.prose()}</w:tc>"
        return table(["a", "b"]).replace("</w:tr>", f"</w:tr><w:tr>{cell}{cell}</w:tr>", 1)

    def text_box(self) -> str:
        box = f"<w:pict><w:txbxContent>{self.prose()}{self.prose()}</w:txbxContent></w:pict>"
        return f"<w:p><w:r><w:rPr><w:b/></w:rPr>{box}</w:r>{run(self.value())}</w:p>"

    def box(self) -> str:
        sign = run(f"{{{{ {self.text()} or '☐' }}}}")
        state = '<w14:checkbox><w14:checked w14:val="0"/></w14:checkbox>'
        control = f"<w:sdtPr>{state}</w:sdtPr><w:sdtContent>{sign}</w:sdtContent>"
        return paragraph("Normal", f"<w:sdt>{control}</w:sdt>")

    def remark(self) -> str:
        return line("{#p une remarque #}") + line("avant {# une autre #} après") + "<!-- vu -->"

    def joined_lines(self) -> str:
        return line("un") + line("{%- if town %} deux{% endif %}")

    def controlled_row(self) -> str:
        row = table([self.value(), "b"])
        start, end = row.index("<w:tc>"), row.index("</w:tc>") + len("</w:tc>")
        cell = f"<w:sdt><w:sdtContent>{row[start:end]}</w:sdtContent></w:sdt>"
        return row[:start] + cell + row[end:]

    def picture(self) -> str:
        name = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
        drawn = f'<w:drawing><wp:inline xmlns:wp="{name}"><wp:docPr id="7" name="a"/></wp:inline>'
        drawing = paragraph("Normal", f"<w:r>{drawn}</w:drawing></w:r>")
        return self.dice.choice([drawing, line("{%p if town %}") + drawing + line("{%p endif %}")])


def line(text: str) -> str:
    return paragraph("Normal", run(text))


def looped(cells: list[str]) -> Iterator[list[str]]:
    blank = [""] * (len(cells) - 1)
    return iter((["{%tr for row in plan %}", *blank], cells, ["{%tr endfor %}", *blank]))


def table(*rows: list[str]) -> str:
    cells = [[f"<w:tc>{WIDTH}{line(text)}</w:tc>" for text in row] for row in rows]
    grid = '<w:gridCol w:w="1500"/>' * len(rows[0])
    lines = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in cells)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>{paragraph('Normal')}"


@pytest.mark.parametrize("seed", range(150))
def test_unseen_models_give_what_docxtpl_gives(seed):
    made_up = MadeUp(seed)
    model = made_up.model()
    content = content_for(model, made_up.dice)

    assert members(render(model, content)) == members(by_docxtpl(model, content))


def test_a_model_as_an_editor_saves_it_gives_what_docxtpl_gives():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].add_run("{{ name }}").add_picture(io.BytesIO(PIXEL))
    document.add_heading("{{ town }}", level=1)
    document.add_paragraph("{{ summary }}\tun\nlien").add_run("{{ reason }}").bold = True
    document.add_picture(io.BytesIO(PIXEL))
    grid = document.add_table(rows=5, cols=3, style="Table Grid")
    for row, text in zip(grid.rows, [*ROWS, "Total"], strict=True):
        row.cells[0].text = text
    grid.rows[4].cells[1].merge(grid.rows[4].cells[2]).text = "{{ town }}"
    file = io.BytesIO()
    document.save(file)

    for seed in range(6):
        content = content_for(file.getvalue(), random.Random(seed))  # noqa: S311
        ours = members(render(file.getvalue(), content))
        assert ours == members(by_docxtpl(file.getvalue(), content))
