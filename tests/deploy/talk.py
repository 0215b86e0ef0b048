"""A conversation that goes on while servers come and go."""

import re
import threading
import time
from pathlib import Path

from .fronts import DEADLINE, until
from .guest import Patient

LAST = "good bye"


class Talk:
    """People who send and listen without a break, also while a server is replaced."""

    def __init__(self, url, make):
        self.said, self.heard = [], []
        self._go_on = True
        self._url, self._make = url, make
        self._speaker = threading.Thread(target=self._speak)
        self._listener = threading.Thread(target=self._listen)
        self._speaker.start()
        self._listener.start()

    def _speak(self):
        alice = self._make(self._url, "alice")
        while self._go_on:
            self._say(alice, f"message {len(self.said)}")
            time.sleep(0.01)  # a pace, not a condition
        self._say(alice, LAST)
        alice.close()

    def _say(self, guest, text):
        guest.send(text)
        self.said.append(text)

    def _listen(self):
        bob, cursor = self._make(self._url, "bob"), 0
        while LAST not in self.heard:
            messages = bob.poll(cursor)
            self.heard += [message["xmsg"] for message in messages]
            cursor = messages[-1]["msgid"] if messages else cursor
        bob.close()

    def go_on(self):
        """Wait until some more has been heard."""
        before = len(self.heard)
        until(lambda: len(self.heard) > before + 20, "the conversation to go on")

    def end(self):
        self._go_on = False
        self._speaker.join(DEADLINE)
        self._listener.join(DEADLINE)


def login(url, name):
    guest = Patient(url)
    assert guest.log_in(name, f"pw-{name}")
    return guest


def successor_of(server):
    """Wait until a server has been taken over; returns the process that has."""
    for line in server.process.stderr:
        if found := re.search(r"process (\d+) has taken over", line):
            return int(found[1])
    raise AssertionError(line)


def is_running(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
    except FileNotFoundError:
        return False
