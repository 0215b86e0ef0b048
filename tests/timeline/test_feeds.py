"""/timeline.rss and /timeline.atom: well-formed, and right."""

from xml.etree import ElementTree as ET

import pytest

ATOM = "{http://www.w3.org/2005/Atom}"


def test_rss_has_the_newest_events(nobody, made):
    answer = nobody.get("/timeline.rss?y=ci&n=2")

    items = ET.fromstring(answer.text).findall("channel/item")
    assert answer.mimetype == "application/rss+xml"
    assert [item.findtext("title") for item in items] == [
        *("Check-in: check-in six", "Check-in: check-in five")
    ]
    assert items[0].findtext("link") == f"http://localhost/info/{made['six']}"
    assert items[0].findtext("pubDate") == "Fri, 01 May 2026 15:00:00 GMT"


def test_atom_has_them_too(nobody, made):
    answer = nobody.get("/timeline.atom?u=alice")

    entries = ET.fromstring(answer.text).findall(f"{ATOM}entry")
    assert answer.mimetype == "application/atom+xml"
    assert [e.findtext(f"{ATOM}id") for e in entries] == [
        f"http://localhost/info/{made[name]}" for name in ("five", "three")
    ]
    assert entries[0].findtext(f"{ATOM}updated") == "2026-05-01T14:00:00Z"
    assert entries[0].findtext(f"{ATOM}author/{ATOM}name") == "alice"


@pytest.mark.parametrize("form", ["rss", "atom"])
@pytest.mark.parametrize(
    "text",
    ["\x00\x1b]", "<b>&amp;</b> ]]>", "a\ud800".encode("utf-8", "replace").decode()],
)
def test_odd_texts_leave_it_well_formed(nobody, sql, form, text):
    sql("UPDATE event SET comment=?, user=?", text, text)

    assert ET.fromstring(nobody.get(f"/timeline.{form}").text) is not None


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_without_events_it_is_empty(nobody, form):
    text = nobody.get(f"/timeline.{form}?u=nix").text

    assert "<item>" not in text
    assert "<entry>" not in text
    assert ET.fromstring(text) is not None


@pytest.mark.parametrize(
    ("query", "names"),
    [
        *(("tag=rel-1", ["two"]), ("name=bin", ["six"]), ("name=b*n", [])),
        *(("name=a.txt&n=2", ["six", "two"]), ("wiki=nix", []), ("tkt=abcd", [])),
    ],
)
def test_fossils_parameters_are_understood(nobody, query, names):
    root = ET.fromstring(nobody.get(f"/timeline.rss?{query}").text)

    assert [e.text for e in root.findall("channel/item/title")] == [
        f"Check-in: check-in {name}" for name in names
    ]


def test_events_are_for_those_who_may_see_them(nobody, sql):
    sql("UPDATE event SET type='f'")

    assert "check-in" not in nobody.get("/timeline.rss").text
