"""/chat?d= shows what was said on a day of UTC, to be read and printed."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from pages import parse

from repoweb.chat import day as day_module
from repoweb.chat import days, schema, store

FRIDAY = "2026-11-20"


@pytest.fixture
def said(sql, repository, configure):
    """Let somebody have said something at a moment."""
    with repository.writing() as db:
        schema.make_ready(db)
    configure("chat-keep-days", "0")

    def said(moment, text="something"):
        sql(
            "INSERT INTO chat(mtime, xfrom, xmsg) VALUES(julianday(?), 'bob', ?)",
            moment,
            text,
        )

    return said


@pytest.fixture
def visit(alice):
    def visit(day):
        answer = alice.get("/chat", query_string={"d": day})
        assert answer.status_code == 200
        return parse(answer.text)

    return visit


def texts(page):
    return [element.text for element in page.all("div", "m-b")]


def links(page):
    """Where the links to other days lead, and what they say."""
    return {
        link["rel"]: (link["href"], " ".join(link.text.split()))
        for link in page.all("a", "btn")
        if "rel" in link.attributes
    }


class TestADay:
    @pytest.fixture(autouse=True)
    def days(self, said):
        said("2026-11-18 12:00:00", "Wednesday")
        said("2026-11-19 23:59:59", "before midnight")
        said("2026-11-20 00:00:00", "midnight <b>")
        said("2026-11-20 23:59:59", "late")
        said("2026-11-25 00:00:00", "Wednesday again")

    def test_has_its_messages_and_no_others(self, visit):
        assert texts(visit(FRIDAY)) == ["midnight <b>", "late"]

    def test_tells_which_it_is_and_how_many_there_are(self, visit):
        page = visit(FRIDAY)

        assert page.all("h1")[0].text == "Chat of Friday, 20 November 2026"
        assert "2 messages. Times are UTC." in page.by_id("main").text

    def test_leads_to_the_nearest_days_that_have_messages(self, visit):
        assert links(visit(FRIDAY)) == {
            "prev": ("/chat?d=2026-11-19", "← 2026-11-19 (1)"),
            "next": ("/chat?d=2026-11-25", "2026-11-25 (1) →"),
        }

    def test_is_the_first_or_the_last_one(self, visit):
        assert set(links(visit("2026-11-18"))) == {"next"}
        assert set(links(visit("2026-11-25"))) == {"prev"}

    def test_without_messages_says_so(self, visit):
        page = visit("2026-11-22")

        assert "No messages on this day." in page.by_id("main").text
        assert len(links(page)) == 2

    def test_does_not_count_deletions(self, visit, bob):
        bob.post("/chat-delete/3")

        assert texts(visit(FRIDAY)) == ["late"]
        assert "1 message." in visit(FRIDAY).by_id("main").text

    def test_does_not_renew_itself(self, visit):
        assert "http-equiv" not in str([e.attributes for e in visit(FRIDAY).elements])

    def test_with_more_messages_than_are_shown_says_so(self, visit, monkeypatch):
        monkeypatch.setattr(day_module, "MOST_SHOWN", 1)

        page = visit(FRIDAY)

        assert texts(page) == ["late"]
        assert "Only the newest 1 are shown; 1 came before" in page.by_id("main").text

    def test_costs_a_fixed_number_of_queries(self, visit, said, queries_of):
        few = queries_of(lambda: visit(FRIDAY))
        for minute in range(40):
            said(f"2026-11-20 10:{minute}:00", "hello @bob [chat:1]")
            said(f"2026-10-{minute % 28 + 1:02} 10:00:00")

        many = queries_of(lambda: visit(FRIDAY))

        assert many - few <= 4  # for @bob, and the three questions of [chat:1]


class TestAmongManyMessages:
    @pytest.fixture
    def work(self, repository):
        """Tell how much SQLite does to find a day."""

        def work():
            steps = 0

            def count():
                nonlocal steps
                steps += 1

            with repository.reading() as db:
                db.set_progress_handler(count, 100)
                assert len(store.of_day(db, FRIDAY, 2000)) == 24
                assert days.count(db, FRIDAY) == 24
                assert days.day_before(db, FRIDAY) == "2026-11-19"
                assert days.day_behind(db, FRIDAY) == "2026-11-21"
                db.set_progress_handler(None, 0)
            return steps

        return work

    @pytest.fixture
    def fill(self, said, sql):  # noqa: ARG002 - it makes the tables
        """Let somebody have said something each hour, for so many days."""

        def fill(first, count):
            sql(
                "INSERT INTO chat(mtime, xfrom, xmsg) SELECT"
                " julianday(?)+(value+0.5)/24, 'bob', 'hello'"
                " FROM json_each(?)",
                first,
                json.dumps(list(range(24 * count))),
            )

        return fill

    def test_a_day_costs_what_it_has(self, fill, work, sql):
        fill("2026-09-01", 200)
        some = work()
        sql("DELETE FROM chat")
        fill("2016-11-20", 4200)

        assert work() < some * 1.2

    def test_what_a_clock_that_was_set_back_left_is_found(self, fill, said, visit):
        fill("2026-11-01", 19)
        said("2026-11-21 00:10:00", "too early")
        said("2026-11-20 12:00:00", "the clock was set back")
        fill("2026-11-21", 1)
        said("2026-11-20 13:00:00", "and again")

        page = visit(FRIDAY)

        assert texts(page) == ["the clock was set back", "and again"]
        assert links(page)["prev"][0] == "/chat?d=2026-11-19"
        assert links(page)["next"] == ("/chat?d=2026-11-21", "2026-11-21 (25) →")


class TestToday:
    def test_renews_itself_each_minute(self, visit):
        metas = [meta.attributes for meta in visit("today").all("meta")]

        assert {"http-equiv": "refresh", "content": "60"} in metas

    def test_has_what_was_just_said(self, say, visit):
        say("now")

        assert texts(visit("today")) == ["now"]
        assert texts(visit(f"{datetime.now(UTC):%Y-%m-%d}")) == ["now"]

    def test_is_not_yesterday(self, say, age, visit):
        age(say("before"), 1)

        assert texts(visit("yesterday")) == ["before"]
        assert texts(visit(f"{datetime.now(UTC) - timedelta(1):%Y-%m-%d}")) == [
            "before"
        ]
        assert texts(visit("today")) == []


@pytest.mark.parametrize(
    "name",
    [
        *("", "x", "2026-02-30", "2026-13-01", "20261120", "2026-W47-5"),
        *("0000-01-01", "2026-11-20 ", "٢٠٢٦-11-20", "tomorrow", "<b>", "9" * 5000),
    ],
)
def test_what_is_no_day_is_not_found(alice, name):
    answer = alice.get("/chat", query_string={"d": name})

    assert answer.status_code == 404
    assert "is no day. Write it as 2026-11-20." in answer.text
    assert "<b>" not in answer.text.partition("<main")[2].partition("is no day")[0]


@pytest.mark.parametrize("name", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days(visit, name):
    assert texts(visit(name)) == []


def test_an_empty_chat_says_so(visit):
    assert "No messages yet." in visit("today").by_id("main").text


def test_the_day_is_for_those_who_may_chat(client_of, say):
    say("secret")

    for login, status in ((None, 401), ("carol", 403)):
        answer = client_of(login).get("/chat?d=today")
        assert answer.status_code == status
        assert "secret" not in answer.text
