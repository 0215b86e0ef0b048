"""/reports: what is counted, and how it is drawn."""

import pytest
from pages import parse


def rows_of(answer):
    page = parse(answer.text)
    cells = [e.text.strip() for e in page.all("td") if "length" not in e.classes]
    return list(zip(cells[::2], cells[1::2], strict=True))


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", [("2026", "7")]),
        ("view=bymonth", [("2026-05", "6"), ("2026-01", "1")]),
        ("view=byday&type=ci", [("2026-05-01", "6"), ("2026-01-01", "1")]),
        ("view=byweekday", [("Thursday", "1"), ("Friday", "6")]),
        ("view=byuser", [("drh", "5"), ("alice", "2")]),
        ("view=byuser&user=alice", [("alice", "2")]),
        ("view=byyear&y=2025", []),
        ("view=byyear&type=w", []),
        (
            "view=byfile",
            [("c", "3"), ("a.txt", "3"), ("src/b.py", "2"), ("d", "1"), ("bin", "1")],
        ),
    ],
)
def test_each_view_counts(nobody, query, rows):
    assert sorted(rows_of(nobody.get(f"/reports?{query}"))) == sorted(rows)


def test_the_longest_bar_is_full(nobody):
    page = parse(nobody.get("/reports?view=bymonth").text)

    assert [e["width"] for e in page.all("rect")] == ["100.0%", "16.67%"]


def test_a_row_leads_to_its_timeline(nobody):
    page = parse(nobody.get("/reports?view=bymonth&user=alice").text)
    [url] = [a["href"] for a in page.within("table", "activity", "a")]

    assert url == "/timeline?ym=2026-05&u=alice"
    assert len(parse(nobody.get(url).text).all("td", "w")) == 2


def test_the_last_change_of_each_user_is_told(nobody):
    rows = rows_of(nobody.get("/reports?view=lastchng"))

    assert [name.split()[0] for name, _ in rows] == ["drh", "alice"]


def test_another_view_is_refused(nobody):
    assert nobody.get("/reports?view=nix").status_code == 400


def test_only_what_one_may_see_is_counted(nobody, sql):
    sql("UPDATE event SET type='f' WHERE user='alice'")

    assert rows_of(nobody.get("/reports?view=byuser")) == [("drh", "5")]
