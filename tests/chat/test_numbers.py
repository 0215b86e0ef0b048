"""Numbers are read as C's atoi reads them."""

import pytest

from repoweb.chat.numbers import integer


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("7", 7),
        ("-7", -7),
        ("+7", 7),
        ("  7", 7),
        ("7x", 7),
        ("007", 7),
        ("x7", 0),
        ("-", 0),
        ("--7", 0),
        ("- 7", 0),
        ("1.9", 1),
        ("1e3", 1),
        ("0x10", 0),
        ("\u0667", 0),  # the Arabic digit 7
        ("abc", 0),
    ],
)
def test_the_digits_at_the_beginning_count(text, number):
    assert integer(text) == number


@pytest.mark.parametrize("text", ["9" * 30, "-" + "9" * 30, "9223372036854775808"])
def test_a_huge_number_still_fits_into_sqlite(text):
    assert -(2**63) <= integer(text) < 2**63
