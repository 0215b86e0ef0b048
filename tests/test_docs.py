"""What the documents say is true: settings, pages, options, links and the plugin."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from repoweb.cli import repoweb
from repoweb.plugins import BUILT_IN, all_plugins

ROOT = Path(__file__).parent.parent
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
ADMINS = (ROOT / "docs/admins.md").read_text("utf-8")
OPERATORS = (ROOT / "docs/operators.md").read_text("utf-8")
PLUGINS = (ROOT / "docs/plugins.md").read_text("utf-8")
SETTINGS = [setting for plugin in BUILT_IN for setting in plugin.settings]


def commands(group=repoweb, name="repoweb"):
    for command in group.commands.values():
        full = f"{name} {command.name}"
        if isinstance(command, click.Group):
            yield from commands(command, full)
        else:
            yield full, command


def options(command):
    return [p for p in command.params if isinstance(p, click.Option)]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_each_setting_is_explained_on_its_page(setting):
    section = ADMINS.partition(f"### /{setting.page}\n")[2].partition("\n#")[0]

    assert f"| `{setting.name}` |" in section


def test_no_setting_is_explained_that_does_not_exist():
    explained = re.findall(r"^\| `([a-z_-]+)` \|", ADMINS, re.MULTILINE)

    assert sorted(explained) == sorted(setting.name for setting in SETTINGS)


def test_each_administration_page_is_listed():
    listed = re.findall(r"^\| (/Admin\S*) \|", ADMINS, re.MULTILINE)
    entries = [entry.url for plugin in BUILT_IN for entry in plugin.admin]

    assert sorted(listed) == sorted(["/Admin", *entries])


def test_each_option_of_serve_is_explained():
    text = OPERATORS.partition("## Serving")[2].partition("\n## ")[0]
    explained = set(re.findall(r"`(--[a-z-]+)", text))
    names = {
        name for option in options(repoweb.commands["serve"]) for name in option.opts
    }

    assert names <= explained


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_each_command_helps_itself(name, command):
    assert command.help, name
    assert all(option.help for option in options(command)), name


@pytest.mark.parametrize(
    "line",
    re.findall(
        r"^ {4}(repoweb .+)$",
        "\n".join(d.read_text("utf-8") for d in DOCS),
        re.MULTILINE,
    ),
)
def test_each_command_in_the_documents_exists(line):
    words = line.partition("#")[0].split()
    command = repoweb
    while isinstance(command, click.Group):
        command = command.commands[words.pop(1)]
    known = {name for option in options(command) for name in option.opts}

    assert {word for word in words if word.startswith("-")} <= known


@pytest.mark.parametrize("document", DOCS, ids=lambda d: d.name)
def test_each_link_leads_to_a_file(document):
    text = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)#\s]+)", text)

    missing = [
        link
        for link in links
        if "://" not in link and not (document.parent / link).exists()
    ]
    assert missing == []


def code_blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PLUGINS, re.DOTALL)


class TestThePluginOfTheDocuments:
    @pytest.fixture
    def installed(self, tmp_path, monkeypatch):
        """Install exactly what the page shows, into a folder of its own."""
        (source := tmp_path / "source").mkdir()
        (module,), (project,) = code_blocks("python"), code_blocks("toml")
        (source / "hello_plugin.py").write_text(module)
        (source / "pyproject.toml").write_text(project)
        target = tmp_path / "site"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        options = ["--no-build-isolation", "--disable-pip-version-check"]
        subprocess.run([*pip, *options, "--target", target, source], check=True)
        monkeypatch.syspath_prepend(target)
        yield import_module("hello_plugin")
        del sys.modules["hello_plugin"]

    def test_is_shorter_than_forty_lines(self):
        (module,) = code_blocks("python")

        assert len([line for line in module.splitlines() if line.strip()]) < 40

    def test_is_found_by_its_entry_point(self, installed):
        assert installed.plugin in all_plugins()

    def test_adds_a_page_a_menu_entry_a_setting_and_a_table(
        self, installed, client_of, rows
    ):
        alice = client_of("alice")

        page = alice.get("/hello").text
        greeted = alice.post("/hello").text

        assert "Hello, alice" in page
        assert '<a href="/hello" aria-current="page">Hello</a>' in page
        assert "1 greetings" in greeted
        assert installed.GREETING.name in client_of("drh").get("/Admin/Access").text
        assert rows("SELECT who FROM fx_hello") == [("alice",)]


def test_the_architecture_document_lists_every_package():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    packages = [p.parent.name for p in (ROOT / "repoweb").glob("*/__init__.py")]

    assert [name for name in packages if f"`{name}/`" not in text] == []
