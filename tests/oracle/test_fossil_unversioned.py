"""Unversioned files and documents that fossil made are served as it serves them."""

import pytest

from .developer import Developer


@pytest.fixture
def added(fossil, path, folder):
    """Add unversioned files with fossil's command line."""
    contents = {
        "note.txt": b"hello\n",
        "data.bin": bytes(range(256)) * 100,
        "dir/page.html": b"<p>x</p>",
    }
    for name, content in contents.items():
        file = folder / "x"
        file.write_bytes(content)
        fossil("uv", "add", file, "--as", name, "-R", path)
    fossil("uv", "add", folder / "x", "--as", "gone", "-R", path)
    fossil("uv", "rm", "gone", "-R", path)
    return contents


def test_unversioned_files_are_the_same(added, fossil_server, repoweb, visit):
    theirs, ours = visit(fossil_server, "drh"), visit(repoweb, "drh")

    for name, content in added.items():
        assert ours.get(f"uv/{name}").body == content
        assert theirs.get(f"uv/{name}").status == 200
    assert ours.get("uv/gone").status == 404  # fossil sends nothing, with status 200
    lists = [visitor.get("juvlist").json for visitor in (ours, theirs)]
    assert _by_name(lists[0]) == _by_name(lists[1])


def _by_name(files):
    return {file["name"]: file for file in files}


def test_the_index_of_fossil_finds_what_it_finds(
    fossil, path, folder, serve_repoweb, visit
):
    developer = Developer(fossil, path, folder)
    developer.write("create", "Walrus", "It eats fish and sings.")
    developer.commit("a.txt", "teach the walrus to sing")
    developer.run("fts-config", "enable", "cw")
    developer.run("fts-config", "index", "on")

    drh = visit(serve_repoweb(path), "drh")

    found = drh.get("search", s="walrus").text
    assert "to sing" in found
    assert "fish" in found
    assert "0 results" in drh.get("search", s="penguin").text
