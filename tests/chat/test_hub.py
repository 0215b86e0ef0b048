"""The hub releases who waits: with real threads on a real file, without a server."""

import json
import logging
import shutil
import sqlite3
import threading
import time

import pytest

from repoweb.accounts.authentication import refresh
from repoweb.accounts.user import Method, User
from repoweb.chat import robot, store, watcher
from repoweb.chat.render import Form
from repoweb.chat.waiter import MOST_PER_ADDRESS, MOST_PER_USER, PollWaiter
from repoweb.repository import connection
from repoweb.repository.errors import RepositoryBusy
from repoweb.web.hanging import TooManyWaiting

from .live import until

FORM = Form()

pytestmark = pytest.mark.usefixtures("tables")


class Guest:
    """Somebody who waits, and the answers that he gets."""

    def __init__(self, hub, user, cursor, form, address):
        self.answers = []
        self.waiter = PollWaiter(hub, cursor, form, user, address=address, seconds=60)
        self.hub = hub

    def wait(self):
        self.hub.check_room(self.waiter)
        self.waiter.start(self.answers.append)
        return self

    def answer(self):
        """What he gets, at last."""
        until(lambda: self.answers, "an answer")
        assert len(self.answers) == 1
        return self.answers[0].decode()


@pytest.fixture
def user_of(repository):
    def user_of(login):
        with repository.reading() as db:
            return refresh(db, User(login, method=Method.TOKEN))

    return user_of


@pytest.fixture
def guest(hub, user_of):
    """Make somebody who waits: `guest("bob", cursor=3)`."""

    def make(login="alice", *, cursor=0, form=FORM, address="127.0.0.1"):
        return Guest(hub, user_of(login), cursor, form, address)

    return make


@pytest.fixture
def rested(hub):
    """Wait until the hub has looked since somebody came, and has nothing to do."""

    def rest():
        watcher = hub._watcher
        until(lambda: not watcher._late and not watcher._wake.is_rung(), "a look")

    return rest


class TestAMessage:
    def test_of_this_process_releases_who_waits(self, guest, say, hub):
        alice = guest().wait()

        say("hello")
        hub.announce()

        assert '"xmsg":"hello"' in alice.answer()
        assert len(hub) == 0

    def test_of_another_program_releases_who_waits(self, guest, foreign_say):
        alice = guest().wait()

        foreign_say("from outside")

        assert '"xmsg":"from outside"' in alice.answer()

    def test_of_another_program_is_seen_within_50_milliseconds(
        self, guest, foreign_say, rested
    ):
        delays = []
        for cursor in range(10):
            alice = guest(cursor=cursor).wait()
            rested()
            begin = time.monotonic()
            assert foreign_say() == cursor + 1
            alice.answer()
            delays.append(time.monotonic() - begin)

        assert sorted(delays)[len(delays) // 2] < 0.1  # 50 ms, and a busy machine

    def test_of_this_process_is_seen_sooner_than_the_hub_looks_by_itself(
        self, guest, say, hub, rested, monkeypatch
    ):
        monkeypatch.setattr(watcher, "TICK_SECONDS", 30)
        alice = guest().wait()
        rested()

        say("hello")
        hub.announce()

        assert "hello" in alice.answer()

    def test_that_came_before_he_waited_releases_him_at_once(self, guest, say):
        say("hello")

        alice = guest().wait()

        assert "hello" in alice.answer()

    def test_that_he_knows_does_not_release_him(self, guest, say, hub, rested):
        say("hello")

        alice = guest(cursor=1).wait()
        rested()

        assert not alice.answers
        assert len(hub) == 1

    @pytest.mark.usefixtures("hub")
    def test_releases_each_with_what_lies_behind_his_cursor(self, guest, say, foreign):
        for number in range(1, 4):
            say(f"message {number}")
        guests = [guest(cursor=cursor) for cursor in (3, 4, 5)]
        for one in guests:
            one.wait()

        foreign.execute(
            "INSERT INTO chat(mtime, xmsg) VALUES(2461365.5, 'message 4'),"
            " (2461365.5, 'message 5'), (2461365.5, 'message 6')"
        )

        for one, seen in zip(guests, ([4, 5, 6], [5, 6], [6]), strict=True):
            assert [
                number for number in range(1, 7) if f"message {number}" in one.answer()
            ] == seen

    def test_that_was_deleted_is_told(self, guest, say, hub, repository):
        say("hello")
        alice = guest(cursor=1).wait()

        with repository.writing() as db:
            store.delete(db, 1, "bob", is_admin=False)
        hub.announce()

        assert '"mdel":1' in alice.answer()

    def test_is_released_after_the_index_was_dropped(self, guest, foreign, foreign_say):
        alice = guest().wait()

        foreign.execute("DROP TABLE chatfts1")  # as `fossil rebuild` does
        foreign_say("after the rebuild")

        assert "after the rebuild" in alice.answer()

    def test_is_released_after_our_own_table_was_dropped(
        self, guest, foreign, foreign_say, rows
    ):
        """As with a fossil that knows less than today's of tables to be kept."""
        alice = guest().wait()

        foreign.execute("DROP TABLE fx_chatkey")
        foreign_say("after it")

        assert "after it" in alice.answer()
        assert rows("SELECT * FROM fx_chatkey") == []


class TestOneAnswer:
    def test_is_made_for_all_with_the_same_cursor_and_form(
        self, guest, say, hub, chat, monkeypatch
    ):
        questions = []
        after = store.after
        monkeypatch.setattr(
            store,
            "after",
            lambda db, cursor, of: questions.append(cursor) or after(db, cursor, of),
        )
        guests = [guest("alice") for _ in range(6)] + [guest("bob") for _ in range(6)]
        for one in guests:
            one.wait()
        before = chat.renderer.count

        say("hello")
        hub.announce()

        bodies = {one.answer() for one in guests}
        assert len(bodies) == 1
        assert chat.renderer.count == before + 1
        assert questions == [0]

    def test_is_made_for_each_form(self, guest, say, hub, chat):
        forms = [Form(), Form(raw=True), Form(rows=True), Form(base="/repo")]
        guests = [guest(form=form).wait() for form in forms * 2]
        before = chat.renderer.count

        say("<b> [/chat]")
        hub.announce()

        bodies = [one.answer() for one in guests]
        assert len(set(bodies)) == len(forms)
        assert bodies[: len(forms)] == bodies[len(forms) :]
        assert chat.renderer.count == before + len(forms)

    def test_is_made_for_each_set_of_capabilities_that_shows_more(
        self, guest, say, chat, sql, history
    ):
        checkin = history.event("9109215add", "ci", "Fix")
        history.tag(checkin, "sym-trunk")
        sql("UPDATE user SET cap='' WHERE login IN ('nobody', 'anonymous')")
        sql("UPDATE user SET cap='C' WHERE login='bob'")
        alice, bob = guest("alice").wait(), guest("bob").wait()
        before = chat.renderer.count

        say("[trunk]")
        chat.hub.announce()

        assert "check-in by drh" in alice.answer()
        assert '"xmsg":"[trunk]"' in bob.answer()
        assert chat.renderer.count == before + 2


class TestWhoIsLockedOutWhileHeWaits:
    def is_refused(self, one, code):
        answer = one.answer()
        return "isError" in answer and f'"code":"{code}"' in answer

    def test_gets_the_error_and_not_the_message(self, guest, say, hub, sql):
        alice, bob = guest("alice").wait(), guest("bob").wait()

        sql("UPDATE user SET cap='o' WHERE login='bob'")
        say("secret")
        hub.announce()

        assert "secret" in alice.answer()
        assert self.is_refused(bob, "perm")
        assert "secret" not in bob.answer()

    def test_gets_the_error_without_any_message(self, guest, foreign, hub):
        alice, bob = guest("alice").wait(), guest("bob").wait()

        foreign.execute("UPDATE user SET cap='o' WHERE login='bob'")

        assert self.is_refused(bob, "perm")
        assert not alice.answers
        assert len(hub) == 1

    def test_gets_the_error_when_his_account_was_deleted(self, guest, foreign):
        bob = guest("bob").wait()

        foreign.execute("DELETE FROM user WHERE login='bob'")

        assert self.is_refused(bob, "login")

    def test_gets_the_error_when_an_inherited_capability_was_taken(
        self, guest, foreign, sql
    ):
        sql("UPDATE user SET cap='C' WHERE login='developer'")
        sql("UPDATE user SET cap='v' WHERE login='bob'")
        bob = guest("bob").wait()

        foreign.execute("UPDATE user SET cap='ei' WHERE login='developer'")

        assert self.is_refused(bob, "perm")

    def test_gets_it_for_the_path_of_his_site(self, guest, foreign):
        bob = guest("bob", form=Form(base="/repo")).wait()

        foreign.execute("UPDATE user SET cap='o' WHERE login='bob'")

        assert "href='/repo/login?g=chat'" in bob.answer()

    @pytest.mark.usefixtures("hub")
    def test_is_not_who_got_another_capability(self, guest, foreign, rested):
        bob = guest("bob").wait()
        rested()

        foreign.execute("UPDATE user SET cap='oijC' WHERE login='bob'")
        foreign.execute("UPDATE user SET cap='' WHERE login='carol'")
        guest("alice").wait()
        rested()

        assert not bob.answers


class TestTheLimit:
    def test_is_twelve_for_a_user(self, guest):
        for _ in range(MOST_PER_USER):
            guest("bob").wait()

        with pytest.raises(TooManyWaiting, match="At most 12 requests"):
            guest("bob", address="10.0.0.1").wait()

    def test_is_each_users_own(self, guest, hub):
        for _ in range(MOST_PER_USER):
            guest("bob").wait()

        guest("alice").wait()

        assert len(hub) == MOST_PER_USER + 1

    def test_has_room_again_when_one_leaves(self, guest, hub):
        guests = [guest("bob").wait() for _ in range(MOST_PER_USER)]

        guests[3].waiter.leave()
        guest("bob").wait()

        assert len(hub) == MOST_PER_USER

    def test_counts_who_leaves_twice_only_once(self, guest):
        guests = [guest("bob").wait() for _ in range(MOST_PER_USER)]

        guests[3].waiter.leave()
        guests[3].waiter.leave()
        guests[3].waiter.expire()
        guest("bob").wait()

        with pytest.raises(TooManyWaiting):
            guest("bob").wait()

    def test_has_room_again_after_a_message(self, guest, say, hub):
        guests = [guest("bob").wait() for _ in range(MOST_PER_USER)]
        say("hello")
        hub.announce()
        for one in guests:
            one.answer()

        guest("bob", cursor=1).wait()

        assert hub.present() == [("bob", 1)]

    @pytest.mark.parametrize("login", ["", "anonymous"])
    def test_is_six_for_an_address_of_those_who_are_nobody(self, guest, sql, login):
        sql("UPDATE user SET cap='C' WHERE login IN ('nobody', 'anonymous')")
        for _ in range(MOST_PER_ADDRESS):
            guest(login, address="10.0.0.1").wait()
        guest(login, address="10.0.0.2").wait()

        with pytest.raises(TooManyWaiting, match="At most 6 requests"):
            guest(login, address="10.0.0.1").wait()

    def test_of_an_address_does_not_count_for_users(self, guest, sql):
        sql("UPDATE user SET cap='C' WHERE login='nobody'")
        for _ in range(MOST_PER_ADDRESS):
            guest("", address="10.0.0.1").wait()

        guest("bob", address="10.0.0.1").wait()


class TestWhoEndsByHimself:
    def test_gets_the_empty_answer_at_the_deadline(self, guest, hub):
        alice = guest().wait()

        assert json.loads(alice.waiter.expire())["msgs"] == []

        assert len(hub) == 0

    def test_is_not_answered_afterwards(self, guest, say, hub):
        left, expired, stays = (guest().wait() for _ in range(3))

        left.waiter.leave()
        expired.waiter.expire()
        say("hello")
        hub.announce()

        stays.answer()
        assert not left.answers
        assert not expired.answers

    def test_is_not_shown_as_present(self, guest, hub):
        alice, _ = guest("alice").wait(), guest("bob").wait()
        assert hub.present() == [("alice", 1), ("bob", 1)]

        alice.waiter.leave()

        assert hub.present() == [("bob", 1)]


class TestTheThread:
    @pytest.mark.usefixtures("guest")
    def test_does_not_run_before_somebody_waits(self, say, hub):
        say("hello")
        hub.announce()

        assert hub._watcher._thread is None

    @pytest.mark.usefixtures("brief_hub")
    def test_ends_when_nobody_waits_any_more(self, guest, hub):
        alice = guest().wait()
        thread = hub._watcher._thread
        assert thread.is_alive()

        alice.waiter.leave()

        until(lambda: not thread.is_alive(), "the end of the thread")
        assert hub._watcher._thread is None

    def test_lingers_for_who_comes_again(self, guest, hub):
        alice = guest().wait()
        thread = hub._watcher._thread

        alice.waiter.leave()
        guest().wait()

        assert hub._watcher._thread is thread

    @pytest.mark.usefixtures("brief_hub")
    def test_runs_again_for_the_next_one(self, guest, say, hub):
        guest().wait().waiter.leave()
        until(lambda: hub._watcher._thread is None, "the end of the thread")

        alice = guest().wait()
        say("hello")
        hub.announce()

        assert "hello" in alice.answer()

    @pytest.mark.usefixtures("brief_hub")
    def test_keeps_no_connection_when_it_has_ended(self, guest, hub, repository):
        alice = guest().wait()
        until(lambda: not hub._watcher._late, "a look")
        alice.waiter.leave()
        until(lambda: hub._watcher._thread is None, "the end of the thread")

        repository.close()

        assert repository.open_connections == 0

    def test_ends_with_the_hub_and_releases_nobody(self, guest, say, hub):
        alice = guest().wait()
        thread = hub._watcher._thread

        hub.close()
        say("hello")
        hub.announce()

        assert not thread.is_alive()
        assert not alice.answers

    def test_does_not_begin_again_after_that(self, guest, hub):
        hub.close()

        alice = guest().wait()

        assert hub._watcher._thread is None
        assert json.loads(alice.waiter.expire())["msgs"] == []

    def test_never_ends_while_somebody_comes_and_goes(
        self, guest, say, hub, monkeypatch
    ):
        monkeypatch.setattr(watcher, "LINGER_SECONDS", 0)
        for cursor in range(100):
            alice = guest(cursor=cursor).wait()
            say(f"message {cursor}")
            hub.announce()
            assert f"message {cursor}" in alice.answer()


class TestWhatFails:
    def test_for_one_does_not_hold_up_the_others(self, guest, say, hub, caplog):
        def fail(_body):
            message = "no memory"
            raise MemoryError(message)

        guests = [guest().wait() for _ in range(5)]
        broken = guest("bob")
        broken.waiter.start(fail)

        with caplog.at_level(logging.ERROR):
            say("hello")
            hub.announce()
            for one in guests:
                one.answer()

        until(lambda: "cannot be answered" in caplog.text, "a line in the log")
        assert len(hub) == 0

    def test_once_does_not_end_the_watch(self, guest, say, hub, caplog, monkeypatch):
        after = store.after
        failures = [RuntimeError("once")]

        def fail_once(db, cursor, of):
            if failures:
                raise failures.pop()
            return after(db, cursor, of)

        monkeypatch.setattr(store, "after", fail_once)
        alice = guest().wait()

        say("hello")
        hub.announce()

        assert "hello" in alice.answer()
        assert "the chat cannot be watched: once" in caplog.text

    def test_again_and_again_is_logged_once(self, guest, hub, path, caplog):
        alice = guest().wait()
        elsewhere = path.with_name("elsewhere")

        path.rename(elsewhere)
        until(lambda: "cannot be watched" in caplog.text, "a line in the log")
        for _ in range(5):
            hub.announce()
            until(lambda: not hub._watcher._wake.is_rung(), "a look")
        elsewhere.rename(path)

        assert caplog.text.count("cannot be watched") == 1
        assert not alice.answers

    @pytest.mark.usefixtures("hub")
    def test_is_over_when_the_file_is_back(self, guest, say, path, caplog):
        alice = guest().wait()
        elsewhere = path.with_name("elsewhere")
        path.rename(elsewhere)
        until(lambda: "cannot be watched" in caplog.text, "a line in the log")

        elsewhere.rename(path)
        say("hello")

        assert "hello" in alice.answer()

    def test_of_the_robot_does_not_hold_up_messages(self, guest, foreign, monkeypatch):
        def busy(repository):
            raise RepositoryBusy(repository.path, "locked by another program")

        monkeypatch.setattr(robot, "is_due", lambda _db: True)
        monkeypatch.setattr(robot, "catch_up", busy)
        alice = guest().wait()

        foreign.execute(
            "INSERT INTO chat(mtime, xfrom, xmsg) VALUES(2461365.5, 'bob', 'on time')"
        )

        assert "on time" in alice.answer()

    def test_of_the_robot_is_not_tried_again_at_once(
        self, guest, foreign_say, monkeypatch, caplog
    ):
        def busy(repository):
            raise RepositoryBusy(repository.path, "locked by another program")

        monkeypatch.setattr(robot, "is_due", lambda _db: True)
        monkeypatch.setattr(robot, "catch_up", busy)

        for cursor in range(5):
            alice = guest(cursor=cursor).wait()
            foreign_say()
            alice.answer()

        assert caplog.text.count("the timeline robot cannot speak") == 1


class TestAFileThatAnotherProgramLocks:
    BUSY_SECONDS = 10

    @pytest.fixture
    def path(self, path, monkeypatch):
        """The file in Fossil's own journal mode, where a writer locks readers out."""
        monkeypatch.setattr(connection, "BUSY_SECONDS", self.BUSY_SECONDS)
        db = sqlite3.connect(path)
        assert db.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
        db.close()
        return path

    def test_for_a_while_is_read_when_it_is_free_again(self, guest, rested, foreign):
        alice = guest().wait()
        rested()

        foreign.execute("BEGIN EXCLUSIVE")
        foreign.execute(
            "INSERT INTO chat(mtime, xfrom, xmsg) VALUES(2461365.5, 'bob', 'late')"
        )
        time.sleep(0.2)  # the hub looks meanwhile, and must wait
        assert not alice.answers
        foreign.execute("COMMIT")

        assert '"late"' in alice.answer()


class TestAFileThatAnotherProgramLocksForLong(TestAFileThatAnotherProgramLocks):
    BUSY_SECONDS = 0.05

    def test_is_logged_and_read_all_the_same(self, guest, rested, foreign, caplog):
        alice = guest().wait()
        rested()

        foreign.execute("BEGIN EXCLUSIVE")
        foreign.execute(
            "INSERT INTO chat(mtime, xfrom, xmsg) VALUES(2461365.5, 'bob', 'late')"
        )
        until(lambda: "cannot be watched" in caplog.text, "a line in the log")
        foreign.execute("COMMIT")

        assert '"late"' in alice.answer()


class TestAnotherFileAtThePath:
    @pytest.fixture
    def replace(self, path, tmp_path):
        """Put another repository, with other messages, in the place of this one."""

        def replace(*texts):
            other = tmp_path / "other.fossil"
            db = sqlite3.connect(path)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.close()
            shutil.copy(path, other)
            db = sqlite3.connect(other, isolation_level=None)
            db.execute("DELETE FROM chat")
            for text in texts:
                db.execute(
                    "INSERT INTO chat(mtime, xfrom, xmsg) VALUES(2461365.5,'bob',?)",
                    (text,),
                )
            db.execute("PRAGMA journal_mode=DELETE")
            db.close()
            other.replace(path)

        return replace

    @pytest.mark.usefixtures("hub")
    def test_is_watched_from_then_on(self, guest, replace):
        alice = guest().wait()

        replace("in the other file")

        assert "in the other file" in alice.answer()

    @pytest.mark.usefixtures("rested")
    def test_is_watched_for_further_messages(self, guest, replace, say, hub):
        say("one")
        alice = guest(cursor=1).wait()

        replace()
        say("two")
        hub.announce()

        assert '"msgid":2' in alice.answer()

    @pytest.mark.usefixtures("path")
    def test_is_not_waited_for_by_the_robot(self, guest, replace, configure, history):
        configure("chat-timeline-user", "chat-robot")
        alice = guest().wait()
        until(lambda: robot_has_looked(history), "the robot's first look")
        begin = time.monotonic()

        history.event("9109215add", "ci", "Fix", branch="trunk")
        replace("in the other file")

        alice.answer()
        assert time.monotonic() - begin < 5

    def test_without_the_user_refuses_him(self, guest, replace, path):
        alice = guest("alice").wait()

        replace()
        db = sqlite3.connect(path)
        db.execute("DELETE FROM user WHERE login='alice'")
        db.commit()
        db.close()

        assert "isError" in alice.answer()


@pytest.mark.usefixtures("hub")
def test_the_robots_news_releases_who_waits(guest, configure, history, rested):
    configure("chat-timeline-user", "chat-robot")
    alice = guest().wait()
    rested()
    until(lambda: robot_has_looked(history), "the robot's first look")

    history.event("9109215add", "ci", "Fix the thing", branch="trunk")

    assert "Fix the thing" in alice.answer()


def robot_has_looked(history):
    query = "SELECT 1 FROM config WHERE name=?"
    return history._db.execute(query, (robot.MARK,)).fetchone()


def test_between_looking_and_waiting_no_message_is_lost(guest, repository, hub):
    """Look, find nothing, wait: while another thread writes and announces."""
    count = 300
    begin = threading.Barrier(2)

    def send():
        begin.wait(5)
        for number in range(count):
            with repository.writing() as db:
                db.execute(
                    "INSERT INTO chat(mtime, xmsg) VALUES(2461365.5, ?)", (str(number),)
                )
            hub.announce()

    sender = threading.Thread(target=send)
    sender.start()
    begin.wait(5)
    got, cursor, waits = [], 0, 0
    while cursor < count:
        with repository.reading() as db:
            messages = [m.msgid for m in store.after(db, cursor)]
        if not messages:
            waits += 1
            body = guest("alice", cursor=cursor).wait().answer()
            messages = [
                int(line.partition(":")[2].partition(",")[0])
                for line in body.splitlines()
                if line.startswith('{"msgid":')
            ]
        got += messages
        cursor = got[-1]
    sender.join(10)

    assert got == list(range(1, count + 1))
    assert waits
