"""SQL scripts are run statement by statement, inside a transaction."""

import pytest

from repoweb.repository.script import statements


@pytest.mark.parametrize(
    ("script", "parts"),
    [
        ("", []),
        ("\n\n", []),
        ("SELECT 1;\nSELECT 2;\n", ["SELECT 1;\n", "SELECT 2;\n"]),
        ("SELECT\n  1;\nSELECT 2;", ["SELECT\n  1;\n", "SELECT 2;"]),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT ';\n';\nSELECT 2;\n", ["SELECT ';\n';\n", "SELECT 2;\n"]),
        ("SELECT 1 -- one;\n;\n", ["SELECT 1 -- one;\n;\n"]),
        (
            "CREATE TRIGGER a BEFORE DELETE ON b BEGIN\n  SELECT 1;\nEND;\n",
            ["CREATE TRIGGER a BEFORE DELETE ON b BEGIN\n  SELECT 1;\nEND;\n"],
        ),
    ],
)
def test_a_script_is_split_where_a_statement_ends(script, parts):
    assert list(statements(script)) == parts
