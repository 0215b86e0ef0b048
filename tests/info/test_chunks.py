"""/jchunk: lines of a file for what a difference left out."""

import hashlib

import pytest
from pages import parse

TEXT = "".join(f"line {n}\n" for n in range(1, 101))


@pytest.fixture
def uuid(put):
    return put(TEXT.encode())[1]


def test_lines_are_given_as_fossil_gives_them(nobody, uuid):
    answer = nobody.get(f"/jchunk/{uuid}?from=3&to=5")

    assert answer.json == ["line 3", "line 4", "line 5"]
    assert answer.mimetype == "application/json"
    assert nobody.get(f"/jchunk?name={uuid}&from=100&to=999").json == ["line 100"]
    assert nobody.get(f"/jchunk/{uuid}?from=101&to=102").json == []


@pytest.mark.parametrize(
    "query", ["", "from=0&to=3", "from=5&to=4", "from=x&to=y", "from=-1&to=2", "from=²"]
)
def test_what_are_no_lines_is_told(nobody, uuid, query):
    answer = nobody.get(f"/jchunk/{uuid}?{query}")

    assert answer.status_code == 400
    assert "no lines" in answer.json["error"]


@pytest.mark.parametrize("name", ["abcd" * 10, "tip", "%00", "a/b"])
def test_what_is_no_artifact_is_not_found(nobody, name):
    answer = nobody.get(f"/jchunk/{name}?from=1&to=2")

    assert answer.status_code == 404
    assert answer.json["error"]


def test_who_may_not_read_gets_none(nobody, uuid, sql):
    sql("UPDATE user SET cap='' WHERE login='nobody'")

    answer = nobody.get(
        f"/jchunk/{uuid}?from=1&to=2", headers={"Accept": "application/json"}
    )

    assert (answer.status_code, "error" in answer.json) == (401, True)


def test_a_private_or_damaged_one_is_not_found(nobody, uuid, sql):
    sql("UPDATE blob SET content=x'00000006' WHERE uuid=?", uuid)
    damaged = nobody.get(f"/jchunk/{uuid}?from=1&to=2")
    sql("INSERT INTO private SELECT rid FROM blob WHERE uuid=?", uuid)

    assert damaged.status_code == 404
    assert nobody.get(f"/jchunk/{uuid}?from=1&to=2").status_code == 404


def test_a_browser_asks_only_once(nobody, uuid):
    url = f"/jchunk/{uuid}?from=1&to=2"
    tag = nobody.get(url).headers["ETag"]

    assert nobody.get(url, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_odd_lines_are_texts(nobody, put, ends):
    _, uuid = put(ends.join([b"a", b"\xff", b"<b>", b"x" * 9000]))

    lines = nobody.get(f"/jchunk/{uuid}?from=1&to=9").json

    assert lines[:3] == ["a", "\N{REPLACEMENT CHARACTER}", "<b>"]
    assert len(lines[3]) == 5000


@pytest.mark.parametrize("sides", ["1", "2"])
def test_differences_say_which_lines_they_leave_out(nobody, put, sides):
    old = TEXT.replace("line 30\n", "").replace("line 60\n", "line 60\nmore\n")
    (_, before), (_, after) = put(old.encode()), put(TEXT.encode())

    page = parse(nobody.get(f"/fdiff?v1={before}&v2={after}&diff={sides}").text)

    gaps = [row["data-gap"] for row in page.all("tr", "skip")]
    assert gaps == ["0 0 24", "34 35 20", "65 65 35"]
    (place,) = (e for e in page.elements if "data-chunks" in e.attributes)
    assert (
        place["data-chunks"] == "/jchunk/" + hashlib.sha3_256(TEXT.encode()).hexdigest()
    )
