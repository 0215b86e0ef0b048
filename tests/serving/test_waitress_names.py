"""What we rely on in waitress, beyond what it promises; a new version may break it."""

import inspect

import pytest
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver
from waitress.server import TcpWSGIServer, UnixWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import BadRequest, build_http_date

METHODS = {
    HTTPChannel: """received readable writable handle_close del_channel service send
        write_soon send_continue cancel""",
    WSGITask: """get_environment start execute finish write build_response_header
        set_close_on_finish""",
    ErrorTask: "finish",
    HTTPRequestParser: "received parse_header close",
    TcpWSGIServer: """readable handle_accept accept pull_trigger set_socket_options
        fix_addr add_task handle_error""",
    UnixWSGIServer: """readable handle_accept accept pull_trigger set_socket_options
        fix_addr add_task handle_error""",
    ThreadedTaskDispatcher: "set_thread_count add_task shutdown",
    OverflowableBuffer: "append close",
    wasyncore.dispatcher: "close handle_read_event handle_write_event handle_close",
}
ATTRIBUTES = {
    HTTPChannel: """task_class error_task_class parser_class request will_close
        close_when_flushed sent_continue total_outbufs_len current_outbuf_count
        last_activity connected""",
    WSGITask: """close_on_finish status wrote_header content_length complete environ
        content_bytes_written chunked_response has_body""",
    HTTPRequestParser: """completed empty error headers_finished expect_continue
        body_rcv version""",
    ChunkedReceiver: "control_line trailer",
    TcpWSGIServer: "channel_class accepting",
}
PARAMETERS = {
    HTTPChannel.__init__: "self server sock addr adj map",
    HTTPChannel.send: "self data do_close",
    HTTPChannel.del_channel: "self map",
    ThreadedTaskDispatcher.shutdown: "self cancel_pending timeout",
    wasyncore.read: "obj",
    wasyncore.write: "obj",
    build_http_date: "when",
    BadRequest.__init__: "self body",
}
OF_A_CHANNEL = """server adj addr requests requests_lock outbufs outbuf_lock _fileno
    _map socket"""
OF_A_LISTENER = "active_channels adj trigger task_dispatcher application _map"


def missing(owner, names):
    return [name for name in names.split() if not hasattr(owner, name)]


@pytest.mark.parametrize("owner", METHODS)
def test_the_methods_exist(owner):
    assert missing(owner, METHODS[owner]) == []
    assert all(callable(getattr(owner, name)) for name in METHODS[owner].split())


@pytest.mark.parametrize("owner", ATTRIBUTES)
def test_the_attributes_exist(owner):
    assert missing(owner, ATTRIBUTES[owner]) == []


def test_a_channel_and_its_listener_have_what_we_use(running, client):
    client.get("/")
    channel = running.channels()[0]

    assert missing(channel, OF_A_CHANNEL) == []
    assert missing(channel.server, OF_A_LISTENER) == []


@pytest.mark.parametrize("function", PARAMETERS)
def test_the_parameters_are_the_same(function):
    assert list(inspect.signature(function).parameters) == PARAMETERS[function].split()


def test_a_parsing_error_is_no_value_error():
    assert not issubclass(ParsingError, ValueError)


def test_the_watermark_and_the_overflow_can_be_read():
    adjustments = Adjustments()

    assert adjustments.outbuf_high_watermark > adjustments.outbuf_overflow > 0


def test_a_request_stays_first_until_its_answer_is_written():
    source = inspect.getsource(HTTPChannel.service)

    assert source.index("task.service()") < source.index("self.requests.pop(0)")
    assert "except BaseException" not in source
