"""Prefix and page, from what web servers were seen to send."""

import pytest

from repoweb.serving.cgi_path import NoSuchPlace, locate

APACHE = "proxy:scgi://127.0.0.1:9000"
SEEN = {
    "nginx": ({"REQUEST_URI": "/a%20b?x=1"}, ("", "/a b")),
    "nginx with a prefix": (
        {"REQUEST_URI": "/code/home", "SCRIPT_NAME": "/code"},
        ("/code", "/home"),
    ),
    "nginx at the prefix": (
        {"REQUEST_URI": "/code", "SCRIPT_NAME": "/code"},
        ("/code", ""),
    ),
    "nginx with a page": (
        {"REQUEST_URI": "/code/home", "PATH_INFO": "/home"},
        ("/code", "/home"),
    ),
    "lighttpd": (
        {
            "REQUEST_URI": "/code/a%2Fb",
            "SCRIPT_NAME": "/code",
            "PATH_INFO": "/a/b",
        },
        ("/code", "/a/b"),
    ),
    "apache": (
        {
            "REQUEST_URI": "/code/a%20b",
            "SCRIPT_NAME": "/code/a b",
            "SCRIPT_FILENAME": f"{APACHE}/a%20b",
        },
        ("/code", "/a b"),
    ),
    "apache at the root": (
        {
            "REQUEST_URI": "/home",
            "SCRIPT_NAME": "/home",
            "SCRIPT_FILENAME": f"{APACHE}/home",
        },
        ("", "/home"),
    ),
    "apache with proxy-scgi-pathinfo": (
        {
            "REQUEST_URI": "/code/a%20b",
            "SCRIPT_NAME": "/code/a b",
            "PATH_INFO": "/a%20b",
            "SCRIPT_FILENAME": f"{APACHE}/a%20b",
        },
        ("/code", "/a b"),
    ),
    "a CGI script": (
        {
            "REQUEST_URI": "/cgi-bin/site/home?q",
            "SCRIPT_NAME": "/cgi-bin/site",
            "PATH_INFO": "/home",
        },
        ("/cgi-bin/site", "/home"),
    ),
    "a CGI script behind a rewritten address": (
        {
            "REQUEST_URI": "/nice/home",
            "SCRIPT_NAME": "/cgi-bin/site",
            "PATH_INFO": "/home",
        },
        ("/cgi-bin/site", "/home"),
    ),
    "no REQUEST_URI": (
        {"SCRIPT_NAME": "/site", "PATH_INFO": "/home"},
        ("/site", "/home"),
    ),
    "a whole address": ({"REQUEST_URI": "http://host/home?x"}, ("", "/home")),
    "nothing": ({}, ("", "")),
}


@pytest.mark.parametrize(("variables", "place"), SEEN.values(), ids=SEEN)
def test_prefix_and_page_are_told_apart(variables, place):
    assert tuple(locate(variables)) == place


def test_a_given_prefix_decides():
    variables = {"REQUEST_URI": "/a/b/c", "SCRIPT_NAME": "/a/b/c"}

    assert tuple(locate(variables, "/a")) == ("/a", "/b/c")


@pytest.mark.parametrize("uri", ["/other", "/codex", "/"])
def test_a_path_that_is_not_below_the_prefix_is_refused(uri):
    with pytest.raises(NoSuchPlace, match="not below /code"):
        locate({"REQUEST_URI": uri}, "/code")


def test_letters_beyond_ascii_are_bytes_in_latin_1():
    assert locate({"REQUEST_URI": "/%C3%A4"}).path.encode("latin-1") == "/ä".encode()
