"""/dir, /tree and /fileage: which files there are."""

import pytest
from pages import parse

from repoweb.repository import names
from repoweb.repository.ages import last_changes
from repoweb.repository.files import files_of

PROJECT = {
    "README.md": "# Parser\n\nSee [the source](src/main.c) and ![it](doc/a.png).\n",
    "doc/a.png": b"\x89PNG\r\n\x1a\n\0\0",
    "src/main.c": "int main(void){return 0;}\n",
    "src/lib/x.c": "x\n",
    "src/lib/y.c": "y\n",
}


@pytest.fixture
def project(commit):
    """Two check-ins; the second changes one file."""
    first = commit(PROJECT, "Begin")
    second = commit({**PROJECT, "src/lib/y.c": "z\n"}, "Change y")
    return first, second


def table_of(page):
    cells = [cell.text.strip() for cell in page.all("td")]
    return [tuple(cells[at : at + 4]) for at in range(0, len(cells), 4)]


def links_of(page, css_class):
    return {link.text: link["href"] for link in page.all("a", css_class)}


@pytest.mark.usefixtures("project")
class TestAFolder:
    def test_folders_come_first_with_their_last_change(self, nobody):
        page = parse(nobody.get("/dir?ci=tip").text)

        assert table_of(page) == [
            ("doc/", "Begin", "2099-03-01", "1 file"),
            ("src/", "Change y", "2099-03-01", "3 files"),
            ("README.md", "Begin", "2099-03-01", "61 bytes"),
        ]

    def test_a_folder_within_lists_its_own(self, nobody):
        page = parse(nobody.get("/dir?ci=tip&name=src/lib").text)

        assert [row[:2] for row in table_of(page)] == [
            ("x.c", "Begin"),
            ("y.c", "Change y"),
        ]

    def test_its_names_are_chosen_by_a_regular_expression(self, nobody):
        here = parse(nobody.get("/dir?ci=tip&re=^[a-z]*$").text)
        ever = parse(nobody.get("/dir?re=^[a-z]*$").text)

        assert [row[0] for row in table_of(here)] == ["doc/", "src/"]
        assert set(links_of(ever, "folder")) == {"doc/", "src/"}
        assert links_of(ever, "file") == {}

    def test_names_of_the_check_in_are_kept_in_links(self, nobody, project):
        page = parse(nobody.get(f"/dir/src?ci={project[0][:12]}").text)

        assert links_of(page, "file")["main.c"] == (
            f"/file/src/main.c?ci={project[0][:12]}"
        )
        assert links_of(page, "folder")["lib/"] == (
            f"/dir?ci={project[0][:12]}&name=src/lib"
        )

    def test_an_older_check_in_shows_its_own_files(self, nobody, project):
        page = parse(nobody.get(f"/dir?ci={project[0]}&name=src").text)

        assert table_of(page)[0][1] == "Begin"

    def test_the_readme_is_shown_and_its_links_lead_on(self, nobody):
        page = parse(nobody.get("/dir?ci=tip").text)

        (link,) = page.within("article", "readme", "a")
        (image,) = page.within("article", "readme", "img")
        assert link["href"] == "/file/src/main.c?ci=tip"
        assert image["src"] == "/doc/tip/doc/a.png"

    def test_without_a_check_in_all_that_ever_was_is_listed(self, nobody, commit):
        commit({"new.txt": "only"}, "Remove all else")

        now = parse(nobody.get("/dir?ci=tip").text)
        ever = parse(nobody.get("/dir").text)

        assert [row[0] for row in table_of(now)] == ["new.txt"]
        assert set(links_of(ever, "folder")) == {"doc/", "src/"}
        assert links_of(ever, "file")["README.md"] == "/finfo?name=README.md"

    @pytest.mark.parametrize("name", ["nix", "README.md", "src/li", "../etc", "src/.."])
    def test_what_is_no_folder_is_not_found(self, nobody, name):
        assert nobody.get(f"/dir?ci=tip&name={name}").status_code == 404

    def test_an_unknown_check_in_is_named(self, nobody):
        answer = nobody.get("/dir?ci=nix")

        assert answer.status_code == 404
        assert "no check-in called “nix”" in answer.text


@pytest.mark.usefixtures("project")
class TestATree:
    def test_folders_can_be_folded(self, nobody):
        page = parse(nobody.get("/tree?ci=tip").text)

        assert [s.text for s in page.within("ul", "tree", "summary")] == [
            *("doc/", "src/", "lib/")
        ]
        assert not [
            d for d in page.within("ul", "tree", "details") if "open" in d.attributes
        ]

    def test_they_can_all_be_open(self, nobody):
        page = parse(nobody.get("/tree?ci=tip&expand").text)

        assert all("open" in d.attributes for d in page.within("ul", "tree", "details"))

    def test_a_flat_list_by_age_begins_with_the_newest(self, nobody):
        page = parse(nobody.get("/tree?ci=tip&sort=1&flat").text)

        assert [row[0] for row in table_of(page)] == [
            *("src/lib/y.c", "README.md", "doc/a.png", "src/lib/x.c", "src/main.c")
        ]

    def test_a_flat_list_by_size_begins_with_the_largest(self, nobody):
        page = parse(nobody.get("/tree?ci=tip&sort=2&flat").text)

        assert table_of(page)[0][0] == "README.md"

    def test_a_folder_has_a_tree_of_its_own(self, nobody):
        page = parse(nobody.get("/tree?ci=tip&name=src").text)

        assert [link.text for link in page.all("a", "file")] == ["x.c", "y.c", "main.c"]

    @pytest.mark.parametrize(
        ("expression", "names"),
        [
            (r"\.c$", ["x.c", "y.c", "main.c"]),
            ("^src/lib/", ["x.c", "y.c"]),
            ("README|x", ["x.c", "README.md"]),
            ("nix", []),
        ],
    )
    def test_files_are_found_by_a_regular_expression(self, nobody, expression, names):
        answer = nobody.get("/tree", query_string={"ci": "tip", "re": expression})

        page = parse(answer.text)
        assert [link.text for link in page.all("a", "file")] == names
        assert f"{len(names)} file" in answer.text

    @pytest.mark.parametrize("page", ["tree", "dir"])
    def test_what_is_no_regular_expression_is_told(self, nobody, page):
        answer = nobody.get(f"/{page}?ci=tip&re=(")

        assert answer.status_code == 400
        assert "without a “)”" in answer.text

    def test_what_is_searched_for_is_searched_for_in_other_views_too(self, nobody):
        page = parse(nobody.get("/tree?ci=tip&re=lib").text)

        (flat,) = [a["href"] for a in page.all("a") if a.text == "Flat"]
        assert [row[0] for row in table_of(parse(nobody.get(flat).text))] == [
            *("src/lib/x.c", "src/lib/y.c")
        ]

    def test_folders_alone_are_shown_if_so_wished(self, nobody):
        page = parse(nobody.get("/tree?ci=tip&nofiles").text)

        assert len(page.within("ul", "tree", "summary")) == 3
        assert page.all("a", "file") == []

    def test_the_youngest_come_first_by_fossils_word(self, nobody):
        page = parse(nobody.get("/tree?ci=tip&mtime&name=src/lib").text)

        assert [link.text for link in page.all("a", "file")] == ["y.c", "x.c"]

    def test_fossils_address_of_the_tree_leads_to_it(self, nobody):
        assert nobody.get("/dir?ci=tip&type=tree").text.count("<details") >= 3

    def test_the_page_of_ages_is_a_list_by_age(self, nobody):
        page = parse(nobody.get("/fileage?name=trunk").text)

        assert table_of(page)[0][:2] == ("src/lib/y.c", "Change y")

    @pytest.mark.parametrize(
        ("glob", "names"), [("*.c", 3), ("*.md,doc/*", 2), ("src", 0), ("", 5)]
    )
    def test_the_page_of_ages_takes_globs(self, nobody, glob, names):
        page = parse(nobody.get("/fileage", query_string={"glob": glob}).text)

        assert len(table_of(page)) == names


class TestARepositoryWithoutFiles:
    def test_the_first_check_in_is_empty(self, nobody):
        assert "There are no files in this check-in" in nobody.get("/dir?ci=tip").text
        assert nobody.get("/tree").status_code == 200
        assert "There was never a file here" in nobody.get("/dir").text

    def test_without_any_check_in_the_pages_say_so(self, nobody, sql):
        for table in ("event", "plink", "leaf", "tagxref", "blob"):
            sql(f"DELETE FROM {table}")

        for url in (
            "/dir?ci=tip",
            "/tree",
            "/fileage",
            "/zip",
            "/doc/tip/x",
            "/file/x",
        ):
            assert (url, nobody.get(url).status_code) == (url, 404)
        assert nobody.get("/dir").status_code == 200


def test_last_changes_are_found_once_until_something_new_comes(
    repository, commit, queries_of
):
    def ask():
        with repository.reading() as db:
            tip = names.find(db, "tip", "ci")
            return last_changes(db, tip, files_of(db, tip))["a.txt"].comment

    commit({"a.txt": "a"}, comment="First")
    first, again = queries_of(ask), queries_of(ask)
    assert again < first
    assert ask() == "First"

    commit({"a.txt": "b"}, comment="Second")
    assert ask() == "Second"


FILES = {f"d{n % 100:02}/file{n}.txt": str(n) for n in range(10_000)}


class TestALargeCheckIn:
    def test_ten_thousand_files_take_no_more_queries(
        self, repository, client_of, commit, queries_of
    ):
        urls = ("/dir?ci=tip", "/tree?ci=tip", "/dir?ci=tip&name=d00", "/fileage")
        counts = {url: [] for url in urls}
        for files in ({"d00/a.txt": "a"}, FILES):
            commit(files)
            for url in urls:
                with repository.reading() as db:
                    db.caches.meanings.clear()
                count = queries_of(lambda url=url: client_of().get(url))
                counts[url].append(count)

        assert all(0 < many <= few < 40 for few, many in counts.values()), counts

    def test_a_folder_of_it_counts_right(self, nobody, commit):
        commit(FILES)

        page = parse(nobody.get("/dir?ci=tip").text)

        assert len(table_of(page)) == 100
        assert table_of(page)[0] == ("d00/", "", "", "100 files")
        assert len(table_of(parse(nobody.get("/dir?ci=tip&name=d07").text))) == 100


class TestRobots:
    BROWSER = "Mozilla/5.0 (X11; Linux) AppleWebKit/537.36 Chrome/126.0"

    @pytest.mark.usefixtures("project")
    @pytest.mark.parametrize("url", ["/dir?ci=tip", "/tree", "/finfo?name=README.md"])
    def test_they_get_no_links_into_the_history(self, nobody, sql, url):
        sql("UPDATE user SET cap='gjorz' WHERE login='nobody'")

        def links(agent):
            page = parse(nobody.get(url, headers={"User-Agent": agent}).text)
            around = [{parent.tag for parent in a.parents} for a in page.all("a")]
            return [tags for tags in around if "main" in tags and "article" not in tags]

        assert links("Googlebot/2.1") == []
        assert links(self.BROWSER) != []
