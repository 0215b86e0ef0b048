"""Deltas: Fossil's vector, any change, and what is no delta."""

import pytest
from deltas import delta_of, number
from hypothesis import given
from hypothesis import strategies as st

from repoweb.repository.delta import DeltaError, apply, checksum_of

SOURCE = (
    b"The quick brown fox jumps over the lazy dog."
    b" Pack my box with five dozen liquor jugs.\n"
)
TARGET = SOURCE.replace(b"dog", b"cat") + b"END\n"
DELTA = b"1Q\nd@0,3:catg@g,4:END\n3sZvU;"


def test_fossils_delta_gives_fossils_target():
    assert apply(SOURCE, DELTA) == TARGET
    assert checksum_of(TARGET) == 64896670


@given(st.binary(max_size=300), st.data())
def test_any_mixture_of_copies_and_insertions_is_applied(source, data):
    spans = st.tuples(st.integers(0, len(source)), st.integers(0, 50)).map(
        lambda s: (s[0], min(s[1], len(source) - s[0]))
    )
    pieces = data.draw(st.lists(spans | st.binary(max_size=40), max_size=12))
    target = b"".join(
        piece if isinstance(piece, bytes) else source[piece[0] : piece[0] + piece[1]]
        for piece in pieces
    )

    assert apply(source, delta_of(pieces, target)) == target


@given(st.binary(max_size=200))
def test_what_is_no_delta_is_refused_and_breaks_nothing(delta):
    try:
        apply(SOURCE, delta)
    except DeltaError:
        pass
    else:
        assert delta.endswith(b";") or b";" in delta


@pytest.mark.parametrize(
    ("delta", "reason"),
    [
        (b"", "a number is missing"),
        (b"1Q", "the size of the target is not there"),
        (b"1Q\nd@0;", "a copy does not end with a comma"),
        (b"1Q\nd?0,", "unknown segment"),
        (b"1Q\nd@~~~,", "beyond the end"),
        (b"3\n9:cat", "beyond the end"),
        (b"2\n3:cat0;", "larger than announced"),
        (b"4\n3:cat0;", "instead of 4"),
        (DELTA.replace(b"3sZvU", b"3sZvV"), "checksum"),
    ],
)
def test_the_reason_is_told(delta, reason):
    with pytest.raises(DeltaError, match=reason):
        apply(SOURCE, delta)


def test_a_small_delta_with_a_huge_target_is_refused_before_it_is_made():
    bomb = number(1 << 40) + b"\n" + b"1@0," * 1000 + b"0;"

    with pytest.raises(DeltaError, match="more than 1,000"):
        apply(SOURCE, bomb, limit=1000)


def test_a_target_that_grows_beyond_what_was_announced_is_refused():
    bomb = number(100) + b"\n" + (number(80) + b"@0,") * 1000 + b"0;"

    with pytest.raises(DeltaError, match="larger than announced"):
        apply(SOURCE, bomb)
