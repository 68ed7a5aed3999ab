"""What an audit of Office files finds in ours: nothing. Microsoft Word itself is not at hand."""

import pytest
from docx.oxml.ns import qn
from lxml import etree
from openxml_audit import OpenXmlValidator

from docx_templates.build import models
from tests.answers import LIBRARY, answers_for, call_of
from tests.factories import SEMIS
from tests.returned import edited, written

AUDIT = OpenXmlValidator(security_validation=True)
SLUGS = sorted(path.stem for path in LIBRARY.glob("*.yaml"))
HOSTILE = (
    "Dupont & Fils <b>gras</b> ]]> \" '\n</w:t></w:r></w:p><w:p>\n- un\n- deux\n\n"
    "a\x0bb\x07c\ud800d\ufffe\u2028f {{ 7*7 }} {% if x %}\n\u202bشقة للإيجار\u202c \U0001f3e0 "
    + "mot "
    * 20_000
)


def findings(file: bytes, folder) -> list[str]:
    path = folder / "document.docx"
    path.write_bytes(file)
    return [
        f"{each.part_uri} {each.path}: {each.description}" for each in AUDIT.validate(path).errors
    ]


@pytest.mark.parametrize("name", models())
def test_a_model_has_no_fault(name, tmp_path):
    assert findings(models()[name], tmp_path) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_a_blank_form_has_no_fault(slug, tmp_path):
    assert findings(written(call_of(slug), {}), tmp_path) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_a_filled_presentation_has_no_fault(slug, tmp_path):
    answers = SEMIS if slug == "hlm-accompagnes" else answers_for(slug)
    assert findings(written(call_of(slug), answers), tmp_path) == []


def test_hostile_texts_leave_no_fault(tmp_path):
    call = call_of("hlm-accompagnes")
    answers = SEMIS | {
        key: HOSTILE
        for key, field in call.form.fields.items()
        if field.type in ("text", "long_text")
    }
    assert findings(written(call, answers), tmp_path) == []


def test_the_audit_sees_a_fault(tmp_path):
    def spoil(document):
        document.find(qn("w:body")).append(etree.Element(qn("w:tcPr")))

    assert findings(edited(written(call_of(SLUGS[0]), {}), spoil), tmp_path) != []
