"""Which families of pages an application has: all, or those that one request needs.

Of the others it knows the rules, so that links to their pages are the same.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import cast

from flask import Flask
from werkzeug.routing import Map

from repoweb.plugin import LateBlueprint, Plugin, load
from repoweb.web.rules import LateRule

_KEY = "repoweb.families"
_ALL, _ANY = "*", "<>"
_LATE = (
    *("_strptime", "encodings.idna"),
    *("linkify_it", "nh3", "pygments.token", "rcssmin", "rjsmin"),
    *("repoweb.repository.manifests", "repoweb.web.markup.code"),
)
"""Modules that pages load when they need them; `warmup` loads those for Markdown."""


def register(app: Flask, plugins: Iterable[Plugin], path: str | None) -> None:
    """Register the blueprints of plugins.

    Args:
        path: the only one that will be asked for; None if all may be.

    Raises:
        RuntimeError: a plugin tells other rules than its blueprint has; names it.
    """
    left_out = [] if path is None else _not_needed(plugins, path)
    app.extensions[_KEY] = left_out
    loaded = {}
    for plugin in plugins:
        blueprint = plugin.blueprint
        if isinstance(blueprint, LateBlueprint):
            if blueprint in left_out:
                continue
            loaded[plugin.name] = blueprint
            blueprint = load(blueprint.place)
        if blueprint is not None:
            app.register_blueprint(blueprint)
    _require_rules(app, loaded)


def is_left_out(app: Flask, path: str) -> bool:
    """Whether a path leads to a page that an application has left out."""
    late = cast("list[LateBlueprint]", app.extensions[_KEY])
    near = [rule for blueprint in late for rule in _near(blueprint.shows, path)]
    if not near or path in near:
        return bool(near)
    rules = [LateRule(rule, endpoint=rule, methods=["GET"]) for rule in near]
    return Map(rules).bind("").test(path, "GET")


def load_all(plugins: Iterable[Plugin]) -> None:
    """Load what would be loaded when a page needs it."""
    for name in _LATE:
        import_module(name)
    for plugin in plugins:
        if isinstance(plugin.blueprint, LateBlueprint):
            load(plugin.blueprint.place)
        load(plugin.tokens)
        for entry in plugin.menu:
            load(entry.mark)


def _not_needed(plugins: Iterable[Plugin], path: str) -> list[LateBlueprint]:
    """List the blueprints that have nothing to do with a path."""
    late = {
        plugin.name: plugin.blueprint
        for plugin in plugins
        if isinstance(plugin.blueprint, LateBlueprint)
    }
    asked = {
        name
        for name, blueprint in late.items()
        if _near(f"{blueprint.shows} {blueprint.takes}", path)
    }
    asked.update(*(late[name].uses for name in asked))
    if _ALL in asked:
        return []
    return [late[name] for name in late if name not in asked]


def _near(rules: str, path: str) -> list[str]:
    """List the rules that a path may fit: those that begin with the same word."""
    wanted = {_first_word(path), _ANY}
    return [rule for rule in rules.split() if _first_word(rule) in wanted]


def _first_word(path: str) -> str:
    word = path.lstrip("/").partition("/")[0]
    return _ANY if word.startswith("<") else word


def _require_rules(app: Flask, loaded: Mapping[str, LateBlueprint]) -> None:
    found: dict[str, dict[str, set[str]]] = {}
    for rule in app.url_map.iter_rules():
        family = found.setdefault(rule.endpoint.partition(".")[0], {})
        family.setdefault(rule.rule, set()).update(rule.methods or ())
    for name, blueprint in loaded.items():
        _compare(name, blueprint, found.get(name, {}))


def _compare(name: str, told: LateBlueprint, found: dict[str, set[str]]) -> None:
    shows = {rule for rule in found if "GET" in found[rule]}
    rules = set(told.shows.split()), set(told.takes.split())
    if rules != (shows, found.keys() - shows):
        wrong = ", ".join(sorted(found.keys() ^ set.union(*rules))) or "their methods"
        message = f"the plugin {name} tells other rules than it has: {wrong}"
        raise RuntimeError(message)
