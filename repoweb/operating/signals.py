"""What the signals of an operator do to a running server."""

import signal

from repoweb.serving.server import Server


def end_by_signal(server: Server) -> None:
    """Let the first signal stop the server; a second one ends the program at once."""

    def end(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        server.stop()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
