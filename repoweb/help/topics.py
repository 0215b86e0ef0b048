"""What can be explained: the pages of all plugins, and their settings.

Nothing is written twice: a page is explained by the docstring of its view, a
setting by its entry in the plugin's registry.
"""

import inspect
import re
from dataclasses import dataclass
from itertools import groupby

from flask import Flask

from repoweb.accounts.guard import needs_of
from repoweb.plugin import Plugin, Setting

_PARAMETER = re.compile(r"/?<[^>]+>")
_PARTS = ("Args:", "Returns:", "Raises:")
_ITEM = "* "


@dataclass(frozen=True)
class Topic:
    """A page of the site.

    Args:
        name: its address without what varies, such as "/timeline".
        summary: one line.
        text: paragraphs; those that begin with "* " are items of a list.
        needs: the capability expression of who may see it.
        methods: "GET", "POST" or both.
    """

    name: str
    summary: str
    text: list[str]
    needs: str
    methods: str

    @property
    def blocks(self) -> list[tuple[bool, list[str]]]:
        """The text in blocks: whether it is a list, and its items or paragraphs."""
        return [
            (is_list, [text.removeprefix(_ITEM) for text in group])
            for is_list, group in groupby(self.text, lambda t: t.startswith(_ITEM))
        ]


def page_topics(app: Flask) -> dict[str, Topic]:
    """Collect the pages of the site by their names, sorted."""
    found: dict[str, list[tuple[str, set[str]]]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        methods = set(rule.methods or ()) - {"HEAD", "OPTIONS"}
        name = _PARAMETER.sub("", rule.rule) or "/"
        found.setdefault(name, []).append((rule.endpoint, methods))
    return {name: _topic(app, name, found[name]) for name in sorted(found)}


def _topic(app: Flask, name: str, views: list[tuple[str, set[str]]]) -> Topic:
    """Explain a page by the view that shows it, rather than by those that change."""
    views = sorted(views, key=lambda view: "GET" not in view[1])
    endpoint = views[0][0]
    text = inspect.getdoc(app.view_functions[endpoint]) or ""
    paragraphs = [
        " ".join(paragraph.split())
        for paragraph in re.split(r"\n\s*\n|\n(?=\* )", text)
        if not paragraph.strip().startswith(_PARTS)
    ]
    methods = sorted(set().union(*(methods for _, methods in views)))
    return Topic(
        name,
        paragraphs[0] if paragraphs else "",
        paragraphs[1:],
        needs_of(app, endpoint) or "*",
        ", ".join(methods),
    )


def setting_topics(plugins: tuple[Plugin, ...]) -> dict[str, Setting]:
    """Collect the settings of all plugins by their names, sorted."""
    every = [setting for plugin in plugins for setting in plugin.settings]
    return {setting.name: setting for setting in sorted(every, key=lambda s: s.name)}
