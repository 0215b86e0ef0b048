"""Reading HTML as a browser does, without one."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"}


@dataclass
class Element:
    """An element of a page; `element["href"]` is an attribute."""

    tag: str
    attributes: dict
    parents: list = field(default_factory=list, repr=False)
    text: str = ""

    def __getitem__(self, name):
        return self.attributes[name]

    def get(self, name, default=None):
        return self.attributes.get(name, default)

    @property
    def classes(self):
        return (self.attributes.get("class") or "").split()


class Page(HTMLParser):
    """All elements of a page, in their order."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self._open = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs), list(self._open))
        assert len(element.attributes) == len(attrs), f"doubled attribute: {attrs}"
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag):
        assert self._open, f"</{tag}> without a start"
        last = self._open.pop()
        assert last.tag == tag, f"<{last.tag}> is closed by </{tag}>"

    def handle_data(self, data):
        for element in self._open:
            element.text += data

    def all(self, tag, css_class=None):
        return [
            element
            for element in self.elements
            if element.tag == tag
            and (css_class is None or css_class in element.classes)
        ]

    def within(self, tag, css_class, inner):
        return [
            element
            for element in self.all(inner)
            if any(p.tag == tag and css_class in p.classes for p in element.parents)
        ]

    def by_id(self, name):
        (found,) = (e for e in self.elements if e.attributes.get("id") == name)
        return found

    def fields(self):
        """What a browser sends when the form with the most fields is submitted."""
        sent = {}
        for element in self.elements:
            if element.tag == "input" and "name" in element.attributes:
                kind = element.get("type", "text")
                ticked = "checked" in element.attributes
                if kind != "checkbox" or ticked:
                    sent[element["name"]] = element.get("value", "") or ""
            elif element.tag == "textarea":
                sent[element["name"]] = element.text.removeprefix("\n")
            elif element.tag == "option" and "selected" in element.attributes:
                select = next(p for p in element.parents if p.tag == "select")
                sent[select["name"]] = element["value"]
        return sent


def parse(text):
    return Page(text)
