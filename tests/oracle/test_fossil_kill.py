"""repoweb is killed while it stores messages, and loses none that it answered."""

import http.client
import random
import threading
import time
from contextlib import closing

import pytest

from .programs import Repoweb, until
from .tables import ask, require_sound_index, texts
from .visitor import Visitor

KILLS = 5
SENDERS = 4


class Sender(threading.Thread):
    """Sends one message after the other; what failed it sends again, with its key."""

    def __init__(self, number):
        super().__init__()
        self.number = number
        self.url = None
        self.acknowledged = []
        self.ended = False

    def run(self):
        while not self.ended:
            time.sleep(0.005)
            if self.url:
                try:
                    self.send_to(self.url)
                except (OSError, http.client.HTTPException):
                    self.url = None  # until the next server is there

    def send_to(self, url):
        with closing(Visitor(url)) as visitor:
            assert visitor.log_in("bob", "pw-bob")
            while not self.ended:
                text = f"s{self.number}m{len(self.acknowledged)}"
                page = visitor.post("chat-send", msg=text, k=text)
                assert page.json["msgid"] > 0
                self.acknowledged.append(text)


@pytest.fixture
def senders():
    senders = [Sender(number) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    yield senders
    _end(senders)


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_no_acknowledged_message_is_lost(fossil, path, tmp_path, senders, mode):
    assert ask(path, f"PRAGMA journal_mode={mode}") == [(mode,)]
    chance = random.Random(mode)
    for number in range(KILLS + 1):
        log = tmp_path / f"repoweb{number}.log"
        with Repoweb(fossil.home, path, log) as repoweb:
            enough = _count(senders) + chance.randint(20, 60)
            for sender in senders:
                sender.url = repoweb.url
            until(lambda at=enough: _count(senders) >= at, "messages")
            time.sleep(chance.uniform(0, 0.005))
            if number < KILLS:
                repoweb.kill()
            else:
                _end(senders)
        assert "Traceback" not in log.read_text()

    stored = texts(path)
    for sender in senders:
        own = [text for text in stored if text.startswith(f"s{sender.number}m")]
        assert own == sender.acknowledged
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]
    require_sound_index(path)
    assert "0 errors" in fossil("test-integrity", "-R", path)


def _count(senders):
    return sum(len(sender.acknowledged) for sender in senders)


def _end(senders):
    for sender in senders:
        sender.ended = True
    for sender in senders:
        sender.join()
