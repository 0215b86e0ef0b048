"""Deltas: Fossil's vector, any change, and what is no delta."""

import pytest
from deltas import delta_of, number
from hypothesis import given
from hypothesis import strategies as st

from repoweb.repository.delta import DeltaError, apply, checksum_of, create

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


PIECES = st.binary(max_size=80)
TEXTS = st.lists(
    st.sampled_from([b"a" * 40, b"one line of a text\n", b"another line, longer\n"])
    | PIECES,
    max_size=30,
).map(b"".join)


@given(TEXTS, TEXTS)
def test_what_is_created_gives_the_target_again(source, target):
    assert apply(source, create(source, target)) == target


@given(TEXTS, TEXTS, PIECES, PIECES)
def test_what_is_alike_is_not_written_again(start, end, old, new):
    source, target = start + old + end, start + new + end

    delta = create(source, target)

    assert apply(source, delta) == target
    assert len(delta) <= len(target) + 30


@pytest.mark.parametrize("at", [0, 1, 15, 16, 17, 4000, 7999])
def test_one_changed_byte_costs_a_few_bytes(at):
    source = b"".join(b"line %d of many\n" % (7**number) for number in range(100, 180))
    target = source[:at] + b"#" + source[at + 1 :]

    delta = create(source, target)

    assert apply(source, delta) == target
    assert len(delta) < 50


def test_it_finds_what_fossil_finds():
    assert create(SOURCE, TARGET) == DELTA
