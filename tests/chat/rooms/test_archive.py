import re
from datetime import UTC, date, datetime, timedelta

import pytest

from repoweb.chat import store as messages
from repoweb.chat.message import NewMessage
from repoweb.chat.rooms import archive, archive_views, store
from repoweb.chat.rooms.store import MICRO

from .conftest import GUEST


@pytest.fixture
def say_at(repository, room):
    """Store a message as of a time: `say_at("2024-02-29 23:59:59.000007", "x")`."""

    def say(when, text="hello", by="bob"):
        moment = datetime.fromisoformat(when).replace(tzinfo=UTC)
        at = int(moment.timestamp()) * MICRO + moment.microsecond
        with repository.writing() as db:
            msgid = messages.insert(db, NewMessage(by, text), room.tables)
            store.number_post(db, room, msgid, GUEST, at)
            return store.by_msgid(db, room, msgid)

    return say


def lines(page):
    return re.findall(r'<div class="m-b"[^>]*>(.*?)</div>', page)


class TestADay:
    def test_has_its_messages_and_no_others(self, nobody, say_at):
        say_at("2024-02-28 23:59:59", "before")
        say_at("2024-02-29 00:00:00", "first")
        say_at("2024-02-29 23:59:59", "last")
        say_at("2024-03-01 00:00:00", "behind")
        page = nobody.get("/chat/lobby/a/2024/02/29").text
        assert lines(page) == ["first", "last"]

    def test_has_the_anchors_of_chaton(self, nobody, say_at):
        post = say_at("2009-05-21 12:34:56.000007")
        assert post.anchor == "entry-4a154a70-07"
        page = nobody.get("/chat/lobby/a/2009/05/21").text
        assert 'id="entry-4a154a70-07"' in page
        assert 'href="#entry-4a154a70-07"' in page

    def test_leads_to_the_days_beside_it(self, nobody, say_at):
        for day in ("2023-12-31", "2024-02-29", "2024-03-05"):
            say_at(f"{day} 12:00:00")
        page = nobody.get("/chat/lobby/a/2024/02/29").text
        assert 'rel="prev" href="/chat/lobby/a/2023/12/31"' in page
        assert 'rel="next" href="/chat/lobby/a/2024/03/05"' in page

    def test_lists_the_days_of_its_month_with_counts(self, nobody, say_at):
        for when in ("2024-02-01 10:00:00", "2024-02-03 10:00:00"):
            say_at(when)
        say_at("2024-02-03 11:00:00")
        page = nobody.get("/chat/lobby/a/2024/02/02").text
        assert '<a href="/chat/lobby/a/2024/02/01">2024/02/01</a> (1)' in page
        assert '<a href="/chat/lobby/a/2024/02/03">2024/02/03</a> (2)' in page
        assert "No messages on this day" in page

    def test_leaves_out_what_was_deleted(self, nobody, drh, say_at):
        post = say_at("2024-02-01 10:00:00", "secret")
        say_at("2024-02-01 10:00:01", "public")
        drh.post(f"/chat/lobby/chat-delete/{post.msgid}")
        page = nobody.get("/chat/lobby/a/2024/02/01").text
        assert lines(page) == ["public"]
        assert "2024/02/01</a> (1)" in page

    def test_says_if_it_has_too_many(self, nobody, say_at, monkeypatch):
        monkeypatch.setattr(archive_views, "MOST_OF_A_DAY", 2)
        for second in range(3):
            say_at(f"2024-02-01 10:00:0{second}", str(second))
        page = nobody.get("/chat/lobby/a/2024/02/01").text
        assert lines(page) == ["0", "1"]
        assert "Later ones of this day are not shown" in page

    @pytest.mark.parametrize(
        "name",
        ["2024/02/30", "2024/13/01", "0000/01/01", "24/1/1", "x", "2024", "a/b/c/d"],
    )
    @pytest.mark.usefixtures("room")
    def test_that_is_none_is_not_found(self, nobody, name):
        assert nobody.get(f"/chat/lobby/a/{name}").status_code == 404

    @pytest.mark.usefixtures("room")
    def test_at_the_ends_of_time_is_empty(self, nobody):
        for name in ("9999/12/31", "1970/01/01", "0001/01/01"):
            assert nobody.get(f"/chat/lobby/a/{name}").status_code == 200

    @pytest.mark.usefixtures("room")
    def test_may_be_today_or_yesterday(self, nobody):
        today = archive.today()
        for name, day in (("today", today), ("yesterday", today - timedelta(days=1))):
            answer = nobody.get(f"/chat/lobby/a/{name}")
            assert answer.headers["Location"] == f"/chat/lobby/a/{day:%Y/%m/%d}"

    def test_without_a_name_is_the_newest(self, nobody, say_at):
        say_at("2024-02-29 12:00:00")
        for path in ("/chat/lobby/a", "/chat/lobby/a/"):
            location = nobody.get(path).headers["Location"]
            assert location == "/chat/lobby/a/2024/02/29"


class TestTheSearch:
    def test_finds_words_newest_first(self, nobody, say_at):
        say_at("2023-02-28 12:00:00", "the quick fox")
        say_at("2024-02-28 12:00:00", "a quick hare")
        say_at("2024-02-28 12:00:01", "a slow snail")
        page = nobody.get("/chat/lobby/search?q=quick").text
        assert re.findall(r"a/(2\d+/\d+/\d+)#entry-", page) == [
            "2024/02/28",
            "2023/02/28",
        ]
        assert "2 messages" in page
        assert "a <mark>quick</mark> hare" in page

    def test_leads_to_older_ones(self, nobody, say_at, monkeypatch):
        monkeypatch.setattr(archive_views, "FOUND_ON_PAGE", 2)
        for second in range(3):
            say_at(f"2024-02-01 10:00:0{second}", f"word {second}")
        page = nobody.get("/chat/lobby/search?q=word").text
        older = re.search(r'href="(\?q=word&amp;before=\d+)"', page)[1]
        page = nobody.get("/chat/lobby/search" + older.replace("&amp;", "&")).text
        assert re.findall(r"</mark> (\d)", page) == ["0"]

    def test_escapes_what_was_typed(self, nobody, say_at):
        say_at("2024-02-01 10:00:00", "<script>alert(1)</script> word")
        page = nobody.get("/chat/lobby/search?q=word+%3Cscript%3E").text
        assert "<script>" not in page

    def test_finds_nothing_of_another_room(self, nobody, say_at, make_room):
        say_at("2024-02-01 10:00:00", "secret")
        make_room("other")
        assert "Nothing was found" in nobody.get("/chat/other/search?q=secret").text


class TestThePlaceInTime:
    @pytest.mark.parametrize("day", [date(1970, 1, 1), date(2024, 2, 29)])
    def test_of_a_day_begins_where_the_last_one_ended(self, day):
        before = day - timedelta(days=1)
        assert archive.begin_of(day) == archive.end_of(before)

    def test_of_a_message_is_kept_to_the_microsecond(self, say_at):
        assert say_at("2024-02-29 12:00:00.999999").micros == 999_999
