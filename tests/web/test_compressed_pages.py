"""Pages are compressed for clients that accept it."""

import gzip

import pytest

GZIP = {"Accept-Encoding": "gzip"}


def test_a_page_is_compressed(nobody):
    plain = nobody.get("/home")
    answer = nobody.get("/home", headers=GZIP)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == plain.data
    assert int(answer.headers["Content-Length"]) == len(answer.data)


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity"])
def test_a_page_is_sent_as_it_is_to_others(nobody, accepted):
    answer = nobody.get("/home", headers={"Accept-Encoding": accepted})

    assert "Content-Encoding" not in answer.headers
    assert answer.text.startswith("<!doctype html>")


@pytest.mark.parametrize("headers", [{}, GZIP])
def test_caches_are_told_that_there_are_two(nobody, headers):
    assert "Accept-Encoding" in nobody.get("/home", headers=headers).vary


def test_error_pages_are_compressed_too(nobody):
    answer = nobody.get("/nix", headers=GZIP)

    assert answer.status_code == 404
    assert b"Not Found" in gzip.decompress(answer.data)


@pytest.mark.parametrize("url", ["/robots.txt", "/"])
def test_what_fits_into_a_packet_is_not(nobody, url):
    assert "Content-Encoding" not in nobody.get(url, headers=GZIP).headers


def test_a_head_has_the_same_headers_and_no_body(nobody):
    answer = nobody.head("/home", headers=GZIP)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.data == b""
