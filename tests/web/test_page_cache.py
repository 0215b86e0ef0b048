"""Pages are kept for visitors who are not logged in, until somebody writes."""

import os

import pytest


@pytest.fixture
def calm(path, nobody):
    """The file was last written long ago."""
    nobody.get("/home")  # the first request makes the tables of the plugins

    def make():
        for file in path.parent.glob(f"{path.name}*"):  # its log, too
            os.utime(file, (1_000_000_000, 1_000_000_000))

    make()
    return make


@pytest.mark.usefixtures("calm")
class TestForNobody:
    def test_the_second_visitor_gets_what_was_rendered(self, client_of, queries_of):
        pages = []
        counts = [
            queries_of(lambda: pages.append(client_of().get("/timeline")))
            for _ in range(2)
        ]

        assert pages[0].data == pages[1].data
        assert pages[0].headers["ETag"] == pages[1].headers["ETag"]
        assert counts[1] < counts[0]

    def test_whatever_is_written_counts_at_once(self, nobody, sql, calm):
        assert "initial empty check-in" in nobody.get("/timeline").text
        assert "initial empty check-in" in nobody.get("/timeline").text

        sql("UPDATE event SET comment='another'")

        assert "another" in nobody.get("/timeline").text
        calm()
        sql("UPDATE event SET comment='a third'")
        assert "a third" in nobody.get("/timeline").text

    def test_another_host_gets_a_page_of_its_own(self, nobody):
        nobody.get("/timeline")

        answer = nobody.get("/timeline", base_url="http://localhost/code")

        assert 'href="/code/home"' in answer.text

    def test_errors_are_not_kept(self, nobody, sql, calm):
        assert nobody.get("/info/tag:new").status_code == 404
        sql("INSERT INTO tag(tagname) VALUES('sym-new')")
        sql(
            "INSERT INTO tagxref(tagid, tagtype, srcid, origid, mtime, rid)"
            " SELECT tagid, 1, 1, 1, 1, 1 FROM tag WHERE tagname='sym-new'"
        )
        calm()

        assert nobody.get("/info/tag:new").status_code == 200


@pytest.mark.usefixtures("calm")
def test_who_is_logged_in_gets_nothing_that_was_kept(alice, nobody, queries_of):
    nobody.get("/timeline")
    first, second = (queries_of(lambda: alice.get("/timeline")) for _ in range(2))

    assert "alice" in alice.get("/timeline").text
    assert second >= first - 2


def test_right_after_a_write_nothing_is_kept(nobody, sql, queries_of):
    counts = []
    for comment in ("one", "two"):
        sql("UPDATE event SET comment=?", comment)
        counts.append(queries_of(lambda: nobody.get("/timeline")))
        assert comment in nobody.get("/timeline").text

    assert counts[0] >= counts[1] - 5
