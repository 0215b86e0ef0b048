"""/vdiff, /fdiff and /vpatch."""

import subprocess

import history
import pytest
from pages import parse

from repoweb.repository.artifacts import receive, store

pytestmark = pytest.mark.usefixtures("made")


def changes_of(answer):
    page = parse(answer.text)
    return [" ".join(e.text.split()) for e in page.within("ul", "changes", "li")]


@pytest.fixture
def between(nobody, made):
    """Open a page about two check-ins."""

    def ask(page, old, new, more=""):
        return nobody.get(f"/{page}?from={made[old]}&to={made[new]}{more}")

    return ask


class TestOfCheckins:
    @pytest.mark.parametrize(
        ("old", "new", "changes"),
        [
            ("one", "one", []),
            ("one", "three", ["edited a.txt +1 -1", "added c +1 -0"]),
            ("three", "one", ["edited a.txt +1 -1", "deleted c +0 -1"]),
            ("three", "five", ["renamed c → d"]),
            ("five", "four", ["renamed d → c"]),
        ],
    )
    def test_files_that_differ_are_listed(self, between, old, new, changes):
        assert changes_of(between("vdiff", old, new)) == changes

    def test_the_other_way_round(self, between):
        assert changes_of(between("vdiff", "one", "three", "&inv")) == [
            *("edited a.txt +1 -1", "deleted c +0 -1")
        ]

    def test_a_branch_is_compared_with_where_it_began(self, nobody):
        assert changes_of(nobody.get("/vdiff?branch=feature")) == ["added d +1 -0"]

    @pytest.mark.parametrize("known", [{}, {"from": "trunk"}, {"to": "rel-1"}])
    def test_for_what_is_missing_the_page_asks(self, nobody, known):
        page = parse(nobody.get("/vdiff", query_string=known).text)

        fields = {
            e["name"]: e.get("value") for e in page.within("form", "filter", "input")
        }
        assert fields == {"from": "", "to": "", "glob": ""} | known

    def test_other_check_ins_can_be_chosen_without_a_pointer(self, between, made):
        page = parse(between("vdiff", "one", "three", "&glob=c").text)

        fields = [e.get("value") for e in page.within("form", "filter", "input")]
        assert fields == [made["one"][:16], made["three"][:16], "c"]

    def test_patterns_choose_files(self, between):
        assert changes_of(between("vdiff", "one", "three", "&glob=c+*.h")) == [
            "added c +1 -0"
        ]

    @pytest.mark.parametrize(
        ("url", "status"),
        [
            ("/vdiff?branch=nix", 404),
            *(
                ("/vdiff?from=nix&to=tip", 404),
                ("/vpatch?from=tip", 400),
                ("/fdiff", 400),
            ),
            *(("/fdiff?v1=tip", 400), ("/fdiff?v1=nix&v2=tip", 404)),
            *(("/fdiff?from=nix&to=c&ci=tip", 404), ("/vdiff?from=tip&to=0", 404)),
        ],
    )
    def test_what_is_missing_is_told(self, nobody, url, status):
        assert nobody.get(url).status_code == status

    def test_who_may_not_read_code_is_asked_to_log_in(self, sql, between):
        sql("UPDATE user SET cap='j' WHERE login='nobody'")

        assert between("vdiff", "one", "two").status_code == 302
        assert between("vpatch", "one", "two").status_code == 302

    def test_a_damaged_manifest_is_named(self, sql, made, between):
        sql("UPDATE blob SET content=x'00' WHERE rid=?", made.rids["two"])

        answer = between("vdiff", "one", "two")

        assert answer.status_code == 404
        assert f"Artifact {made['two']} cannot be read" in answer.text


class TestPatches:
    @pytest.mark.parametrize(
        ("old", "new"),
        [("one", "two"), ("one", "three"), ("five", "one"), ("one", "four")],
    )
    def test_patch_applies_them(self, between, tmp_path, old, new):
        (folder := tmp_path / "files").mkdir()
        for name, content in history.FILES[old].items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        text = between("vpatch", old, new).data

        subprocess.run(["patch", "-p0", "-s", "-E"], input=text, cwd=folder, check=True)

        found = {
            str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        assert found == history.FILES[new]

    def test_it_is_plain_text_for_saving(self, between, made):
        answer = between("vpatch", "one", "two")

        assert answer.mimetype == "text/plain"
        assert made["one"][:10] in answer.headers["Content-Disposition"]

    def test_binary_files_are_only_named(self, between):
        assert b"cannot compute difference between binary files" in (
            between("vpatch", "four", "six").data
        )


class TestOfFiles:
    def test_two_contents_by_their_hashes(self, nobody, rows):
        old, new = (
            uuid
            for (uuid,) in rows(
                "SELECT DISTINCT uuid FROM blob JOIN mlink ON fid=blob.rid"
                " JOIN filename USING(fnid) WHERE name='src/b.py' ORDER BY blob.rid"
            )
        )

        page = parse(nobody.get(f"/fdiff?v1={old[:16]}&v2={new[:16]}&sbs").text)
        patch = nobody.get(f"/fdiff?v1={old}&v2={new}&patch").text

        assert [row.text for row in page.within("table", "sbs", "tr")] == [
            "1x = 11x = 2"
        ]
        assert patch == (
            "--- src/b.py\n+++ src/b.py\n@@ -1,1 +1,1 @@\n-x = 1\n+x = 2\n"
        )

    def test_two_files_of_a_check_in(self, nobody, made):
        page = parse(nobody.get(f"/fdiff?from=a.txt&to=c&ci={made['three']}").text)

        assert len(page.all("tr", "d")) == 3

    def test_what_is_no_file_needs_its_own_capability(self, nobody, sql, made):
        sql("UPDATE event SET type='f' WHERE objid=?", made.rids["one"])

        assert nobody.get(f"/fdiff?v1={made['one']}&v2=tip").status_code == 302

    def test_blanks_count_unless_one_says_so(self, nobody, repository):
        with repository.writing() as db:
            rcvid = receive(db, "drh")
            _, old = store(db, b"a b\n", rcvid)
            _, new = store(db, b"a  b\n", rcvid)
        url = f"/fdiff?v1={old}&v2={new}"

        assert parse(nobody.get(url).text).all("tr", "d")
        assert "Only blanks" in nobody.get(f"{url}&w=1").text

    def test_a_huge_difference_is_left_to_the_patch(self, nobody, repository):
        with repository.writing() as db:
            rcvid = receive(db, "drh")
            _, old = store(db, b"a\n" * 30_000, rcvid)
            _, new = store(db, b"b\n" * 30_000, rcvid)

        answer = nobody.get(f"/fdiff?v1={old}&v2={new}")

        assert "Too large" in answer.text
        assert len(answer.data) < 20_000
        assert len(nobody.get(f"/fdiff?v1={old}&v2={new}&patch").data) > 100_000
