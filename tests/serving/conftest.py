"""Real servers on real sockets, and a look for what they leave behind."""

import logging
import sys
import threading
from contextlib import contextmanager

import pytest
from house import House
from raw import DEADLINE, Client, files_now, tcp_socket, until

from repoweb.serving.server import Options, Server


class Running:
    """A server in a thread, and its clients."""

    def __init__(self, application, sockets, options):
        self.addresses = [sock.getsockname() for sock in sockets]
        self.server = Server(application, sockets, options)
        self.loop, self.lot = self.server.loop, self.server.lot
        self.thread = threading.Thread(target=self.server.run, name="loop")
        self.clients = []
        self.thread.start()

    def connect(self, address=None, receive_buffer=None):
        client = Client(address or self.addresses[0], receive_buffer)
        self.clients.append(client)
        return client

    def get(self, path, *headers):
        """Ask on a connection of its own."""
        client = self.connect()
        answer = client.get(path, *headers)
        client.close()
        return answer

    def channels(self):
        return list(self.server._channels())

    @contextmanager
    def busy_loop(self):
        """Keep the loop's thread busy, so that what others do piles up."""
        busy, go = threading.Event(), threading.Event()
        self.loop.call_soon(lambda: (busy.set(), go.wait(DEADLINE)))
        assert busy.wait(DEADLINE)
        try:
            yield
        finally:
            go.set()

    def stop(self):
        self.server.stop()
        self.thread.join(DEADLINE)
        assert not self.thread.is_alive()

    def clear(self):
        """End, after all clients; nobody may be forgotten in the lot."""
        for client in self.clients:
            client.close()
        if self.thread.is_alive():
            until(lambda: not len(self.lot), "an empty lot")
        self.stop()
        assert len(self.lot) == 0
        assert not self.loop.map


@pytest.fixture
def house():
    return House()


@pytest.fixture
def serve(house, caplog):
    """Start servers; whatever they leave behind fails the test."""
    switch_interval = sys.getswitchinterval()
    threads, files = threads_now(), files_now()
    running = []

    def start(application=house, sockets=None, **options):
        sockets = sockets or [tcp_socket()]
        running.append(Running(application, sockets, Options(**options)))
        return running[-1]

    yield start
    for one in running:
        one.clear()
    sys.setswitchinterval(switch_interval)
    until(lambda: threads_now() <= threads, "the end of the threads")
    until(lambda: files_now() <= files, "closed files")
    for record in [*caplog.get_records("call"), *caplog.get_records("teardown")]:
        assert record.levelno < logging.ERROR, record.getMessage()


@pytest.fixture
def running(serve):
    return serve()


@pytest.fixture
def client(running):
    return running.connect()


def threads_now():
    return set(threading.enumerate())
