"""/jchunk answers as fossil's does, whose scripts ask for it too."""

from .compared import make_small
from .tables import ask


def test_lines_of_a_file_are_the_same(
    fossil, tmp_path, serve_fossil, serve_repoweb, visit
):
    path = make_small(fossil, tmp_path)
    hashes = ask(path, "SELECT DISTINCT uuid FROM mlink JOIN blob ON rid=fid")
    theirs, ours = visit(serve_fossil(path)), visit(serve_repoweb(path))

    for (uuid,) in hashes:
        for first, last in ((1, 3), (2, 2), (30, 99), (500, 501)):
            asked = (f"jchunk/{uuid}?from={first}&to={last}",)
            assert ours.get(*asked).json == theirs.get(*asked).json, asked
