"""/chat-fetch-one answers as Fossil's, byte for byte (FOSSIL.md 7.4)."""

import pytest


@pytest.mark.usefixtures("captured")
def test_one_message_has_a_blank_and_no_local_time(alice):
    answer = alice.get("/chat-fetch-one/1")

    assert answer.data == (
        b'{"msgid": 1,"mtime":"2026-11-20T20:41:00Z","xfrom":"alice","uclr":"#ddefcc",'
        b'"xmsg":"Hello *world* &amp; &lt;b&gt;","fsize":0}'
    )
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.usefixtures("captured")
def test_an_attachment_is_told(alice):
    answer = alice.get("/chat-fetch-one/2")

    assert answer.data == (
        b'{"msgid": 2,"mtime":"2026-11-20T20:41:00Z","xfrom":"bob","uclr":"#dacff8",'
        b'"xmsg":"a file","fsize":9,"fname":"my file.txt","fmime":"text/plain"}'
    )


@pytest.mark.usefixtures("captured")
@pytest.mark.parametrize(
    "address", ["/chat-fetch-one?name=1", "/chat-fetch-one/1x", "/chat-fetch-one/01"]
)
def test_the_number_is_read_as_fossil_reads_it(alice, address):
    assert alice.get(address).json["msgid"] == 1


@pytest.mark.usefixtures("captured")
def test_the_source_is_to_be_had(alice):
    assert alice.get("/chat-fetch-one/1?raw=1").json["xmsg"] == "Hello *world* & <b>"


@pytest.mark.parametrize(
    ("number", "named"),
    [("99", 99), ("0", 0), ("-1", -1), ("x", 0), ("9" * 18, int("9" * 18))],
)
@pytest.mark.usefixtures("captured")
def test_what_is_not_there_is_404(alice, number, named):
    answer = alice.get(f"/chat-fetch-one/{number}")

    assert answer.status_code == 404
    assert answer.data == f'{{"error":"Chat message #{named} not found."}}'.encode()
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("number", [2, 3], ids=["deleted", "a deletion"])
@pytest.mark.usefixtures("captured_deletion")
def test_a_deletion_is_404(alice, number):
    assert alice.get(f"/chat-fetch-one/{number}").status_code == 404
