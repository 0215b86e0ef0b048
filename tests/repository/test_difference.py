"""What differs between two texts: that it is true, short, and found in time."""

import random
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.repository.diff import compare, hunks, is_binary, patch
from repoweb.repository.difference import Edit, edits
from repoweb.repository.equal import equal_end, equal_start
from repoweb.repository.words import align, common_runs, mark

LINES = st.lists(
    st.sampled_from([b"", b"a", b"b", b"c", b"}", b"long line"]), max_size=40
)


def applied(old, new, found):
    """Make the new lines out of the old ones as the edits say."""
    at_old = at_new = 0
    made = []
    for edit in found:
        made += old[at_old : at_old + edit.keep]
        at_old, at_new = at_old + edit.keep + edit.delete, at_new + edit.keep
        made += new[at_new : at_new + edit.insert]
        at_new += edit.insert
    assert at_old == len(old)
    return made


class TestEdits:
    @given(LINES, LINES)
    def test_they_make_the_new_text_out_of_the_old_one(self, old, new):
        assert applied(old, new, edits(old, new)) == new

    @given(LINES)
    def test_equal_texts_have_no_differences(self, lines):
        assert edits(lines, lines) == ([Edit(len(lines), 0, 0)] if lines else [])

    @pytest.mark.parametrize(
        ("old", "new", "found"),
        [
            ("", "ab", [Edit(0, 0, 2)]),
            ("ab", "", [Edit(0, 2, 0)]),
            ("abc", "axc", [Edit(1, 1, 1), Edit(1, 0, 0)]),
            ("abcdefg", "abcXdefg", [Edit(3, 0, 1), Edit(4, 0, 0)]),
            ("abcdefg", "abdefg", [Edit(2, 1, 0), Edit(4, 0, 0)]),
        ],
    )
    def test_small_changes_stay_small(self, old, new, found):
        def lines(text):
            return [f"line {letter}".encode() for letter in text]

        assert edits(lines(old), lines(new)) == found

    def test_what_is_inserted_begins_with_the_blank_line(self):
        old = [b"def a():", b"    pass", b"", b"def c():", b"    pass"]
        new = [*old[:3], b"def b():", b"    pass", b"", *old[3:]]

        assert edits(old, new) == [Edit(2, 0, 3), Edit(3, 0, 0)]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ([b"x"] * 20_000, [b"y"] + [b"x"] * 15_000 + [b"z"] * 500),
            ([b"x", b"y"] * 10_000, [b"y", b"x", b"x"] * 7_000),
            (
                [b"%d" % n for n in range(20_000)],
                [b"%d" % n for n in range(20_000, 0, -1)],
            ),
            (
                [b"%d" % (n % 4) for n in range(20_000)],
                random.Random(1).choices([b"0", b"1", b"2", b"3"], k=20_000),
            ),
        ],
        ids=["repeated", "alternating", "reversed", "random"],
    )
    def test_odd_texts_end_too(self, old, new):
        assert applied(old, new, edits(old, new)) == new


class TestPatches:
    @given(LINES, LINES, st.booleans(), st.integers(0, 4))
    def test_a_hunk_says_truly_where_it_is(self, old, new, ends, context):
        before, after = b"\n".join(old), b"\n".join(new) + b"\n" * ends
        difference = compare(before, after)

        for hunk in hunks(difference, context):
            kept = hunk.edits[0].keep
            assert (
                difference.old[hunk.old : hunk.old + kept]
                == (difference.new[hunk.new : hunk.new + kept])
            )
            assert hunk.old + hunk.old_length <= len(difference.old)
            assert hunk.new + hunk.new_length <= len(difference.new)

    def test_it_is_in_unified_form(self):
        old = b"".join(b"%d\n" % n for n in range(20))
        new = old.replace(b"10\n", b"ten\n")

        assert patch(old, new, 2) == (b"@@ -9,5 +9,5 @@\n 8\n 9\n-10\n+ten\n 11\n 12\n")

    def test_a_lacking_line_feed_is_told(self):
        assert patch(b"a", b"a\n") == (
            b"@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n"
        )

    def test_a_file_that_was_not_there_is_at_line_zero(self):
        assert patch(b"", b"a\n") == b"@@ -0,0 +1,1 @@\n+a\n"

    def test_how_lines_end_does_not_count(self):
        assert patch(b"a\r\nb\r\n", b"a\nb\n") == b""

    def test_blanks_do_not_if_so_wished(self):
        old, new = b"if x:\n  y\n", b"if  x :\n\ty\n"

        assert compare(old, new).inserted == 2
        assert compare(old, new, ignore_space=True).inserted == 0

    def test_zero_bytes_make_a_file_binary(self):
        assert is_binary(b"a\0b")
        assert not is_binary("naïve ✓".encode())


class TestWords:
    @given(st.text(max_size=60), st.text(max_size=60))
    def test_marked_lines_say_what_they_said(self, old, new):
        left, right = mark(old, new)

        assert "".join(text for text, _ in left) == old
        assert "".join(text for text, _ in right) == new

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_what_is_not_marked_is_equal(self, old, new):
        left, right = mark(old, new)

        def same(side):
            return "".join(text for text, differs in side if not differs)

        assert same(left).replace(" ", "") == same(right).replace(" ", "")

    def test_a_changed_word_is_marked_and_nothing_else(self):
        left, right = mark("x = compute(alpha)", "x = compute(beta)")

        assert left == [("x = compute(", False), ("alpha", True), (")", False)]
        assert right == [("x = compute(", False), ("beta", True), (")", False)]

    def test_of_long_lines_the_middle_is_marked(self):
        old, new = "a " * 500 + "x" + " b" * 500, "a " * 500 + "y" + " b" * 500

        assert [text for text, differs in mark(old, new)[0] if differs] == ["x"]

    def test_lines_that_are_alike_are_paired(self):
        old = ["    return compute(x)", "done"]
        new = ["# a comment", "    return compute(x, y)", "done and dusted"]

        assert align(old, new) == [(None, 0), (0, 1), (1, 2)] or align(old, new) == [
            *((None, 0), (0, 1), (1, None), (None, 2))
        ]

    @given(
        st.lists(st.text(max_size=10), max_size=8),
        st.lists(st.text(max_size=10), max_size=8),
    )
    def test_each_line_has_one_place_in_its_order(self, old, new):
        pairs = align(old, new)

        assert [i for i, _ in pairs if i is not None] == list(range(len(old)))
        assert [j for _, j in pairs if j is not None] == list(range(len(new)))

    def test_long_blocks_are_paired_line_by_line_or_not_at_all(self):
        assert align(["a"] * 100, ["b"] * 100) == [(n, n) for n in range(100)]
        assert len(align(["a"] * 100, ["b"] * 101)) == 201


TOKENS = st.lists(st.sampled_from(["a", "b", "c", " ", "."]), max_size=25)


@given(TOKENS, TOKENS)
def test_words_have_in_common_what_difflib_says(a, b):
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()

    assert common_runs(a, b) == [tuple(block) for block in blocks[:-1]]


@given(LINES, LINES)
def test_equal_ends_are_as_long_as_can_be(a, b):
    start, end = equal_start(a, b), equal_end(a, b)

    assert a[:start] == b[:start]
    assert a[start : start + 1] != b[start : start + 1] or a == b
    assert a[len(a) - end :] == b[len(b) - end :]
    assert a[::-1][end : end + 1] != b[::-1][end : end + 1] or a == b
