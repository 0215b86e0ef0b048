"""The timeline robot announces what other programs did, once, in Fossil's words."""

import threading

import pytest

from repoweb.chat import robot, schema
from repoweb.repository.repository import Repository

ROBOT = "chat-robot"
H = "9109215add916c94"
U = "2301002ccf0f1e2d"


@pytest.fixture
def catch_up(repository):
    return lambda: robot.catch_up(repository)


@pytest.fixture
def told(rows):
    """What the robot has said."""

    def ask():
        query = "SELECT xmsg FROM chat WHERE xfrom=? ORDER BY msgid"
        return [row[0] for row in rows(query, ROBOT)]

    return ask


@pytest.fixture
def on(repository, configure, catch_up):
    """The robot is switched on, and has looked once."""
    with repository.writing() as db:
        schema.make_ready(db)
    configure("chat-timeline-user", ROBOT)
    catch_up()


@pytest.fixture
def fossil_says(foreign):
    """Fossil's own robot writes into the chat."""

    def say(text):
        foreign.execute(
            "INSERT INTO chat(mtime, lmtime, xfrom, xmsg)"
            " VALUES(julianday('now'), '2026-11-20T12:00:00', ?, ?)",
            (ROBOT, text),
        )

    return say


class TestTheText:
    """The texts of FOSSIL.md 7.8."""

    @pytest.mark.parametrize(
        ("event", "text"),
        [
            (
                ("ci", "Fix the thing"),
                "Fix the thing\n (check-in: <a href='/info/9109215add'>9109215add</a>,"
                " user: <a href='/timeline?u=drh&c=9109215add'>drh</a>,"
                " branch: <a href='/timeline?r=trunk&c=9109215add'>trunk</a>)",
            ),
            (
                ("w", "+Robot Page"),
                "Added wiki page <a href='/whistory?name=Robot+Page'>Robot Page</a>",
            ),
            (
                ("w", ":Robot Page"),
                "<a href='/wdiff?id=9109215add916c94'>Changes</a> to wiki page"
                " <a href='/whistory?name=Robot+Page'>Robot Page</a>",
            ),
            (
                ("w", "-Robot Page"),
                "Delete wiki page <a href='/whistory?name=Robot+Page'>Robot Page</a>",
            ),
            (
                ("f", "Post: Hello"),
                "Post: Hello\n (artifact: <a href='/info/9109215add'>9109215add</a>,"
                " user: <a href='/timeline?u=drh&c=9109215add'>drh</a>)",
            ),
            (
                ("g", 'Edit [9109215add916c94|9109215add]: Add tag "rtag".'),
                'Edit [9109215add916c94|9109215add]: Add tag "rtag".\n',
            ),
            (("e", "A note of today"), "A note of today\n"),
            (
                ("w", "Add attachment [/artifact/aabb|a.txt] to wiki page [Home]"),
                "Add attachment [/artifact/aabb|a.txt] to wiki page [Home]\n",
            ),
        ],
    )
    @pytest.mark.usefixtures("on")
    def test_of_each_kind_is_fossils(self, history, catch_up, told, event, text):
        history.event(H, *event)

        assert catch_up()

        assert told() == [text]

    @pytest.mark.usefixtures("on")
    def test_of_a_ticket_is_its_comment(self, history, catch_up, told):
        history.ticket(U, "It <fails>")

        catch_up()

        full = U.ljust(40, "0")
        assert told() == [
            f"New ticket [{full}|c0ffee2301].\n".replace("c0ffee2301", U[:10])
        ]

    @pytest.mark.usefixtures("on")
    def test_escapes_names_and_comments(self, history, catch_up, told):
        history.event(H, "ci", "a <b> & 'c'", user="a&b <c>", branch="x&y <z>")

        catch_up()

        assert told() == [
            "a &lt;b&gt; &amp; 'c'\n"
            " (check-in: <a href='/info/9109215add'>9109215add</a>,"
            " user: <a href='/timeline?u=a%26b+%3Cc%3E&c=9109215add'>"
            "a&amp;b &lt;c&gt;</a>,"
            " branch: <a href='/timeline?r=x%26y+%3Cz%3E&c=9109215add'>"
            "x&amp;y &lt;z&gt;</a>)"
        ]

    @pytest.mark.usefixtures("on")
    def test_has_the_user_and_comment_as_they_were_edited(
        self, history, catch_up, told, foreign
    ):
        history.event(H, "ci", "typo")
        foreign.execute("UPDATE event SET euser='bob', ecomment='corrected'")

        catch_up()

        assert told()[0].startswith("corrected\n (check-in: ")
        assert "u=bob" in told()[0]

    @pytest.mark.usefixtures("on")
    def test_is_shown_with_links_to_what_is_here(self, history, catch_up, alice):
        history.event(H, "ci", "Fix <b>it</b>")
        catch_up()

        (message,) = alice.get("/chat-poll/0").json["msgs"]

        assert message["uclr"] == "transparent"
        assert message["xmsg"] == (
            "Fix &lt;b&gt;it&lt;/b&gt;\n"
            ' (check-in: <a href="/info/9109215add">9109215add</a>,'
            ' user: <a href="/timeline?u=drh&amp;c=9109215add">drh</a>,'
            ' branch: <a href="/timeline?r=trunk&amp;c=9109215add">trunk</a>)'
        )


class TestAnEvent:
    @pytest.mark.usefixtures("on")
    def test_is_announced_once(self, history, catch_up, told):
        history.event(H, "ci", "Fix")

        assert catch_up()
        assert not catch_up()

        assert len(told()) == 1

    @pytest.mark.usefixtures("on")
    def test_that_is_private_is_not_announced(self, history, catch_up, told):
        history.private(history.event(H, "ci", "Secret", branch="hidden"))
        history.event("abcdef0123", "ci", "Open")

        catch_up()

        assert [text.partition("\n")[0] for text in told()] == ["Open"]

    @pytest.mark.usefixtures("tables", "told")
    def test_without_the_robot_is_not_announced(self, history, catch_up, rows):
        history.event(H, "ci", "Fix")

        assert not catch_up()

        assert rows("SELECT * FROM chat") == []

    @pytest.mark.usefixtures("tables")
    def test_from_before_the_robot_was_switched_on_is_not_announced(
        self, history, configure, catch_up, told
    ):
        history.event(H, "ci", "Old")
        configure("chat-timeline-user", ROBOT)

        assert not catch_up()
        history.event("abcdef0123", "ci", "New")
        assert catch_up()

        assert [text.partition("\n")[0] for text in told()] == ["New"]

    @pytest.mark.usefixtures("on")
    def test_while_the_robot_was_off_is_not_announced(
        self, history, configure, catch_up, told
    ):
        configure("chat-timeline-user", "")
        catch_up()
        history.event(H, "ci", "Meanwhile")
        configure("chat-timeline-user", ROBOT)

        assert not catch_up()

        assert told() == []

    @pytest.mark.usefixtures("on")
    def test_of_a_file_only_is_none(self, history, catch_up, told):
        history.artifact(H)

        assert not catch_up()

        assert told() == []

    @pytest.mark.usefixtures("on")
    def test_is_announced_when_somebody_enters(self, history, alice):
        history.event(H, "ci", "Fix")

        answer = alice.get("/chat-poll/0?raw=1")

        assert answer.json["msgs"][0]["xfrom"] == ROBOT

    @pytest.mark.usefixtures("on")
    def test_is_announced_by_a_robot_of_another_name(
        self, history, catch_up, configure, rows
    ):
        configure("chat-timeline-user", "r2")
        history.event(H, "ci", "Fix")

        catch_up()

        assert rows("SELECT xfrom FROM chat") == [("r2",)]

    @pytest.mark.usefixtures("on")
    def test_is_searchable(self, history, catch_up, alice, check_index):
        history.event(H, "ci", "Fix the flux capacitor")
        catch_up()

        answer = alice.get("/chat-query?q=capacitor")

        assert len(answer.json["msgs"]) == 1
        check_index()


class TestOfMany:
    @pytest.mark.usefixtures("on")
    def test_only_the_first_are_told_and_the_number_of_the_others(
        self, history, catch_up, told
    ):
        for number in range(robot.MOST_AT_ONCE + 30):
            history.event(f"{number:010x}", "ci", f"Number {number}")

        assert catch_up()
        assert not catch_up()

        texts = told()
        assert len(texts) == robot.MOST_AT_ONCE + 1
        assert texts[0].startswith("Number 0\n")
        assert texts[-1] == "… and 30 more events"

    @pytest.mark.usefixtures("on")
    def test_all_are_told_up_to_the_limit(self, history, catch_up, told):
        for number in range(robot.MOST_AT_ONCE):
            history.event(f"{number:010x}", "ci", f"Number {number}")

        catch_up()

        assert len(told()) == robot.MOST_AT_ONCE
        assert told()[-1].startswith(f"Number {robot.MOST_AT_ONCE - 1}\n")


CHECKIN_TEXT = (
    "Fix\n (check-in: <a href='{}/info/9109215add'>9109215add</a>,"
    " user: <a href='/timeline?u=drh&c=9109215add'>drh</a>,"
    " branch: <a href='/timeline?r=trunk&c=9109215add'>trunk</a>)"
)
OWN_TEXTS = [
    ("ci", "Fix", CHECKIN_TEXT.format("")),
    ("ci", "Fix", CHECKIN_TEXT.format("/repo")),
    ("ci", "Fix", CHECKIN_TEXT.format("").replace("9109215add", H)),
    ("ci", "[a|b] <i>c</i>", CHECKIN_TEXT.format("").replace("Fix", "b <i>c</i>")),
    (
        "w",
        "+A & B",
        "Added wiki page <a href='/whistory?name=A+%26+B'>A &amp; B</a>",
    ),
    (
        "w",
        ":Robot Page",
        "<a href='/wdiff?id=9109215add916c94'>Changes</a> to wiki page"
        " <a href='/whistory?name=Robot+Page'>Robot Page</a>",
    ),
    ("w", "-X", "Delete wiki page <a href='/whistory?name=X'>X</a>"),
    (
        "f",
        "Post: Hello",
        "Post: Hello\n (artifact: <a href='/info/9109215add'>9109215add</a>,"
        " user: <a href='/timeline?u=drh&c=9109215add'>drh</a>)",
    ),
    (
        "g",
        'Edit [9109215add916c94|9109215add]: Add tag "rtag".',
        'Edit [9109215add916c94|9109215add]: Add tag "rtag".\n',
    ),
    (
        "g",
        'Edit [9109215add916c94|9109215add]: Add tag "rtag".',
        'Edit <a href="/info/9109215add916c94">[9109215add]</a>:'
        " Add tag &quot;rtag&quot;.\n",
    ),
    (
        "t",
        "New ticket [2301002ccf0f1e2d|2301002ccf] <i>T</i>.",
        'New ticket <a href="/info/2301002ccf0f1e2d">[2301002ccf]</a> <i>T</i>.\n',
    ),
    ("e", "A note & <b>more</b>", "A note &amp; <b>more</b>\n"),
]


class TestWhatFossilAnnouncedItself:
    @pytest.mark.parametrize("own", OWN_TEXTS)
    @pytest.mark.usefixtures("on")
    def test_is_not_announced_again(self, history, fossil_says, catch_up, told, own):
        kind, comment, text = own
        history.event(H, kind, comment)
        fossil_says(text)

        assert not catch_up()

        assert told() == [text]

    @pytest.mark.parametrize("own", OWN_TEXTS)
    @pytest.mark.usefixtures("on")
    def test_does_not_hide_another_event(
        self, history, fossil_says, catch_up, told, own
    ):
        kind, comment, text = own
        history.event(H, kind, comment)
        fossil_says(text)
        history.event("f1e2d3c4b5", "ci", "Another one")

        assert catch_up()

        assert len(told()) == 2
        assert told()[1].startswith("Another one\n")

    @pytest.mark.usefixtures("on")
    def test_before_the_last_look_does_not_count(
        self, history, fossil_says, catch_up, told
    ):
        history.event(H, "e", "The same note")
        fossil_says("The same note\n")
        catch_up()

        history.event("f1e2d3c4b5", "e", "The same note")

        assert catch_up()
        assert len(told()) == 2

    @pytest.mark.usefixtures("on")
    def test_of_two_changes_of_a_page_hides_only_one(
        self, history, fossil_says, catch_up, told
    ):
        text = OWN_TEXTS[5][2]
        history.event(H, "w", ":Robot Page")
        fossil_says(text)
        history.event("f1e2d3c4b5", "w", ":Robot Page")

        assert catch_up()

        assert len(told()) == 2

    @pytest.mark.usefixtures("on")
    def test_does_not_hide_a_page_whose_name_is_a_part(
        self, history, fossil_says, catch_up, told
    ):
        history.event(H, "w", "+Robot Page")
        fossil_says(
            "Added wiki page <a href='/whistory?name=Robot+Page'>Robot Page</a>"
        )
        history.event("f1e2d3c4b5", "w", "+Robot")

        catch_up()

        assert told()[1:] == [
            "Added wiki page <a href='/whistory?name=Robot'>Robot</a>"
        ]

    @pytest.mark.usefixtures("on")
    def test_does_not_hide_the_check_in_that_it_mentions(
        self, history, fossil_says, catch_up, told
    ):
        history.event("f1e2d3c4b5", "ci", "Mistake")
        history.event(H, "ci", "Back out [f1e2d3c4b5]")
        fossil_says(CHECKIN_TEXT.format("").replace("Fix", "Back out [f1e2d3c4b5]"))

        assert catch_up()

        assert len(told()) == 2
        assert told()[1].startswith("Mistake\n")

    @pytest.mark.usefixtures("on")
    def test_in_a_users_name_does_not_count(self, history, catch_up, told, say):
        say(CHECKIN_TEXT.format(""), by="bob")
        history.event(H, "ci", "Fix")

        assert catch_up()

        assert len(told()) == 1


@pytest.mark.usefixtures("on")
def test_several_processes_announce_once(history, path, told):
    repositories = [Repository(path) for _ in range(4)]
    for number in range(5):
        history.event(f"{number:010x}", "ci", f"Number {number}")
    barrier = threading.Barrier(len(repositories))
    answers = []

    def look(repository):
        barrier.wait(5)
        answers.append(robot.catch_up(repository))

    threads = [threading.Thread(target=look, args=[r]) for r in repositories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    for repository in repositories:
        repository.close()

    assert sorted(answers) == [False, False, False, True]
    assert len(told()) == 5


@pytest.mark.usefixtures("tables")
def test_switching_it_on_at_the_administration_begins_at_once(
    drh, history, told, catch_up
):
    history.event(H, "ci", "Before")
    form = dict(
        pair.split("=")
        for pair in (
            "chat-initial-history=50 chat-keep-count=50 chat-keep-days=7"
            " chat-poll-timeout=420 chat-alert-sound=alerts/plunk.wav"
            " fx-chat-max-file=10 fx-chat-max-text=40000 fx-chat-per-minute=600"
            f" chat-timeline-user={ROBOT}"
        ).split()
    )

    drh.post("/Admin/Chat", data=form)
    history.event("f1e2d3c4b5", "ci", "After")
    catch_up()

    assert [text.partition("\n")[0] for text in told()] == ["After"]


@pytest.mark.parametrize("mark", ["", "x", "1", "1 2 3", "-1 5"])
@pytest.mark.usefixtures("on")
def test_a_broken_mark_is_as_none(history, configure, catch_up, told, mark):
    history.event(H, "ci", "Old")
    configure(robot.MARK, mark)

    assert not catch_up()

    assert told() == []
