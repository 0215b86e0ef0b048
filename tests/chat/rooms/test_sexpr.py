import shutil
import subprocess
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.chat.rooms.sexpr import (
    DEEPEST,
    BadSexpr,
    Pair,
    Symbol,
    read,
    read_all,
    record,
    write,
)

CHARACTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(CHARACTERS)
NAMES = st.from_regex(r"[a-z!?*<>=/][a-z0-9!?*<>=/-]{0,10}", fullmatch=True)
ATOMS = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
    NAMES.map(Symbol),
)
DATA = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=5).map(tuple) | st.builds(Pair, inner, ATOMS)
    ),
    max_leaves=20,
)

REPLY = record(
    pos=12,
    room_name='Gauche "chat"',
    content=[("né", (1747, 42), "a\\b\nc\td"), ("猫", (1748, 0), "🦊 ;(#|'\u2028")],
)
WRITTEN = (
    '((pos . 12) (room-name . "Gauche \\"chat\\"")'
    ' (content ("né" (1747 42) "a\\\\b\\nc\\td")'
    ' ("猫" (1748 0) "🦊 ;(#|\'\u2028")))'
)


@given(DATA)
def test_what_was_written_is_read(datum):
    assert read(write(datum)) == datum


@given(TEXTS)
def test_a_string_is_one_line_between_quotes(text):
    written = write(text)
    assert written[0] == written[-1] == '"'
    assert "\n" not in written
    assert "\r" not in written


@given(st.text())
def test_any_text_is_read_or_refused(text):
    with suppress(BadSexpr):
        assert isinstance(read_all(text), list)


@given(st.text('()[]".;\\#x;0aF \n', max_size=40))
def test_any_text_of_special_characters_is_read_or_refused(text):
    with suppress(BadSexpr):
        assert isinstance(read_all(text), list)


def test_a_reply_is_written_as_scheme_does():
    assert write(REPLY) == WRITTEN


def test_a_pair_with_a_list_is_a_longer_list():
    assert write(Pair(Symbol("content"), ())) == "(content)"
    assert write(Pair(1, Pair(2, 3))) == "(1 2 . 3)"
    assert read("(1 . (2 . (3 . ())))") == (1, 2, 3)
    assert read("(1 2 . 3)") == Pair(1, Pair(2, 3))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"\\x41;b"', "Ab"),
        ('"\\x41b"', "Ab"),
        ('"\\u00e9"', "é"),
        ('"\\U0001f98a"', "🦊"),
        ('"\\n\\t\\r\\a\\0\\q"', "\n\t\r\a\0q"),
        ('"one \\\n   line"', "one line"),
        ('"two\nlines"', "two\nlines"),
        ('"\\xd800;"', "\ufffd"),
        ("[a (b)] ; why", (Symbol("a"), (Symbol("b"),))),
        ("#t", True),
        ("-12", -12),
        ("1.5e3", 1500.0),
        ("+", Symbol("+")),
    ],
)
def test_other_ways_to_write_are_read(text, value):
    found = read(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "(", ")", "(]", "[)", '"', '"\\', "(. 1)", "(1 . )", "(1 . 2 3)"),
        *("1 2", ".", "(1 . .)", "#\\a", "#(1)", '"\\x110000;"', '"\\xffffffff;"'),
        *("'a", "(" * (DEEPEST + 1)),
    ],
)
def test_what_is_no_value_is_refused(text):
    with pytest.raises(BadSexpr):
        read(text)


@pytest.mark.parametrize(
    "value",
    [Symbol("two words"), Symbol(""), Symbol("12"), "\ud800", float("inf")],
)
def test_what_every_reader_could_not_read_is_not_written(value):
    with pytest.raises(BadSexpr):
        write(value)


def test_a_symbol_is_not_the_string_of_its_letters():
    assert read("a") == Symbol("a")
    assert read('"a"') == "a"
    assert write("a") == '"a"'
    assert write(Symbol("a")) == "a"


def test_lists_may_be_as_deep_as_allowed():
    text = "(" * DEEPEST + ")" * DEEPEST
    assert write(read(text)) == text


SCHEMES = {
    "guile": (
        "(use-modules (ice-9 textual-ports))"
        '(set-port-encoding! (current-input-port) "UTF-8")'
        '(set-port-encoding! (current-output-port) "UTF-8")'
        "(for-each (lambda (s)"
        "  (for-each (lambda (c) (display (char->integer c)) (newline))"
        '   (string->list s)) (display "end") (newline)) (read))'
    ),
    "csi": (
        "(import (chicken base))"
        "(for-each (lambda (s)"
        "  (for-each (lambda (b) (display (char->integer b)) (newline))"
        '   (string->list s)) (display "end") (newline)) (read))'
    ),
}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scheme_reads_strings_of_all_characters(scheme, tmp_path):
    texts = [
        *(
            "".join(map(chr, range(start, start + 64)))
            for start in range(1, 0x2100, 64)
        ),
        *('quote " backslash \\ x41; \\x41;', "\U0001f98a\U0010ffff", "日本語", ""),
    ]
    program = tmp_path / "read.scm"
    program.write_text(SCHEMES[scheme])
    arguments = {"guile": ["-s", program], "csi": ["-s", program]}[scheme]
    codes = _run(scheme, arguments, write(texts))
    found = [
        _text(group.split(), is_bytes=scheme == "csi")
        for group in codes.split("end\n")[:-1]
    ]
    assert found == texts


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scheme_finds_the_fields_of_a_reply(scheme, tmp_path):
    program = tmp_path / "assq.scm"
    program.write_text(
        "(define r (read)) (display (cdr (assq 'pos r))) (newline)"
        "(display (length (cdr (assq 'content r)))) (newline)"
        "(display (car (cadr (cadr (assq 'content r)))))"
    )
    found = _run(scheme, ["-s", program], write(REPLY))
    assert found.split() == ["12", "2", "1747"]


def _run(scheme, arguments, text):
    assert shutil.which(scheme), f"scripts/need installs {scheme}"
    return subprocess.run(
        [scheme, *map(str, arguments)],
        input=text,
        capture_output=True,
        encoding="utf-8",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "GUILE_AUTO_COMPILE": "0"},
        timeout=60,
        check=True,
    ).stdout


def _text(codes, *, is_bytes):
    """Chicken 5's strings are bytes."""
    numbers = [int(code) for code in codes]
    return bytes(numbers).decode() if is_bytes else "".join(map(chr, numbers))
