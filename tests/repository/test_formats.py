"""Fossil's formats, compared with what the real program writes (FOSSIL.md)."""

import hashlib
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.repository.content import artifact_hash, compress
from repoweb.repository.manifest import artifact_text, encode
from repoweb.repository.obscure import obscure, unobscure
from repoweb.repository.password import (
    generate_password,
    hash_password,
    password_matches,
)

PROJECT = "0123456789abcdef0123456789abcdef01234567"
FOX = b"The quick brown fox jumps over the lazy dog."
SOURCE = FOX + b" Pack my box with five dozen liquor jugs.\n"


class TestPasswords:
    @pytest.mark.parametrize(
        ("login", "password", "stored"),
        [
            ("drh", "pw-drh", "161b11abf6f444a29df1cd392475b7a7997c37bd"),
            ("alice", "pw-alice", "31f898093f690f07b6f112cb275f85f4541a0ef3"),
            ("bob", "pw-bob", "899bec457bdabffe741da40c70fdbebc0533f054"),
            ("Ünï", "pä ss", "0c7107e9647e8cac2b04e11ecc898f34a19eb064"),
        ],
    )
    def test_they_are_hashed_as_fossil_does(self, login, password, stored):
        assert hash_password(PROJECT, login, password) == stored
        assert password_matches(stored, PROJECT, login, password)

    @pytest.mark.parametrize("typed", ["", "PW-DRH", "pw-drh ", " pw-drh", "pw"])
    def test_another_one_does_not_match(self, typed):
        stored = hash_password(PROJECT, "drh", "pw-drh")

        assert not password_matches(stored, PROJECT, "drh", typed)

    def test_somebody_elses_does_not_match(self):
        stored = hash_password(PROJECT, "drh", "pw-drh")

        assert not password_matches(stored, PROJECT, "alice", "pw-drh")

    def test_another_projects_does_not_match(self):
        stored = hash_password("f" * 40, "drh", "pw-drh")

        assert not password_matches(stored, PROJECT, "drh", "pw-drh")

    def test_the_stored_hash_is_no_password(self):
        """Fossil's `token` accepts it; whoever reads the file could log in with it."""
        stored = hash_password(PROJECT, "drh", "pw-drh")

        assert not password_matches(stored, PROJECT, "drh", stored)

    def test_in_clear_text_they_match(self):
        assert password_matches("Eek7oochai", PROJECT, "drh", "Eek7oochai")

    @pytest.mark.parametrize("typed", ["", "eek7oochai", "Eek7oochai "])
    def test_in_clear_text_another_one_does_not(self, typed):
        assert not password_matches("Eek7oochai", PROJECT, "drh", typed)

    @pytest.mark.parametrize("typed", ["", "x", "pw-drh"])
    def test_where_none_is_stored_nothing_matches(self, typed):
        assert not password_matches("", PROJECT, "drh", typed)

    @given(st.text(), st.text())
    def test_what_was_hashed_matches_and_nothing_else_does(self, password, other):
        stored = hash_password(PROJECT, "drh", password)

        assert password_matches(stored, PROJECT, "drh", password)
        assert password_matches(stored, PROJECT, "drh", other) == (other == password)

    def test_those_made_up_are_long_and_cannot_be_misread(self):
        made = {generate_password() for _ in range(200)}

        assert len(made) == 200
        assert {len(password) for password in made} == {12}
        assert not set("".join(made)) & set("l1o0O/\"' ")


class TestObscuring:
    @pytest.mark.parametrize(
        ("text", "salt", "obscured"),
        [("bob", 0x5A, "5a9f1409"), ("pw-bob", 0x00, "00d7561c814532")],
    )
    def test_it_is_done_as_fossil_does(self, text, salt, obscured):
        assert obscure(text, salt) == obscured

    @pytest.mark.parametrize(
        ("obscured", "text"),
        [
            ("f036bda870bf", "alice"),
            ("984fce841adea1d77b", "pw-alice"),
            ("8d48c3de", "bob"),
            ("c91e9fd5488cfb", "pw-bob"),
            ("5A9F1409", "bob"),
        ],
    )
    def test_it_is_undone_as_fossil_does(self, obscured, text):
        assert unobscure(obscured) == text

    @pytest.mark.parametrize("text", ["", "bob", "abc", "pw-bob", "12345", "zz", "é"])
    def test_what_was_not_obscured_stays(self, text):
        assert unobscure(text) == text

    @given(st.text(max_size=60))
    def test_undoing_it_gives_the_text_back(self, text):
        assert unobscure(obscure(text)) == text

    @given(st.text(max_size=60))
    def test_any_text_can_be_undone(self, text):
        assert isinstance(unobscure(text), str)

    def test_the_salt_varies(self):
        assert len({obscure("bob") for _ in range(50)}) > 1


class TestContent:
    def test_the_name_is_the_hash_of_the_content(self):
        assert artifact_hash(SOURCE) == (
            "b91ea60dffe66826f2016207962d15a2bbb341ede3e9a0f845563aea9a8f610f"
        )

    def test_it_is_stored_behind_its_length(self):
        stored = compress(b"hello world\n")

        assert stored.hex().startswith("0000000c789c")
        assert len(stored) == 24

    @given(st.binary(max_size=5000))
    def test_it_can_be_read_again(self, content):
        stored = compress(content)

        assert int.from_bytes(stored[:4], "big") == len(content)
        assert zlib.decompress(stored[4:]) == content


class TestManifests:
    def test_a_wiki_page_has_the_name_that_fossil_gave_it(self):
        text = artifact_text(
            [
                "D 2026-11-20T19:53:40.621",
                "L " + encode("Home Page"),
                "U drh",
                "W 36\nHello [9109215add] and [Other Page]\n",
            ]
        )

        assert text.endswith(b"\nZ e91ab2988a9de5af759c58fb28b26294\n")
        assert artifact_hash(text) == (
            "e18af98618fefcc1228569002cb2ec506f1c658aa36b3ccbbee51ec7c7b26313"
        )

    @pytest.mark.parametrize(
        ("argument", "encoded"),
        [
            ("", ""),
            ("plain", "plain"),
            ("two words", r"two\swords"),
            ("a\nb", r"a\nb"),
            ("a\\b", r"a\\b"),
            (r"a\sb", r"a\\sb"),
            ("\t\r\v\f\0", r"\t\r\v\f\0"),
            ("é✓", "é✓"),
        ],
    )
    def test_arguments_are_escaped(self, argument, encoded):
        assert encode(argument) == encoded

    @given(st.text())
    def test_an_escaped_argument_is_one_word_of_one_line(self, argument):
        assert not re.search(r"[ \n\t\r\v\f\0]", encode(argument))

    @given(st.lists(st.text(alphabet=st.characters(codec="utf-8")), max_size=9))
    def test_the_last_card_is_the_checksum_of_all_before_it(self, cards):
        text = artifact_text([encode(card) for card in cards])

        before, checksum = text[:-35], text[-35:]
        assert checksum == b"Z %s\n" % hashlib.md5(before).hexdigest().encode()
