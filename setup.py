"""Packaging: ships the top-level schema.sql, templates/ and static/ inside the package.

Editable installs leave those three where they are; repoweb/resources.py finds
them in both places.
"""

from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent


class BuildPy(build_py):
    """A single top-level file has no package_dir mapping, so copy it by hand."""

    def run(self):
        super().run()
        if not getattr(self, "editable_mode", False):
            self.copy_file("schema.sql", str(Path(self.build_lib, "repoweb")))

    def get_source_files(self):
        return [*super().get_source_files(), "schema.sql"]


def tree(folder):
    """Every file below a folder, relative to it."""
    base = ROOT / folder
    return [str(p.relative_to(base)) for p in base.rglob("*") if p.is_file()]


setup(
    packages=[
        *find_packages(include=["repoweb", "repoweb.*"]),
        "repoweb.templates",
        "repoweb.static",
    ],
    package_dir={
        "repoweb": "repoweb",
        "repoweb.templates": "templates",
        "repoweb.static": "static",
    },
    package_data={
        "repoweb": ["py.typed"],
        "repoweb.templates": tree("templates"),
        "repoweb.static": tree("static"),
    },
    scripts=["bin/repoweb-cgi"],
    cmdclass={"build_py": BuildPy},
)
