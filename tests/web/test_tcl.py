"""TCL lists, the form in which Fossil keeps its menus."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.web.tcl import BadList, format_word, parse_list

FOSSILS_DEFAULT = """Home      /home        *              {}
Timeline  /timeline    {o r j}        {}
Files     /dir?ci=tip  oh             desktoponly
Forum     /forum       {@2 3 4 5 6}   wideonly
"""


class TestReading:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", []),
            (" \n\t ", []),
            ("a", ["a"]),
            ("a b", ["a", "b"]),
            (" a\n\tb\r\n", ["a", "b"]),
            ("{}", [""]),
            ("{a b} c", ["a b", "c"]),
            ("{a {b c} d}", ["a {b c} d"]),
            ("{{}}", ["{}"]),
            ("{}{}", ["", ""]),
            ("{ a\nb }", [" a\nb "]),
            ('""', [""]),
            ('"a b" c', ["a b", "c"]),
            ('"a {b" c', ["a {b", "c"]),
            ('a"b c', ['a"b', "c"]),
            ("a{b c", ["a{b", "c"]),
            ("a}", ["a}"]),
            ("}", ["}"]),
            (r"a\ b", ["a b"]),
            (r"\{ \} \" \\", ["{", "}", '"', "\\"]),
            (r'"a\"b"', ['a"b']),
            (r"{a\}b}", [r"a\}b"]),
            (r"{a\\}", [r"a\\"]),
            ("Ünï {é ✓}", ["Ünï", "é ✓"]),
        ],
    )
    def test_words_are_split(self, text, words):
        assert parse_list(text) == words

    @pytest.mark.parametrize(
        "text", ["{", "{a", "a {b", "{a {b}", '"', '"a', 'a "b', "\\", "a \\", r"{\}"]
    )
    def test_what_is_not_closed_is_an_error(self, text):
        with pytest.raises(BadList):
            parse_list(text)

    def test_fossils_default_menu_is_read(self):
        words = parse_list(FOSSILS_DEFAULT)

        assert words[4:8] == ["Timeline", "/timeline", "o r j", ""]
        assert len(words) == 16

    @given(st.text(alphabet='ab {}"\\\n', max_size=40))
    def test_any_text_is_a_list_or_an_error(self, text):
        try:
            words = parse_list(text)
        except BadList:
            return
        assert sum(map(len, words)) <= len(text)


class TestWriting:
    @pytest.mark.parametrize(
        ("word", "written"),
        [
            ("a", "a"),
            ("", "{}"),
            ("o r j", "{o r j}"),
            ("{a}", "{{a}}"),
            ("a\nb", "{a\nb}"),
            ("{", r"\{"),
            ("a }", r"a\ \}"),
            ("a\\", "a\\\\"),
            ("!L", "!L"),
        ],
    )
    def test_a_word_is_written_as_simply_as_can_be(self, word, written):
        assert format_word(word) == written

    @given(st.lists(st.text(alphabet='abé {}"\\\n\t')))
    def test_what_was_written_is_read_again(self, words):
        assert parse_list(" ".join(map(format_word, words))) == words

    @given(st.lists(st.text()))
    def test_all_letters_come_through(self, words):
        assert parse_list("\n".join(map(format_word, words))) == words
