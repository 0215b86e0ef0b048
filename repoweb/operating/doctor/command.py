"""The command line of the doctor."""

from collections.abc import Iterable

import click

from repoweb.commands import FILE
from repoweb.health import token
from repoweb.operating.doctor.file import check_file
from repoweb.operating.doctor.finding import Finding, Level
from repoweb.operating.doctor.machine import check_machine
from repoweb.operating.doctor.site import check_site
from repoweb.repository.repository import Repository


@click.command()
@FILE
@click.option("--url", help="The public address of the site, to be asked as well.")
@click.option(
    "--waiters",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="Browsers that shall wait at once.",
)
@click.option(
    "--poll-seconds",
    type=click.IntRange(1, 900),
    default=50,
    show_default=True,
    help="How long a poll shall hang; the check takes as long.",
)
def doctor(
    repository: Repository, url: str | None, waiters: int, poll_seconds: int
) -> None:
    """Check what goes wrong with a site, and say what to do.

    The exit status is 1 if anything is bad.
    """
    found = _print(check_file(repository)) + _print(check_machine(waiters))
    if url:
        with repository.writing() as db:
            secret = token.make(db)
        try:
            found += _print(check_site(url, secret, poll_seconds))
        finally:
            with repository.writing() as db:
                token.forget(db)
    if any(finding.level is Level.BAD for finding in found):
        raise SystemExit(1)


def _print(findings: Iterable[Finding]) -> list[Finding]:
    """Print each finding as soon as it is there."""
    kept = []
    for finding in findings:
        click.echo(f"{finding.level.value:<5} {finding.what}")
        if finding.cure:
            click.echo(f"      {finding.cure}")
        kept.append(finding)
    return kept
