"""What is kept of a draft opinion, or of a draft sheet."""

from grants.dossiers.operations.drafts import encoded
from grants.forms import Count, FormDefinition, Unreadable, decode_answers


def test_what_a_rule_works_out_is_not_stored_and_what_cannot_be_read_is():
    form = FormDefinition.model_validate(
        {
            "fields": {
                "places": {"type": "integer", "label": "Places"},
                "twice": {"type": "computed", "label": "Le double", "value": "places * 2"},
                "sites": {"type": "integer", "label": "Sites"},
            }
        }
    )
    places = form.fields["places"].encode(Count(4))
    answers = decode_answers(form, {"places": places, "sites": {"unreadable": "deux ou trois"}})
    assert answers["sites"] == Unreadable("deux ou trois")
    assert "twice" in answers

    assert encoded(form, answers) == {"places": places, "sites": {"unreadable": "deux ou trois"}}
