"""Rules of addresses are made to write addresses when that is first asked."""

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from repoweb.web.rules import LateRule


@pytest.fixture
def made(monkeypatch):
    """How many functions Werkzeug has made that write addresses."""
    found, make = [], Rule._compile_builder

    def count(rule, *arguments):
        found.append(rule.rule)
        return make(rule, *arguments)

    monkeypatch.setattr(Rule, "_compile_builder", count)
    return found


@pytest.fixture
def app():
    app = Flask("repoweb", static_folder=None)
    app.url_rule_class = LateRule
    app.add_url_rule("/a/<rule>/<path:build>", "a", defaults={"self_": "x"})
    app.add_url_rule("/b", "b")
    return app


def test_addresses_are_those_that_werkzeug_writes(app):
    with app.test_request_context():
        assert url_for("a", rule="1 2", build="3/4", q="5") == "/a/1%202/3/4?q=5"
        assert url_for("b", _anchor="c") == "/b#c"


def test_a_function_is_made_for_what_is_asked_only_and_once(made, app):
    assert made == []
    with app.test_request_context():
        for _ in range(3):
            url_for("b")
    assert made == ["/b"]


def test_the_application_has_such_rules(made, nobody):
    made.clear()
    nobody.get("/home")
    rules = list(nobody.application.url_map.iter_rules())
    assert len(made) < len(rules) / 4
