"""Structural artifacts: what Fossil's parser accepts, and what it complains of."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.repository.manifest import encode
from repoweb.repository.parsing import is_artifact, parse
from repoweb.repository.structure import BadArtifact, FileCard, Kind, TagCard

D = "D 2026-01-02T10:00:00.000"
A, B, C = "a" * 40, "b" * 64, "c" * 40


def made(*cards):
    text = "".join(f"{card}\n" for card in cards).encode()
    return text + f"Z {hashlib.md5(text).hexdigest()}\n".encode()


class TestWhatIsRead:
    def test_a_check_in(self):
        found = parse(
            made(
                "C Second:\\sback\\\\slash\\sand\\nnewline",
                D,
                f"F has\\sspace.txt {A}",
                f"F link {B} l",
                f"F src/go.sh {C} x src/run.sh",
                f"P {A} {B}",
                f"Q +{C}",
                "R d41d8cd98f00b204e9800998ecf8427e",
                "T *branch * feature",
                f"T +sym-x {A} a\\svalue",
                "U drh",
            )
        )

        assert found.kind is Kind.CHECKIN
        assert found.comment == "Second: back\\slash and\nnewline"
        assert found.files == (
            FileCard("has space.txt", A),
            FileCard("link", B, "l"),
            FileCard("src/go.sh", C, "x", "src/run.sh"),
        )
        assert found.parents == (A, B)
        assert found.cherrypicks == ((f"+{C}", ""),)
        assert found.tags == (
            TagCard("*", "branch", "", "feature"),
            TagCard("+", "sym-x", A, "a value"),
        )
        assert (found.user, found.time) == ("drh", "2026-01-02T10:00:00.000")

    def test_a_delta_manifest_deletes_by_a_name_alone(self):
        found = parse(made(f"B {A}", "C x", D, "F gone", f"F new {B}", "U drh"))

        assert found.baseline == A
        assert found.files == (FileCard("gone", ""), FileCard("new", B))

    def test_a_wiki_page_counts_bytes(self):
        found = parse(made(D, "L Home\\sPage", "U drh", "W 3\né!"))

        assert (found.kind, found.title, found.text) == (Kind.WIKI, "Home Page", "é!")

    @pytest.mark.parametrize(
        ("cards", "kind"),
        [
            ((f"M {A}",), Kind.CLUSTER),
            ((D, f"T +sym-x {A}", "U drh"), Kind.CONTROL),
            ((D, "J title x", f"K {A}", "U drh"), Kind.TICKET),
            ((f"A pic.png Home\\sPage {A}", D, "U drh"), Kind.ATTACHMENT),
            ((f"A pic.png {A}", D), Kind.ATTACHMENT),
            (("C x", D, f"E 2026-01-03T00:00:00 {A}", "W 1\nx"), Kind.TECHNOTE),
            ((D, f"G {A}", "U drh", "W 1\nx"), Kind.FORUM),
            ((D, "H ", "U drh", "W 0\n"), Kind.FORUM),
            ((D, f"I {A}", "U drh", "W 1\nx"), Kind.FORUM),
            (("C x", D, "U drh"), Kind.CHECKIN),
            (("C x", D, "P", "U "), Kind.CHECKIN),
            (
                (D, f"E 2026-01-03T00:00:00 {A}", f"P {A}", "N text/plain", "W 0\n"),
                Kind.TECHNOTE,
            ),
        ],
    )
    def test_the_kind_follows_from_the_cards(self, cards, kind):
        assert parse(made(*cards)).kind is kind

    def test_an_empty_user_is_anonymous(self):
        assert parse(made("C x", D, "U ")).user == "anonymous"

    def test_a_signature_around_it_is_passed_over(self):
        text = made("C x", D, "U drh")
        signed = (
            b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
            + text
            + b"-----BEGIN"
            b" PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
        )

        assert parse(signed) == parse(text)

    def test_names_that_are_no_utf_8_are_read_and_sorted_by_their_bytes(self):
        text = b"C x\n" + D.encode() + b"\nF \xc3\x28 " + A.encode()
        text += b"\nF \xff " + A.encode() + b"\nU drh\n"
        text += b"Z " + hashlib.md5(text).hexdigest().encode() + b"\n"

        assert [card.name for card in parse(text).files] == ["\ufffd(", "\ufffd"]

    def test_data_bases_of_a_check_out_are_passed_over(self):
        found = parse(made("C x", D, f"F .fslckout {A}", f"F a {A}", "U drh"))

        assert [card.name for card in found.files] == ["a"]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("cards", "complaint"),
        [
            ((D, "L Home", "W 1\nx"), "U-card missing in wiki"),
            ((D, "U drh", "L Home", "W 1\nx"), "not in lexicographical order"),
            ((D, "L Home", "U drh", "W 1\nxy"), "no .n terminated"),
            ((D, "L Home", "U drh", "W 999\nx"), "not enough content"),
            ((D, "L a\\s\\sb", "U drh", "W 1\nx"), "malformed wiki name"),
            ((D, f"L {'x' * 101}", "U drh", "W 1\nx"), "malformed wiki name"),
            (("D 2026-01-02 10:00:00", "C x"), "order|extra characters"),
            ((D, "U drh", "W 1\nx"), "W-card in tag"),
            ((D, "H x", f"I {A}", "U drh", "W 1\nx"), "I-card and H-card"),
            ((D, f"G {A}", f"P {A} {B}", "U drh", "W 1\nx"), "too many arguments"),
            ((D, "J b x", "J a x", f"K {A}", "U drh"), "J-card sort order"),
            ((D, "J a x", f"K {B}", "U drh"), "wrong size"),
            ((D, f"K {A}", "U drh"), "J-card missing"),
            ((D, "T +x *", "U drh"), "self-referential"),
            (("C x", D, f"E 2026-01-03 {A}", "T *x *", "W 0\n"), "technote"),
            ((D, f"T +beef {A}", "U drh"), "looks like a hexadecimal hash"),
            ((D, f"T x {A}", "U drh"), "begin with"),
            (("C x", D, f"F ../x {A}", "U drh"), "not a simple path"),
            (("C x", D, f"F /x {A}", "U drh"), "not a simple path"),
            (("C x", D, f"F a//b {A}", "U drh"), "not a simple path"),
            (("C x", D, f"F a/./b {A}", "U drh"), "not a simple path"),
            (("C x", D, f"F b {A}", f"F a {A}", "U drh"), "sort order"),
            (("C x", D, f"F a {A}", f"F a {A}", "U drh"), "sort order"),
            (("C x", D, "F a", "U drh"), "hash on F-card"),
            (("C x", "C y", D, "U drh"), "more than one C-card"),
            (("C x\\s y", D, "U drh"), "extra characters"),
            (("C x", "D yesterday", "U drh"), "cannot parse date"),
            (("C x", D, "X y"), "unrecognized card"),
            ((f"M {B}", f"M {A}"), "M-card sort order"),
        ],
    )
    def test_with_fossils_words(self, cards, complaint):
        with pytest.raises(BadArtifact, match=complaint):
            parse(made(*cards))

    @pytest.mark.parametrize(
        ("content", "complaint"),
        [
            (b"", "zero-length"),
            (b"hello", "not terminated"),
            (b"hello\n", "line 1 not recognized"),
            (made("C x", D)[:-1], "not terminated"),
            (made("C x", D).replace(b"C x", b"C y"), "incorrect Z-card cksum"),
            (b"C x\nD 2026-01-01T00:00:00\n", "Z-card missing"),
            (made("C x", D).replace(b"\n", b"\r\n"), "."),
        ],
    )
    def test_what_is_no_artifact_at_all(self, content, complaint):
        with pytest.raises(BadArtifact, match=complaint):
            parse(content)

    @given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
    def test_nothing_else_ever_goes_wrong(self, content):
        assert not is_artifact(content)

    @given(st.lists(st.text("ABCDEFGHIJKLMNPQRTUWZ ab0*+-\\", max_size=60), max_size=8))
    def test_nor_with_cards_that_have_a_right_checksum(self, cards):
        is_artifact(made(*cards))


@given(st.text(min_size=1, max_size=40))
def test_a_comment_is_read_as_it_was_written(comment):
    assert parse(made(f"C {encode(comment)}", D, "U drh")).comment == comment
