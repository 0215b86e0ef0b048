"""waitress's parser of HTTP, made strict where requests could be smuggled."""

from waitress.parser import HTTPRequestParser, ParsingError

_ONCE = (b"host:", b"content-length:", b"transfer-encoding:", b"content-type:")


class StrictParser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses what two programs could read differently (RFC 9112, 3.2 and 6.1)."""

    path = "/"  # for the log, when a request was never parsed

    def parse_header(self, header_plus: bytes) -> None:
        """Check the header block as a whole before waitress takes it apart.

        Raises:
            ParsingError: answered with status 400.
        """
        lines = header_plus.split(b"\r\n")[1:]
        _refuse_folding(lines)
        names = [line.partition(b":")[0].lower() + b":" for line in lines]
        for name in _ONCE:
            if names.count(name) > 1:
                raise ParsingError(f"{name.decode()} stands more than once")
        if b"content-length:" in names and b"transfer-encoding:" in names:
            message = "Content-Length and Transfer-Encoding exclude each other"
            raise ParsingError(message)
        super().parse_header(header_plus)
        if self.version == "1.1" and "HOST" not in self.headers:
            message = "HTTP/1.1 needs a Host"
            raise ParsingError(message)


def _refuse_folding(lines: list[bytes]) -> None:
    if any(line.startswith((b" ", b"\t")) for line in lines):
        message = "folded header lines are obsolete"
        raise ParsingError(message)


