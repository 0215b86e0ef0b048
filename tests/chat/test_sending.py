"""Messages that are sent over HTTP end in Fossil's table."""


def test_a_message_is_stored_as_it_was_typed(bob, rows):
    text = "  #include <stdio.h>\n\t__init__ \\x a | b  "

    answer = bob.post("/chat-send", data={"msg": text, "lmtime": "2026-11-20T12:00:00"})

    assert (answer.status_code, answer.text) == (200, "")
    assert rows("SELECT lmtime, xfrom, xmsg, file FROM chat") == [
        ("2026-11-20T12:00:00", "bob", text, None)
    ]
