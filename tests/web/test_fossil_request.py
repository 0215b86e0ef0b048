"""Forms as `fossil chat send` and browsers send them, and as nobody should."""

import pytest
from flask import request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from repoweb.web.request import FossilRequest

MIB = 1024 * 1024
BOUNDARY = "------------------------" + "1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d1"


def part(name, value, filename=None):
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        disposition += f'; filename="{filename}"'
    return disposition.encode() + b"\r\n\r\n" + value + b"\r\n"


def body_of(*parts, boundary=BOUNDARY):
    line = b"--" + boundary.encode() + b"\r\n"
    end = b"--" + boundary.encode() + b"--\r\n"
    return b"".join(line + one for one in parts) + end


@pytest.fixture
def parsed(app):
    """Parse a body; gives the form and the files as dictionaries."""

    def parse(body, content_type="multipart/form-data", **options):
        with app.test_request_context(
            "/chat-send", method="POST", data=body, content_type=content_type, **options
        ):
            files = {
                name: (file.filename, file.read())
                for name, file in request.files.items()
            }
            return dict(request.form), files

    return parse


class TestWithoutABoundary:
    """Fossil's command line names none; the first line of the body is it."""

    def test_fields_are_read(self, parsed):
        body = body_of(part("msg", b"hello\nworld"), part("resid", b"5a9f1409"))

        assert parsed(body) == ({"msg": "hello\nworld", "resid": "5a9f1409"}, {})

    def test_files_are_read(self, parsed):
        content = bytes(range(256)) * 300

        form, files = parsed(body_of(part("file", content, "a b.bin")))

        assert (form, files) == ({}, {"file": ("a b.bin", content)})

    def test_a_large_file_is_read(self, parsed):
        content = b"0123456789abcdef" * (MIB // 4)

        _, files = parsed(body_of(part("file", content, "large")))

        assert files == {"file": ("large", content)}

    @pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=", None])
    def test_an_empty_name_counts_as_none(self, parsed, content_type):
        body = body_of(part("msg", b"hello"))

        form, _ = parsed(body, content_type or "multipart/form-data; charset=utf-8")

        assert form == {"msg": "hello"}

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\r\n",
            b"--\r\n",
            b"-",
            b"hello",
            b"hello\r\nworld",
            b"\xff\xfe\r\n\xff",
            b"--x",
            b"--x\r\n",
            b"--x--\r\n",
            b"--x\r\nno header\r\n--x--\r\n",
            b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nnot closed",
            b"x" * 5000,
            b"--" + b"x" * 5000 + b"\r\n",
        ],
    )
    def test_what_cannot_be_read_is_an_empty_form(self, parsed, body):
        assert parsed(body) == ({}, {})

    @given(st.binary(max_size=400))
    def test_no_body_is_an_error(self, body):
        builder = EnvironBuilder(
            method="POST", data=body, content_type="multipart/form-data"
        )
        parsed_request = FossilRequest(builder.get_environ())

        assert isinstance(dict(parsed_request.form), dict)
        builder.close()

    def test_a_form_of_many_parts_is_refused(self, nobody):
        body = body_of(*[part(f"n{number}", b"x") for number in range(150)])

        answer = nobody.post("/login", data=body, content_type="multipart/form-data")

        assert answer.status_code == 413


class TestWithABoundary:
    def test_browsers_are_read_as_ever(self, parsed):
        body = body_of(part("msg", b"hello"), boundary="x")

        form, _ = parsed(body, "multipart/form-data; boundary=x")

        assert form == {"msg": "hello"}

    def test_the_name_counts_and_not_the_first_line(self, parsed):
        body = body_of(part("msg", b"hello"), boundary="x")

        assert parsed(body, "multipart/form-data; boundary=y") == ({}, {})


class TestUrlencoded:
    TYPE = "application/x-www-form-urlencoded"

    def test_fields_are_read(self, parsed):
        assert parsed(b"a=1&b=%C3%BC+x", self.TYPE) == ({"a": "1", "b": "ü x"}, {})

    @pytest.mark.parametrize("body", [b"\xff", b"a=\xff", b"%", b"a=%ff", b"&&=&"])
    def test_odd_ones_are_no_error(self, parsed, body):
        form, files = parsed(body, self.TYPE)

        assert files == {}
        assert isinstance(form, dict)


class TestSizes:
    """A form is read into memory; files are not."""

    @pytest.mark.parametrize("size", [MIB + 1, 3 * MIB])
    @pytest.mark.parametrize("login", [None, "alice"])
    def test_a_form_that_is_too_large_is_refused(self, client_of, login, size):
        client = client_of(login)

        answer = client.post("/login", data={"u": "x" * size})

        assert answer.status_code == 413
        assert "Request Entity Too Large" in answer.text

    @pytest.mark.parametrize("login", [None, "alice"])
    def test_a_field_that_is_too_large_is_refused(self, client_of, login):
        body = body_of(part("u", b"x" * (MIB + 1)))

        answer = client_of(login).post(
            "/login", data=body, content_type="multipart/form-data"
        )

        assert answer.status_code == 413

    def test_one_that_is_just_not_too_large_is_read(self, nobody):
        answer = nobody.post("/login", data={"u": "x" * (MIB - 2)})

        assert answer.status_code == 401

    def test_robots_are_told_in_json(self, nobody):
        answer = nobody.post(
            "/login",
            data={"u": "x" * (MIB + 1)},
            headers={"Accept": "application/json"},
        )

        assert answer.status_code == 413
        assert answer.json.keys() == {"error"}


class TestTheAddress:
    @pytest.mark.parametrize(
        "query", ["\xff", "x=\xff\xfe", "\xc3\xbc=1", "%ff", "%", "&&", "=" * 500]
    )
    @pytest.mark.parametrize("url", ["/home", "/login", "/nix", "/info/trunk"])
    def test_bytes_that_do_not_belong_there_are_no_error(self, nobody, url, query):
        answer = nobody.get(url, environ_overrides={"QUERY_STRING": query})

        assert answer.status_code in {200, 404}

    @pytest.mark.parametrize("url", ["/%ff", "/info/%ff%fe", "/home%00", "/%2e%2e/x"])
    def test_nor_in_the_path(self, nobody, url):
        assert nobody.get(url).status_code == 404
