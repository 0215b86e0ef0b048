"""Technotes are written, read and changed."""

import pytest
from pages import parse

FORM = {
    "comment": "Release *1*",
    "time": "2026-01-03 12:30",
    "tags": "rel, news",
    "colour": "#e0ffe0",
    "content": "Text with **weight**",
}


@pytest.fixture(autouse=True)
def _may_write(sql):
    sql("UPDATE user SET cap='oijfkb' WHERE login='alice'")
    sql("UPDATE user SET cap='oj' WHERE login='bob'")


@pytest.fixture
def write():
    def run(client, **changed):
        return client.post("/technoteedit", data={**FORM, **changed})

    return run


def test_a_technote_is_written_and_read(alice, bob, write, rows):
    answer = write(alice)

    assert answer.status_code == 303
    page = bob.get(answer.location)
    assert "<strong>weight</strong>" in page.text
    assert "news, rel" in page.text
    assert rows(
        "SELECT datetime(mtime), comment, bgcolor FROM event WHERE type='e'"
    ) == [("2026-01-03 12:30:00", "Release *1*", "#e0ffe0")]
    assert "Release" in bob.get("/timeline?y=e").text


def test_a_change_follows_the_version_that_it_began_with(alice, bob, write, rows):
    place = write(alice).location
    name = place.rpartition("/")[2]
    page = parse(alice.get(f"/technoteedit?name={name}").text)
    fields = {f["name"]: f.get("value", "") for f in page.all("input")}

    first = write(alice, name=name, base=fields["base"], content="second")
    second = write(alice, name=name, base=fields["base"], content="third")

    assert fields["tags"] == "news, rel"
    assert first.status_code == 303
    assert second.status_code == 409
    assert "second" in bob.get(place).text
    assert rows("SELECT count(*) FROM event WHERE type='e'") == [(1,)]
    [(old,)] = rows("SELECT uuid FROM blob WHERE rid=(SELECT min(pid) FROM plink)")
    page = bob.get(f"/technote/{old[:16]}").text
    assert "weight" in page
    assert page.count("by alice") == 2


@pytest.mark.parametrize(
    "changed",
    [{"time": "soon"}, {"comment": ""}, {"content": " "}, {"colour": "'><b>"}],
)
def test_what_is_missing_is_said(alice, write, rows, changed):
    assert write(alice, **changed).status_code == 422
    assert rows("SELECT count(*) FROM event WHERE type='e'") == [(0,)]


def test_who_may_not_check_in_cannot_write(bob, write):
    assert write(bob).status_code in {302, 403}
    assert bob.get("/technoteedit").status_code in {302, 403}


@pytest.mark.parametrize("name", ["nix", "00000000", "tip", "' OR 1"])
def test_what_is_no_technote_is_not_found(bob, name):
    assert bob.get(f"/technote/{name}").status_code == 404
