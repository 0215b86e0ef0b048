"""Users have the colours that Fossil gives them (FOSSIL.md 7.7)."""

import pytest

from repoweb.chat import colour
from repoweb.resources import resource

FOSSILS = {
    "alice": "#ddefcc",
    "nobody": "#e1cdf3",
    "Zoë": "#cbf4e3",
    "bob": "#dacff8",
    "anonymous": "#f7f1d0",
    "release": "#cbf0ef",
    "drh": "#f3e0ca",
    "feature": "#dccdf4",
    "a": "#d1f2d1",
    "stephan": "#d8f8cf",
}


@pytest.mark.parametrize("name", FOSSILS)
def test_the_colour_is_fossils(name):
    assert colour.user_colour(name) == FOSSILS[name]


@pytest.mark.parametrize("name", ["", "😀", "x" * 1000, "\x7f\x80\xff"])
def test_every_name_has_one(name):
    assert len(colour.user_colour(name)) == 7


@pytest.mark.parametrize("name", [*FOSSILS, "", "😀"])
def test_every_name_has_a_hue_of_the_style_sheet(name):
    assert 0 <= colour.user_hue(name) < colour.HUES


def test_the_style_sheet_has_all_hues():
    sheet = resource("static").joinpath("chat/chat.css").read_text("utf-8")

    assert all(f".u{hue}" in sheet for hue in range(colour.HUES))
    assert f".u{colour.HUES}" not in sheet


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        ("", {}),
        ("alice drh", {"alice": "drh"}),
        ("  alice\tdrh\r\n bob   stephan\n", {"alice": "drh", "bob": "stephan"}),
        ("alice drh bob", {"alice": "drh"}),
        ("alice a alice b", {"alice": "b"}),
    ],
)
def test_the_colour_map_is_a_list_of_pairs(text, aliases):
    assert colour.aliases(text) == aliases
