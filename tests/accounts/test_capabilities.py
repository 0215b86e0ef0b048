"""What capability letters imply and inherit, and how expressions read (FOSSIL.md 6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.accounts.capabilities import (
    CAPABILITIES,
    LETTERS,
    effective,
    in_order,
    matches,
)

DEFAULTS = {
    "nobody": "gjorz",
    "anonymous": "hz",
    "reader": "kptw",
    "developer": "ei",
}
NO_GROUPS = dict.fromkeys(DEFAULTS, "")
ALL_OF_ADMIN = "abcefghijklmnopqrtwz234567ABCD"


def letters_of(cap, special=NO_GROUPS, *, logged_in=True):
    return in_order("".join(effective(cap, special, logged_in=logged_in)))


class TestLetters:
    def test_there_are_those_of_fossil(self):
        known = "abcdefghijklmnopqrstuvwxyz234567ABCD".replace("d", "")

        assert set(known) == LETTERS

    def test_each_is_explained_once(self):
        assert len(CAPABILITIES) == len(LETTERS)
        assert all(capability.permits for capability in CAPABILITIES)

    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("", ""),
            ("C2bA a", "abC2A ".replace("C2A", "2AC")),
            ("zzz", "z"),
            ("5432Cpoie", "eiop2345C"),
            ("?i", "i?"),
        ],
    )
    def test_they_are_shown_in_fossils_order(self, typed, shown):
        assert in_order(typed) == shown


class TestImplied:
    @pytest.mark.parametrize(
        ("cap", "letters"),
        [
            ("", ""),
            ("o", "o"),
            ("i", "io"),
            ("k", "jkm"),
            ("w", "cnrw"),
            ("2", "2"),
            ("3", "23"),
            ("4", "234"),
            ("5", "2345"),
            ("6", "23456"),
            ("a", ALL_OF_ADMIN),
            ("s", ALL_OF_ADMIN + "s"),
            ("C", "C"),
            ("?", "?"),
        ],
    )
    def test_a_letter_brings_those_it_implies(self, cap, letters):
        assert letters_of(cap) == in_order(letters)

    @pytest.mark.parametrize("missing", ["s", "x", "y"])
    def test_an_admin_does_not_have_all(self, missing):
        assert missing not in effective("a", NO_GROUPS)

    @pytest.mark.parametrize("missing", ["x", "y"])
    def test_not_even_setup_has_all(self, missing):
        assert missing not in effective("s", NO_GROUPS)


class TestInherited:
    def test_everybody_has_those_of_nobody(self):
        assert letters_of("", DEFAULTS, logged_in=False) == "gjorz"

    def test_who_is_logged_in_has_those_of_anonymous_too(self):
        assert letters_of("", DEFAULTS) == "ghjorz"

    def test_u_gives_those_of_reader(self):
        assert letters_of("u", {**NO_GROUPS, "reader": "kp2"}) == "jkmpu2"

    def test_v_gives_those_of_developer(self):
        assert letters_of("v", {**NO_GROUPS, "developer": "eC"}) == "evC"

    def test_without_u_and_v_nothing_is_inherited(self):
        special = {**NO_GROUPS, "reader": "k", "developer": "i"}

        assert letters_of("o", special) == "o"

    def test_nobody_can_hand_on_a_group(self):
        special = {**NO_GROUPS, "nobody": "u", "reader": "C"}

        assert letters_of("", special, logged_in=False) == "uC"

    def test_a_group_can_hand_on_another(self):
        special = {**NO_GROUPS, "reader": "v", "developer": "i"}

        assert letters_of("u", special) == "iouv"

    def test_groups_that_name_each_other_come_to_an_end(self):
        special = {**NO_GROUPS, "reader": "uv", "developer": "uvC"}

        assert letters_of("u", special) == "uvC"

    def test_without_the_rows_of_the_groups_there_is_nothing_to_inherit(self):
        assert letters_of("uvo", {}) == "ouv"

    def test_a_developer_by_fossils_defaults(self):
        assert letters_of("v", DEFAULTS) == in_order("vei" + "o" + "gjorz" + "hz")

    @given(st.text(alphabet=sorted(LETTERS)), st.sampled_from([NO_GROUPS, DEFAULTS]))
    def test_nobody_loses_a_letter_of_his_own(self, cap, special):
        assert set(cap) <= effective(cap, special)

    @given(
        st.text(alphabet=sorted(LETTERS)),
        st.text(alphabet=sorted(LETTERS)),
        st.sampled_from([NO_GROUPS, DEFAULTS]),
    )
    def test_more_letters_never_mean_less(self, some, more, special):
        assert effective(some, special) <= effective(some + more, special)

    @given(st.text(alphabet=sorted(LETTERS)))
    def test_the_effect_of_the_effect_is_the_same(self, cap):
        once = effective(cap, DEFAULTS)

        assert effective("".join(once), DEFAULTS) == once


class TestExpressions:
    OWN = frozenset("ojr")
    ANONYMOUS = frozenset("hz")

    @pytest.mark.parametrize(
        "expression",
        [
            "*",
            "o",
            "oj",
            "o r j",
            "s o",
            "@h",
            "@zh",
            "@2 @h",
            "!C",
            "!oC",
            "C !L",
            "{} o",
            " o ",
            "{} *",
            "a\ts\no",
        ],
    )
    def test_one_true_term_is_enough(self, expression):
        assert matches(expression, self.OWN, self.ANONYMOUS)

    @pytest.mark.parametrize(
        "expression",
        ["", " ", "{}", "C", "oC", "a s", "@o", "@hC", "!o", "!oj", "L", "@L", "{o}"],
    )
    def test_without_a_true_term_it_is_false(self, expression):
        assert not matches(expression, self.OWN, self.ANONYMOUS)

    @pytest.mark.parametrize(("expression", "expected"), [("L", True), ("!L", False)])
    def test_somebody_logged_in_has_the_letter_l(self, expression, expected):
        own = self.OWN | {"L"}

        assert matches(expression, own, self.ANONYMOUS) is expected
