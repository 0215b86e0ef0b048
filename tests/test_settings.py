"""Settings: rows of Fossil's `config` table, read and written by their type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb import settings
from repoweb.plugin import Setting
from repoweb.plugins import all_plugins
from repoweb.settings import BadSetting

SWITCH = Setting("switch", "Switch", "On or off.", True)
COUNT = Setting("count", "Count", "How many.", 5, minimum=0, maximum=100)
LEAST = Setting("least", "Least", "How many.", 5, minimum=1)
MOST = Setting("most", "Most", "How many.", 5, maximum=9)
ANY = Setting("any", "Any", "How many.", 5)
HOURS = Setting("hours", "Hours", "How long.", 1.5, minimum=0.01)
NAME = Setting("name", "Name", "Which.", "x")
TEXT = Setting("text", "Text", "What.", "", lines=3)
COLOUR = Setting(
    "colour", "Colour", "Which.", "red", choices=(("red", "Red"), ("blue", "Blue"))
)


@pytest.fixture
def write(repository):
    def change(setting, text):
        with repository.writing() as db:
            return settings.write(db, setting, text)

    return change


@pytest.fixture
def read(repository):
    def ask(setting):
        with repository.reading() as db:
            return settings.read(db, setting)

    return ask


class TestParsing:
    @pytest.mark.parametrize(
        ("setting", "text", "value"),
        [
            (SWITCH, "on", True),
            (SWITCH, "YES", True),
            (SWITCH, " True ", True),
            (SWITCH, "1", True),
            (SWITCH, "off", False),
            (SWITCH, "No", False),
            (SWITCH, "false", False),
            (SWITCH, "0", False),
            (COUNT, "7", 7),
            (COUNT, " 7 ", 7),
            (COUNT, "0", 0),
            (COUNT, "100", 100),
            (COUNT, "+7", 7),
            (ANY, "-7", -7),
            (HOURS, "2", 2.0),
            (HOURS, ".5", 0.5),
            (HOURS, "1e2", 100.0),
            (NAME, " a b ", "a b"),
            (NAME, "", ""),
            (TEXT, "a\r\nb\r\n", "a\nb\n"),
            (TEXT, "  a", "  a"),
            (COLOUR, "blue", "blue"),
        ],
    )
    def test_a_text_is_read_by_the_type(self, setting, text, value):
        parsed = settings.parse(setting, text)

        assert (parsed, type(parsed)) == (value, type(value))

    @pytest.mark.parametrize(
        ("setting", "text", "wanted"),
        [
            (SWITCH, "", "on or off"),
            (SWITCH, "2", "on or off"),
            (SWITCH, "maybe", "on or off"),
            (COUNT, "", "a whole number from 0 to 100"),
            (COUNT, "x", "a whole number from 0 to 100"),
            (COUNT, "1.5", "a whole number from 0 to 100"),
            (COUNT, "-1", "a whole number from 0 to 100"),
            (COUNT, "101", "a whole number from 0 to 100"),
            (COUNT, "9" * 5000, "a whole number from 0 to 100"),
            (COUNT, "0x10", "a whole number from 0 to 100"),
            (LEAST, "0", "a whole number of at least 1"),
            (MOST, "10", "a whole number of at most 9"),
            (ANY, "x", "a whole number"),
            (HOURS, "0", "a number of at least 0.01"),
            (HOURS, "inf", "a number of at least 0.01"),
            (HOURS, "nan", "a number of at least 0.01"),
            (HOURS, "1e999", "a number of at least 0.01"),
            (HOURS, "1,5", "a number of at least 0.01"),
            (NAME, "a\0b", "a text without NUL characters"),
            (COLOUR, "green", "one of red, blue"),
            (COLOUR, "", "one of red, blue"),
            (COLOUR, "Red", "one of red, blue"),
        ],
    )
    def test_what_does_not_fit_says_what_would(self, setting, text, wanted):
        with pytest.raises(BadSetting, match=f"^{wanted}$"):
            settings.parse(setting, text)

    @given(st.sampled_from([SWITCH, COUNT, ANY, HOURS, NAME, TEXT, COLOUR]), st.text())
    def test_any_text_fits_or_is_refused(self, setting, text):
        try:
            value = settings.parse(setting, text)
        except BadSetting:
            return
        assert type(value) is type(setting.default)

    @given(
        st.one_of(
            st.booleans().map(lambda value: (SWITCH, value)),
            st.integers(0, 100).map(lambda value: (COUNT, value)),
            st.integers(-(10**30), 10**30).map(lambda value: (ANY, value)),
            st.floats(0.01, 1e300).map(lambda value: (HOURS, value)),
        )
    )
    def test_what_is_written_is_read_again(self, pair):
        setting, value = pair

        assert settings.parse(setting, settings.to_text(value)) == value

    @pytest.mark.parametrize(
        ("value", "text"),
        [(True, "1"), (False, "0"), (5, "5"), (1.5, "1.5"), (7.0, "7"), ("x", "x")],
    )
    def test_they_are_stored_as_fossil_does(self, value, text):
        assert settings.to_text(value) == text

    @pytest.mark.parametrize(
        "setting", [s for plugin in all_plugins() for s in plugin.settings], ids=str
    )
    def test_every_default_is_a_value_of_its_setting(self, setting):
        text = settings.to_text(setting.default)

        assert settings.parse(setting, text) == setting.default


class TestReading:
    @pytest.mark.parametrize("setting", [SWITCH, COUNT, HOURS, NAME, COLOUR])
    def test_without_a_row_the_default_counts(self, read, setting):
        assert read(setting) == setting.default

    @pytest.mark.parametrize(
        ("setting", "text"),
        [(SWITCH, "maybe"), (COUNT, "many"), (COUNT, "-5"), (HOURS, "nan")],
    )
    def test_a_row_that_makes_no_sense_counts_as_the_default(
        self, read, configure, setting, text
    ):
        configure(setting.name, text)

        assert read(setting) == setting.default

    def test_a_row_without_a_value_counts_as_none(self, read, sql):
        sql("INSERT INTO config(name, value) VALUES('count', NULL)")

        assert read(COUNT) == 5

    @pytest.mark.parametrize(("stored", "value"), [(7, 7), ("7", 7), (7.0, 5)])
    def test_numbers_that_fossil_stored_as_such_are_read(
        self, read, configure, stored, value
    ):
        configure("count", stored)

        assert read(COUNT) == value

    def test_an_empty_text_is_a_text(self, read, configure):
        configure("name", "")

        assert read(NAME) == ""


class TestWriting:
    def test_the_row_has_its_time(self, write, rows):
        write(COUNT, "7")

        assert rows(
            "SELECT value, typeof(mtime), abs(mtime-strftime('%s'))<60"
            " FROM config WHERE name='count'"
        ) == [("7", "integer", 1)]

    def test_it_takes_the_place_of_the_old_one(self, write, read, rows):
        write(COUNT, "7")
        write(COUNT, "8")

        assert read(COUNT) == 8
        assert rows("SELECT count(*) FROM config WHERE name='count'") == [(1,)]

    def test_what_does_not_fit_changes_nothing(self, write, read):
        write(COUNT, "7")

        with pytest.raises(BadSetting):
            write(COUNT, "x")

        assert read(COUNT) == 7

    def test_unsetting_brings_the_default_back(self, repository, write, read):
        write(COUNT, "7")
        with repository.writing() as db:
            settings.unset(db, "count")
            settings.unset(db, "nix")

        assert read(COUNT) == 5

    def test_a_table_with_row_numbers_is_as_good(self, sql, write, read):
        """Fossil 2.21 makes it so."""
        sql("CREATE TABLE c2(name TEXT PRIMARY KEY NOT NULL, value CLOB, mtime DATE)")
        sql("INSERT INTO c2 SELECT * FROM config")
        sql("DROP TABLE config")
        sql("ALTER TABLE c2 RENAME TO config")

        write(COUNT, "7")

        assert read(COUNT) == 7
