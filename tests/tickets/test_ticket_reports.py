"""Reports: shown, sorted, exported, written; their SQL may read and nothing else."""

import csv
import io
import time

import pytest
from pages import parse

from repoweb.tickets import running


@pytest.fixture
def define(alice):
    """Store a report; gives the answer."""

    def run(sql, title="Mine", cols=""):
        return alice.post("/rptnew", data={"title": title, "sql": sql, "cols": cols})

    return run


def test_the_report_that_every_repository_has_is_shown(alice, bob, create):
    name = create(alice, title="<b>It</b>", status="Open")

    page = parse(bob.get("/rptview/1").text)

    cells = [cell.text for cell in page.all("td")]
    assert "<b>It</b>" in cells
    links = [a["href"] for a in page.all("a")]
    assert f"/tktview/{name[:10]}" in links
    assert page.all("td", "stripe")[-1]["bgcolor"].startswith("#")


def test_a_report_is_sorted_by_any_column(alice, bob, create, define):
    for title in ("b", "C", "a"):
        create(alice, title=title)
    place = define("SELECT title FROM ticket").location

    def titles(order):
        page = parse(bob.get(f"{place}?o={order}").text)
        return [td.text for td in page.all("td") if "stripe" not in td.classes]

    assert titles("1") == ["a", "b", "C"]
    assert titles("-1") == ["C", "b", "a"]
    assert sorted(titles("nonsense")) == ["C", "a", "b"]


def test_it_is_exported_as_csv_and_with_tabs(alice, bob, create, define):
    create(alice, title='=1+2,"x"\n')
    place = define("SELECT title, 'red' AS bgcolor, 5 AS n FROM ticket").location

    spreadsheet = bob.get(f"{place}?csv=1")
    tabs = bob.get(f"{place}?tablist=1")

    found = list(csv.reader(io.StringIO(spreadsheet.text)))
    assert found == [["title", "n"], ['\'=1+2,"x"', "5"]]
    assert "attachment" in spreadsheet.headers["Content-Disposition"]
    assert tabs.text == 'title\tbgcolor\tn\n=1+2,"x"\tred\t5\n'


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM user",
        "SELECT pw FROM user",
        "SELECT * FROM config",
        "SELECT * FROM chat",
        "SELECT * FROM concealed",
        "SELECT * FROM sqlite_schema",
        "SELECT * FROM pragma_table_info('user')",
        "SELECT title FROM ticket WHERE EXISTS(SELECT 1 FROM user WHERE cap='s')",
        "WITH x AS (SELECT * FROM private) SELECT * FROM x",
        "SELECT * FROM fx_forumread",
        "DELETE FROM ticket",
        "UPDATE ticket SET title='x'",
        "INSERT INTO ticket(title) VALUES('x')",
        "DROP TABLE ticket",
        "ATTACH 'x.db' AS x",
        "PRAGMA user_version=7",
        "BEGIN",
        "VACUUM INTO 'x.db'",
        "CREATE TEMP TABLE x(y)",
        "SELECT load_extension('x')",
        "SELECT 1; SELECT 2",
        "SELECT zeroblob(1000000000)",
        "nonsense",
        "",
    ],
)
def test_what_a_report_must_not_do_is_refused(define, rows, statement):
    answer = define(statement)

    assert answer.status_code == 422
    assert len(rows("SELECT * FROM reportfmt")) == 1


def test_one_that_a_repository_brings_along_is_refused_too(bob, sql):
    sql("UPDATE reportfmt SET sqlcode='SELECT login, pw FROM user'")

    answer = bob.get("/rptview/1")

    assert answer.status_code == 422
    assert "user must not be read" in answer.text
    assert bob.get("/home").status_code == 200  # the connection can read users again


def test_private_fields_are_null_to_those_who_may_not_see_them(
    alice, bob, create, define
):
    create(alice, private_contact="drh@example.com")
    place = define("SELECT private_contact AS c, title FROM ticket").location

    assert "b5dcd05a" in alice.get(place).text
    assert "b5dcd05a" not in bob.get(place).text


def test_one_that_takes_too_long_is_stopped(define, monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.2)
    begun = time.monotonic()

    answer = define(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n)"
        " SELECT count(*) FROM n"
    )

    assert answer.status_code == 422
    assert "longer than" in answer.text
    assert time.monotonic() - begun < running.SECONDS + 10


def test_too_many_rows_are_cut(bob, define, monkeypatch):
    monkeypatch.setattr(running, "MOST_ROWS", 10)
    place = define(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 99)"
        " SELECT i FROM n"
    ).location

    page = bob.get(place).text

    assert "more rows" in page
    assert len(parse(page).all("tr")) == 11


def test_texts_are_shown_below_their_row_as_wiki(alice, bob, create, define):
    create(alice, content="x")
    place = define("SELECT title, '<b>bold</b><script>' AS _text FROM ticket").location

    html = bob.get(place).text

    assert "<b>bold</b>" in html
    assert "<script>" not in html


def test_only_its_owner_and_administrators_change_a_report(
    client_of, sql, define, drh, rows
):
    place = define("SELECT 1 AS n").location
    number = place.rpartition("/")[2]
    sql("UPDATE user SET cap='ort' WHERE login='bob'")
    form = {"title": "Stolen", "sql": "SELECT 2"}

    refused = client_of("bob").post(f"/rptedit/{number}", data=form)
    allowed = drh.post(f"/rptedit/{number}", data={**form, "title": "Better"})

    assert refused.status_code == 403
    assert allowed.status_code == 303
    assert rows("SELECT title FROM reportfmt WHERE rn=?", number) == [("Better",)]
    drh.post(f"/rptedit/{number}", data={"delete": "1"})
    assert rows("SELECT title FROM reportfmt WHERE rn=?", number) == []
