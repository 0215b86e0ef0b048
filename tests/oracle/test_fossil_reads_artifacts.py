"""What is an artifact, and how old a file is, as real fossil sees it."""

import hashlib
import shutil
from pathlib import Path

import pytest

from repoweb.repository.ages import last_changes
from repoweb.repository.files import files_of
from repoweb.repository.loading import rid_of
from repoweb.repository.parsing import parse
from repoweb.repository.repository import Repository
from repoweb.repository.structure import BadArtifact

from .project import Project

D = "D 2026-01-02T10:00:00.000"
A, B, C = "a" * 40, "b" * 64, "c" * 40

CARDS = [
    ("C x", D, f"F a {A}", f"F b {B} x", f"F c {C} l", "U drh"),
    ("C x", D, f"F b {A}", f"F a {A}", "U drh"),
    ("C x", D, f"F ../a {A}", "U drh"),
    ("C x", D, f"F a//b {A}", "U drh"),
    ("C x", D, f"F a/./b {A}", "U drh"),
    ("C x", D, "F /a " + A, "U drh"),
    ("C x", D, "F a/ " + A, "U drh"),
    ("C x", D, "F a", "U drh"),
    (f"B {A}", "C x", D, "F a", "U drh"),
    ("C x", D, f"F a {A} x b", "U drh"),
    ("C x", D, f"F a {A} x b c", "U drh"),
    ("C x", D, f"F a {'A' * 40}", "U drh"),
    ("C x", D, f"P {A} {B} {C}", "U drh"),
    ("C x", D, "P ", "U "),
    ("C x", D, "P", "U "),
    ("C x", D, "P", "U"),
    ("C x", D, f"P {A}", f"Q +{B}", f"Q -{C}", "U drh"),
    ("C x", D, f"Q {B}", "U drh"),
    ("C x", D, "R d41d8cd98f00b204e9800998ecf8427e", "U drh"),
    ("C x", D, "R d41d", "U drh"),
    ("C x", D, "T *branch * x", "T *sym-x *", "T -sym-y *", "U drh"),
    ("C x", D, "T -sym-y *", "T *sym-x *", "U drh"),
    ("C x", D, "T +beef *", "U drh"),
    ("C x", D, "T +sym-beef *", "U drh"),
    ("C x", D, "T sym *", "U drh"),
    ("C x", "D 2026-01-02", "U drh"),
    ("C x", "D 2026-01-02T10:00:00Z", "U drh"),
    ("C x", "D 2026-01-02 10:00:00", "U drh"),
    ("C x", "D yesterday", "U drh"),
    ("C x y", D, "U drh"),
    ("C x", "C y", D, "U drh"),
    (D, "C x", "U drh"),
    ("C x", D, "U drh", "V x"),
    (f"M {A}", f"M {B}"),
    (f"M {B}", f"M {A}"),
    (f"M {A}", "U drh"),
    (D, f"T +x {A}", "U drh"),
    (D, "T +x *", "U drh"),
    (D, f"T +x {A}"),
    (D, "L Home", "U drh", "W 1\nx"),
    (D, "L Home", "W 1\nx"),
    (D, "L Home", "U drh", "W 2\nx"),
    (D, "L Home", "U drh", "W 999\nx"),
    (D, "L a\\s\\sb", "U drh", "W 1\nx"),
    (D, f"L {'x' * 100}", "U drh", "W 0\n"),
    (D, f"L {'x' * 101}", "U drh", "W 0\n"),
    (D, "L Home", "N text/plain", f"P {A}", "U drh", "W 3\né!"),
    (D, "J title x", f"K {A}", "U drh"),
    (D, "J b x", "J a x", f"K {A}", "U drh"),
    (D, "J +b x", "J a x", f"K {A}", "U drh"),
    (D, "J a x", f"K {B}", "U drh"),
    (D, f"K {A}", "U drh"),
    (f"A x.txt Home {A}", D, "U drh"),
    ("A x.txt Home", D),
    ("A ../x Home", D),
    ("C x", D, f"E 2026-01-03T00:00:00 {A}", "T +x *", "U drh", "W 1\nx"),
    ("C x", D, f"E 2026-01-03T00:00:00 {A}", "T *x *", "U drh", "W 1\nx"),
    (D, f"E 2026-01-03T00:00:00 {A}", f"P {A}", "N text/plain", "W 0\n"),
    (D, f"G {A}", f"I {B}", "U drh", "W 1\nx"),
    (D, "H x", "U drh", "W 1\nx"),
    (D, "H ", "U drh", "W 0\n"),
    (D, "H x", f"I {B}", "U drh", "W 1\nx"),
    (D, f"G {A}", f"P {A} {B}", "U drh", "W 1\nx"),
    (D, "U drh", "W 1\nx"),
    (D, f"P {A}"),
    (D,),
    ("C x\r", D, "U drh"),
    ("C x", D, "U drh "),
    ("C x", "", D),
]


def made(cards):
    text = "".join(f"{card}\n" for card in cards).encode()
    return text + f"Z {hashlib.md5(text).hexdigest()}\n".encode()


def complaint_of(content):
    try:
        parse(content)
    except BadArtifact as error:
        return str(error)
    return ""


@pytest.mark.parametrize("cards", CARDS, ids=" | ".join)
def test_we_take_for_an_artifact_what_fossil_does(fossil, tmp_path, cards):
    file = tmp_path / "artifact"
    file.write_bytes(made(cards))

    verdict = fossil("test-parse-manifest", file)

    assert ("manifest_parse() worked" in verdict) is (complaint_of(made(cards)) == "")


@pytest.fixture(scope="module")
def project(fossil, template, tmp_path_factory):
    base = tmp_path_factory.mktemp("ages")
    path = Path(shutil.copy(template, base))
    (folder := base / "checkout").mkdir()
    return Project(fossil, path, folder).make()


def test_files_were_changed_last_by_the_check_in_that_fossil_names(fossil, project):
    repository = Repository(project.path)
    for checkin in project.checkins():
        lines = fossil("test-fileage", checkin, "-R", project.path).splitlines()
        with repository.reading() as db:
            rid = rid_of(db, checkin)
            ours = last_changes(db, rid, files_of(db, rid))

        theirs = [(int(line.split()[1]), line) for line in lines]
        assert len(theirs) == len(ours)
        for name, change in ours.items():
            assert [m for m, line in theirs if line.endswith(f" {name}")][-1:] == (
                [change.rid]
            ), (checkin, name)
    repository.close()
