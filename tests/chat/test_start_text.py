"""/chat?text=…: other pages lead to the chat with a link in the field."""

import pytest
from pages import parse


@pytest.mark.parametrize(
    "text", ["", "[9109215add] ", "</textarea><script>x</script>", "a & b\nc"]
)
def test_the_field_has_it_to_begin_with(alice, text):
    page = parse(alice.get("/chat", query_string={"text": text}).text)

    assert page.by_id("chat-text").text == text


def test_it_has_an_end(alice):
    page = parse(alice.get("/chat", query_string={"text": "x" * 3000}).text)

    assert len(page.by_id("chat-text").text) == 1000
