"""Long answers to clients that read slowly."""

import threading

import pytest
from raw import DEADLINE, until
from raw import request as raw_request

MEGABYTES = bytes(range(256)) * 4096 * 8


@pytest.mark.parametrize("small_buffer", [None, 4096])
def test_eight_megabytes_arrive_whole_at_a_slow_reader(running, house, small_buffer):
    client = running.connect(receive_buffer=small_buffer)
    client.ask("/wait")
    house.wait_for(1).answer(MEGABYTES)
    channel = running.channels()[0]
    until(lambda: channel.total_outbufs_len, "a rest that does not fit")

    answer = client.answer()

    assert answer.body == MEGABYTES
    assert client.get("/").body == b"hello"


def test_a_slow_reader_does_not_delay_others(running, house):
    slow, quick = running.connect(receive_buffer=4096), running.connect()
    slow.ask("/wait")
    quick.ask("/wait")
    house.wait_for(2)
    for guest in house.guests:
        guest.answer(MEGABYTES)

    assert quick.answer().body == MEGABYTES
    assert slow.answer().body == MEGABYTES


def test_an_earlier_answer_flows_on_while_the_next_request_is_parked(running, house):
    house.pages["/big"] = _big
    client = running.connect(receive_buffer=4096)
    client.send(raw_request("/big") + raw_request("/wait"))
    guest = house.wait_for(1)
    assert running.channels()[0].total_outbufs_len

    assert client.answer().body == MEGABYTES

    guest.answer(b"news")
    assert client.answer().body == b"news"


def test_an_answer_joins_what_an_earlier_one_has_left_to_send(running, house):
    house.pages["/big"] = _big
    client = running.connect(receive_buffer=4096)
    client.send(raw_request("/big") + raw_request("/wait") + raw_request("/"))
    house.wait_for(1).answer(b"news")

    bodies = [client.answer().body for _ in range(3)]

    assert bodies == [MEGABYTES, b"news", b"hello"]


def test_partly_sent_answers_do_not_pile_up(running, house):
    client = running.connect(receive_buffer=4096)
    for number in range(1, 4):
        client.ask("/wait")
        house.wait_for(number).answer(MEGABYTES)
        client.answer()
    channel = running.channels()[0]
    until(lambda: not channel.total_outbufs_len)

    sizes = [buffer.getfile().seek(0, 2) for buffer in channel.outbufs]

    assert sum(sizes) <= len(MEGABYTES)


def test_a_partly_sent_answer_is_forgotten_with_the_next_request(running, house):
    client = running.connect(receive_buffer=4096)
    client.ask("/wait")
    house.wait_for(1).answer(MEGABYTES)
    client.answer()

    client.get("/")

    assert [buffer.overflowed for buffer in running.channels()[0].outbufs] == [False]


def test_a_page_that_pauses_has_sent_all_that_came_before(running, house):
    go = threading.Event()

    def page(_environ, start_response):
        start_response("200 OK", [])
        yield MEGABYTES
        assert go.wait(DEADLINE)
        yield b"end"

    house.pages["/pausing"] = page
    client = running.connect(receive_buffer=4096)
    client.ask("/pausing", version="1.0")
    client.read(len(MEGABYTES))

    go.set()

    assert client.rest().endswith(b"end")


def test_a_page_of_many_megabytes_arrives_whole(running, house):
    def page(_environ, start_response):
        start_response("200 OK", [])
        for _ in range(5):
            yield MEGABYTES

    house.pages["/pieces"] = page
    client = running.connect(receive_buffer=4096)

    assert len(client.get("/pieces").body) == 5 * len(MEGABYTES)


def _big(_environ, start_response):
    start_response("200 OK", [])
    return [MEGABYTES]
