"""/chat-query finds messages by words or number, and answers as Fossil's."""

import pytest

from repoweb.chat import store

from .forms import file, multipart

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)

FIRST = (
    b'{"msgid":1,"mtime":"2026-11-20T20:41:00Z","lmtime":"2026-11-20T12:00:00",'
    b'"xfrom":"alice","uclr":"#ddefcc",'
    b'"xmsg":"<span class=\\"match\\">Hello</span> *world* &amp; &lt;b&gt;","fsize":0}'
)


@pytest.fixture
def find(alice):
    """Ask for words: the numbers that were found."""

    def find(words, **parameters):
        answer = alice.get("/chat-query", query_string={"q": words, **parameters})
        assert answer.status_code == 200
        return [message["msgid"] for message in answer.json["msgs"]]

    return find


class TestTheAnswer:
    @pytest.mark.usefixtures("captured")
    def test_marks_the_matches(self, alice):
        answer = alice.get("/chat-query?q=hello")

        assert answer.data == b'{"msgs":[\n' + FIRST + b'\n], "first":1, "last":2}'
        assert answer.headers["Content-Type"] == "application/json"

    @pytest.mark.usefixtures("captured")
    def test_of_a_search_in_vain_tells_the_ends(self, alice):
        answer = alice.get("/chat-query?q=nothing")

        assert answer.data == b'{"msgs":[\n\n], "first":1, "last":2}'

    def test_of_an_empty_chat(self, alice):
        answer = alice.get("/chat-query?q=nothing")

        assert answer.data == b'{"msgs":[\n\n], "first":0, "last":0}'

    @pytest.mark.usefixtures("captured")
    def test_of_an_empty_query_lists_all_and_has_no_ends(self, alice):
        answer = alice.get("/chat-query")

        assert answer.data.endswith(b'\n], "first":0, "last":0}')
        assert [m["msgid"] for m in answer.json["msgs"]] == [1, 2]

    def test_marks_every_match_of_a_message(self, say, alice):
        say("run, he runs & is running")

        (message,) = alice.get("/chat-query?q=run").json["msgs"]

        run, runs, running = (
            f'<span class="match">{word}</span>' for word in ("run", "runs", "running")
        )
        assert message["xmsg"] == f"{run}, he {runs} &amp; is {running}"

    def test_escapes_what_was_typed(self, say, alice):
        say("<script>alert(1)</script> needle <b>")

        (message,) = alice.get("/chat-query?q=needle").json["msgs"]

        assert message["xmsg"] == (
            "&lt;script&gt;alert(1)&lt;/script&gt;"
            ' <span class="match">needle</span> &lt;b&gt;'
        )

    @pytest.mark.parametrize("typed", ["\x02", "\x03", "\x03\x02", "\x02a", "a\x03"])
    def test_has_no_stray_tag_where_our_marks_were_typed(self, say, alice, typed):
        say(f"{typed} needle {typed}")

        (message,) = alice.get("/chat-query?q=needle").json["msgs"]

        assert message["xmsg"] == f'{typed} <span class="match">needle</span> {typed}'

    def test_has_rows_for_our_page(self, say, alice):
        say("needle")

        (message,) = alice.get("/chat-query?q=needle&rows=1").json["msgs"]

        assert 'id="m1"' in message["html"]


class TestWords:
    @pytest.fixture(autouse=True)
    def messages(self, say):
        say("The quick brown fox")  # 1
        say("jumps over the lazy dog")  # 2
        say("Der schnelle Fuchs: früh, ÄRGER")  # 3
        say("c++ and f(x) and snake_case")  # 4
        say("foxes run NEAR rivers OR lakes AND NOT hills")  # 5

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("fox", [1, 5]),
            ("FOX", [1, 5]),
            ("foxes", [1, 5]),
            ("the fox", [1]),
            ("fox the", [1]),
            ("dog fox", []),
            ("qui", [1]),
            ("qui brown", []),
            ("quick bro", [1]),
            ("schnell", [3]),
            ("früh", [3]),
            ("FRÜH", [3]),
            ("ärger", [3]),
            ("snake_case", [4]),
            ("c++", [4]),
            ("f(x)", [4]),
            ("lazy, dog!", [2]),
            ("  lazy  ", [2]),
        ],
    )
    def test_all_must_occur_and_the_last_may_be_incomplete(self, find, words, found):
        assert find(words) == found

    @pytest.mark.parametrize(
        "words",
        [
            '"',
            '""',
            '"fox',
            'fox"',
            "'",
            "*",
            "^",
            "(",
            ")",
            "()",
            "fox(",
            "-",
            "+",
            ":",
            "{",
            "xmsg:",
            "-xmsg:fox",
            "{xmsg}:fox",
            "NEAR(",
            "NEAR(fox, 3",
            "AND",
            "OR",
            "NOT",
            "fox AND",
            "OR fox",
            "fox NOT",
            "fox OR OR dog",
            "\\",
            ";",
            "%",
            "\0",
            "fox\0",
            "😀",
            "\u0301",
            "--",
            "/* */",
            "x" * 5000,
            "x " * 5000,
            "' OR 1=1 --",
            "fox*bar*",
            "^fox",
            "_",
            "²",
            "٣",
        ],
    )
    def test_no_syntax_is_an_error(self, find, words):
        assert isinstance(find(words), list)

    @pytest.mark.parametrize("word", ["near", "or", "and", "not", "NEAR", "OR"])
    def test_operators_are_words(self, find, word):
        assert 5 in find(word)

    @pytest.mark.parametrize("words", ['"', "*", "( )", "-+", "   "])
    def test_none_find_nothing(self, find, words):
        assert find(words) == []

    def test_are_listed_oldest_first_of_the_newest(self, find):
        assert find("the", n=1) == [2]
        assert find("the", n=2) == [1, 2]

    @pytest.mark.parametrize("n", ["0", "-1", "garbage", "9" * 40])
    def test_of_any_number_are_found(self, find, n):
        assert find("the", n=n) == [1, 2]

    def test_of_a_deleted_message_are_not_found(self, find, repository):
        with repository.writing() as db:
            store.delete(db, 1, "bob", is_admin=False)

        assert find("fox") == [5]

    def test_of_a_row_that_another_program_deleted_are_not_found(self, find, foreign):
        foreign.execute("DELETE FROM chat WHERE msgid=3")

        assert find("fuchs") == []

    def test_of_a_row_that_another_program_added_are_found(self, find, foreign_say):
        msgid = foreign_say("a new fox")

        assert find("new") == [msgid]

    def test_are_found_after_the_index_was_dropped(self, find, foreign):
        foreign.execute("DROP TABLE chatfts1")

        assert find("fox") == [1, 5]


class TestANumber:
    @pytest.fixture(autouse=True)
    def messages(self, captured_deletion):
        """1 is a message, 2 was deleted, which 3 tells."""

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("#1", [1]),
            (" #1 ", [1]),
            ("#01", [1]),
            ("#2", []),
            ("#3", [3]),
            ("#99", []),
            ("#0", []),
            ("#" + "9" * 18, []),
            ("#" + "9" * 40, []),
            ("#", []),
            ("#x", []),
            ("#-1", []),
        ],
    )
    def test_is_exactly_that_message(self, find, words, found):
        assert find(words) == found

    def test_shows_the_links_of_its_text(self, alice, sql):
        sql("UPDATE chat SET xmsg='http://x.org/a' WHERE msgid=1")

        (message,) = alice.get("/chat-query", query_string={"q": "#1"}).json["msgs"]

        assert message["xmsg"].startswith('<a href="http://x.org/a"')


class TestAnEmptyQuery:
    @pytest.fixture(autouse=True)
    def messages(self, captured_deletion):
        """1 is a message, 2 was deleted, which 3 tells."""

    @pytest.mark.parametrize(
        ("parameters", "listed"),
        [
            ({}, [1, 3]),
            ({"i": 2}, [3]),
            ({"i": 1, "n": 1}, [1]),
            ({"i": 4}, []),
            ({"i": "garbage"}, [1, 3]),
            ({"i": -5}, [1, 3]),
            ({"i": "9" * 40}, []),
            ({"n": -1}, [1, 3]),
        ],
    )
    def test_lists_from_a_number_on(self, find, parameters, listed):
        assert find("", **parameters) == listed


@pytest.mark.usefixtures("tables")
def test_at_most_500_are_found(sql, find):
    sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<600)"
        " INSERT INTO chat(mtime, xfrom, xmsg) SELECT 2461365.5, 'bob', 'same' FROM n"
    )

    found = find("same", n=1000)

    assert found == list(range(101, 601))


class TestFilters:
    @pytest.fixture(autouse=True)
    def messages(self, say, bob):
        say("release build", by="bob")  # 1
        say("release notes", by="alice")  # 2
        bob.post("/chat-send", **multipart(msg="build log", file=file(b"x", "b.log")))
        bob.post("/chat-send", **multipart(file=file(PNG, "release.png")))  # 4

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("from:bob", [1, 3, 4]),
            ("from:BOB", [1, 3, 4]),
            ("from:nobody", []),
            ("release from:alice", [2]),
            ("has:file", [3, 4]),
            ("has:image", [4]),
            ("build has:file", [3]),
            ("from:alice has:file", []),
            ("#3", [3]),
            ("#3 from:bob", [3]),
            ("#3 from:alice", []),
            ('"release build"', [1]),
            ('"build release"', []),
        ],
    )
    def test_are_parts_of_the_query(self, find, words, found):
        assert find(words) == found

    def test_may_be_a_parameter(self, find):
        assert find("", **{"from": "bob"}) == [1, 3, 4]
        assert find("release", **{"from": "bob"}) == [1]

    def test_of_a_deletion_find_nothing(self, find, bob):
        bob.post("/chat-delete/1")

        assert find("from:bob") == [3, 4]


class TestOurPage:
    @pytest.fixture(autouse=True)
    def messages(self, say):
        for number in range(60):
            say(f"message {number} <b>")

    def test_gets_snippets_and_how_many_there_are(self, alice):
        answer = alice.get("/chat-query?q=mess&rows=1&n=2").json

        assert answer["total"] == 60
        assert [m["snippet"] for m in answer["msgs"]] == [
            "<mark>message</mark> 58 &lt;b&gt;",
            "<mark>message</mark> 59 &lt;b&gt;",
        ]

    def test_gets_fifty_and_then_those_before(self, find):
        first = find("message", rows="1")
        rest = find("message", rows="1", before=first[0])

        assert (len(first), len(rest)) == (50, 10)
        assert sorted(first + rest) == list(range(1, 61))

    def test_gets_the_beginning_where_no_word_was_searched(self, alice):
        (message,) = alice.get("/chat-query?q=%235&rows=1").json["msgs"]

        assert message["snippet"] == "message 4 &lt;b&gt;"

    def test_gets_the_name_of_a_file_without_text(self, alice, bob):
        bob.post("/chat-send", **multipart(file=file(b"x", "b.log")))

        (message,) = alice.get("/chat-query?q=has:file&rows=1").json["msgs"]

        assert message["snippet"] == "b.log"

    def test_gets_no_deletions(self, alice, bob):
        bob.post("/chat-delete/60")

        assert alice.get("/chat-query?q=%2361&rows=1").json["msgs"] == []

    def test_is_answered_with_a_fixed_number_of_queries(self, alice, queries_of):
        def found(count):
            return alice.get(f"/chat-query?q=message&rows=1&n={count}").json["msgs"]

        assert (len(found(1)), len(found(50))) == (1, 50)

        assert queries_of(lambda: found(1)) == queries_of(lambda: found(50))
