"""Posts a page's form as a browser without JavaScript does: every input it shows, then a button."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class _Form(HTMLParser):
    """The inputs of the form that bears `data-autosave`, as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.inputs: list[tuple[str, str]] = []
        self.area: str | None = None
        self.select: str | None = None

    def handle_starttag(self, tag, attrs):
        traits = dict(attrs)
        if tag == "form":
            self.inside = "data-autosave" in traits
        if not self.inside:
            return
        if tag == "textarea":
            self.area = traits["name"]
            self.inputs.append((self.area, ""))
        elif tag == "select":
            self.select = traits["name"]
        elif tag == "option" and self.select and "selected" in traits:
            self.inputs.append((self.select, traits["value"]))
        elif tag == "input" and traits.get("name") and self._counts(traits):
            self.inputs.append((traits["name"], traits.get("value") or ""))

    @staticmethod
    def _counts(traits):
        box = traits.get("type") in ("radio", "checkbox")
        return "checked" in traits if box else traits.get("type") != "submit"

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.area is not None:
            name, text = self.inputs[-1]
            # A browser drops the line break that follows the opening tag.
            self.inputs[-1] = (name, text + (data.removeprefix("\n") if not text else data))


def inputs_of(response) -> MultiDict:
    """What the page's form would post if nothing were typed."""
    form = _Form()
    form.feed(response.get_data(as_text=True))
    return MultiDict(form.inputs)


def typed(response, **texts) -> MultiDict:
    """The page's form with some of its inputs typed over; a list ticks several boxes."""
    inputs = inputs_of(response)
    for name, text in texts.items():
        inputs.setlist(name.replace("__", "-"), text if isinstance(text, list) else [text])
    return inputs
