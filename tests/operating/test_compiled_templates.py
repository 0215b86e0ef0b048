"""Compiled templates are kept where nobody else can put other programs."""

import os

import pytest
from jinja2 import DictLoader, Environment
from running import NOBODY

from repoweb.operating.compiled import cache_in, places

TEXT = "{{ 6 * number }}"


@pytest.fixture
def render():
    """Render a template in a new environment that keeps what it compiles there."""

    def call(folder, text=TEXT):
        cache = cache_in(iter([folder]))
        environment = Environment(
            loader=DictLoader({"a": text}), bytecode_cache=cache, autoescape=True
        )
        return environment.get_template("a").render(number=7)

    return call


@pytest.fixture
def folder(tmp_path):
    tmp_path.chmod(0o755)
    return tmp_path / "cache" / "repoweb"


def test_the_next_start_takes_what_was_compiled(folder, render, monkeypatch):
    render(folder)
    monkeypatch.setattr(Environment, "compile", lambda *_: pytest.fail("compiled"))

    assert render(folder) == "42"


def test_a_template_that_has_changed_is_compiled_anew(folder, render):
    render(folder)

    assert render(folder, "new") == "new"
    assert len(list(folder.iterdir())) == 1


def test_what_was_cut_off_is_compiled_anew(folder, render):
    render(folder)
    [file] = folder.iterdir()
    file.write_bytes(file.read_bytes()[:60])

    assert render(folder) == "42"


def test_the_folder_is_for_its_owner_alone(folder, render):
    render(folder)

    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_may_enter_is_not_used(folder):
    folder.mkdir(parents=True)
    folder.chmod(0o755)

    assert cache_in(iter([folder])) is None


def test_a_link_to_a_safe_folder_is_not_used(folder, tmp_path):
    safe = tmp_path / "safe"
    safe.mkdir(0o700)
    folder.parent.mkdir()
    folder.symlink_to(safe)

    assert cache_in(iter([safe]))
    assert cache_in(iter([folder])) is None


def test_a_folder_that_others_could_replace_is_not_used(folder):
    folder.parent.mkdir()
    folder.parent.chmod(0o777)

    assert cache_in(iter([folder])) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give folders away")
def test_a_folder_in_somebody_elses_is_not_used(folder):
    folder.mkdir(mode=0o700, parents=True)
    os.chown(folder.parent, NOBODY, NOBODY)

    assert cache_in(iter([folder])) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give folders away")
def test_somebody_elses_folder_is_not_used(folder):
    folder.mkdir(mode=0o700, parents=True)
    os.chown(folder, NOBODY, NOBODY)

    assert cache_in(iter([folder])) is None


def test_a_common_folder_that_protects_what_lies_in_it_will_do(folder):
    folder.parent.mkdir()
    folder.parent.chmod(0o1777)

    assert cache_in(iter([folder]))


def test_the_next_place_is_taken_if_the_first_is_not_there(tmp_path, folder):
    (tmp_path / "file").write_text("")

    assert cache_in(iter([tmp_path / "file" / "repoweb", folder])).directory == str(
        folder
    )


def test_a_full_disk_does_no_harm(folder, render, monkeypatch):
    def fail(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", fail)

    assert render(folder) == "42"


def test_the_users_own_places_come_first():
    found = list(places({"XDG_CACHE_HOME": "/c", "HOME": "/h"}))

    assert [str(place) for place in found[:2]] == ["/c/repoweb", "/h/.cache/repoweb"]
    assert found[2].name == f"repoweb-{os.geteuid()}"


def test_relative_places_do_not_count():
    assert len(list(places({"XDG_CACHE_HOME": "c", "HOME": ""}))) == 1
