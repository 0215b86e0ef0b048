"""The robot's texts, which are Fossil wiki, become HTML with harmless links only."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repoweb.chat.robot_text import robot_html

from .test_linkify import PAYLOADS, Elements


def everything(_path):
    return True


def nothing(_path):
    return False


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (
            "see <a href='/info/9109'>9109</a>",
            'see <a href="/info/9109">9109</a>',
        ),
        (
            '<a href="/timeline?u=drh&amp;c=9109">drh</a>',
            '<a href="/timeline?u=drh&amp;c=9109">drh</a>',
        ),
        (
            "<a href='/timeline?u=drh&c=9109'>drh</a>",
            '<a href="/timeline?u=drh&amp;c=9109">drh</a>',
        ),
        (
            "<a href='/info/9109'>a &lt;b&gt; &amp; <i>c</i></a>",
            '<a href="/info/9109">a &lt;b&gt; &amp; c</a>',
        ),
        (
            "Edit [9109215add916c94|9109215add]: x",
            'Edit <a href="/info/9109215add916c94">9109215add</a>: x',
        ),
        ("[/artifact/9109|a.txt]", '<a href="/artifact/9109">a.txt</a>'),
        ("<i>T</i>.", "<i>T</i>."),
        ("&lt;b&gt; &amp; &quot;", "&lt;b&gt; &amp; &#34;"),
        ("a < b & c", "a &lt; b &amp; c"),
    ],
)
def test_what_fossil_writes_is_understood(text, result):
    assert robot_html(text, everything) == result


@pytest.mark.parametrize(
    "text",
    ["<a href='/info/9109'>label</a>", "[9109215add|label]", "[/doc/x|label]"],
)
def test_where_there_is_no_page_there_is_no_link(text):
    assert robot_html(text, nothing) == "label"


def test_links_lie_under_the_sites_path():
    asked = []

    html = robot_html(
        "<a href='/info/9109'>x</a>", lambda p: not asked.append(p), "/repo"
    )

    assert html == '<a href="/repo/info/9109">x</a>'
    assert asked == ["/info/9109"]


@pytest.mark.parametrize(
    "url",
    [
        "//evil.example/",
        "/&#47;evil.example/",
        "/&#x2f;evil.example/",
        "/\\evil.example/",
        "/&#92;evil.example/",
        "/&Tab;/evil.example/",
        "/&#9;/evil.example",
        "/&NewLine;/evil.example",
        "http://evil.example/",
        "javascript:alert(1)",
        "",
        "info",
    ],
)
@pytest.mark.parametrize("form", ["<a href='{}'>x</a>", '<a href="{}">x</a>', "[{}|x]"])
def test_no_link_leads_elsewhere(url, form):
    tags = Elements(robot_html(form.format(url), everything)).tags

    for _, attributes in tags:  # a path with an & in it, perhaps
        assert re.fullmatch(r"/[^/\\\s][^\\\s]*", dict(attributes)["href"])


def is_harmless(html):
    tags = Elements(html).tags
    return all(
        (tag == "i" and not attributes)
        or (tag == "a" and [name for name, _ in attributes] == ["href"])
        for tag, attributes in tags
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_of_an_attack_is_active(payload):
    for form in (
        "{}",
        "<a href='{}'>x</a>",
        '<a href="/{}">x</a>',
        "<a href='/x'>{}</a>",
        "[/{}|x]",
        "[9109|{}]",
        "<i>{}</i>",
    ):
        assert is_harmless(robot_html(form.format(payload), everything))


@settings(deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            [
                "<a^href='/x'>",
                '<a^href="/',
                "</a>",
                "<i>",
                "</i>",
                "[",
                "|",
                "]",
                "'>",
                "9109",
                "/",
                "\\",
                "'",
                '"',
                "<",
                ">",
                "&",
                "&lt;",
                "&#47;",
                "x",
                "\n",
            ]
        ),
        max_size=25,
    ).map(lambda pieces: "".join(pieces).replace("^", " "))
)
def test_whatever_is_written_there_are_only_links_and_italics(text):
    assert is_harmless(robot_html(text, everything))


@pytest.mark.parametrize(
    "piece",
    ["<a href='/x'>", "<a href='/", "[9109|", "[/", "<", "<i>", "&", "|", "'>", "</a>"],
)
def test_64_kib_of_malice_are_soon_done(piece):
    text = piece * (65_536 // len(piece))
    begin = time.process_time()

    robot_html(text, everything)

    assert time.process_time() - begin < 2
