"""JSON is written as Fossil writes it, and every parser reads it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from repoweb.chat import fossil_json


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", '""'),
        ("a", '"a"'),
        ('"', r'"\""'),
        ("\\", r'"\\"'),
        ("/", '"/"'),
        ("\n\r", r'"\n\r"'),
        ("\t\b\f", r'"\u0009\u0008\u000c"'),
        ("\0\x1f", r'"\u0000\u001f"'),
        ("\x7f\x80é😀\u2028", '"\x7f\x80é😀\u2028"'),
        ("</script><b>&'", '"</script><b>&\'"'),
    ],
)
def test_a_text_is_escaped_no_more_than_fossil_does(text, written):
    assert fossil_json.string(text) == written


def test_html_keeps_its_quotes():
    assert fossil_json.string(Markup('<a href="/">')) == r'"<a href=\"/\">"'


@settings(deadline=None, derandomize=True)
@given(st.text())
def test_every_text_comes_back(text):
    assert json.loads(fossil_json.string(text)) == text


def test_a_record_has_its_fields_in_order_and_no_blank():
    fields = {"msgid": 1, "xfrom": None, "xmsg": "a b", "fsize": 0}

    written = fossil_json.record(fields)

    assert written == '{"msgid":1,"xfrom":null,"xmsg":"a b","fsize":0}'
