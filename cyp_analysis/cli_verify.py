"""The command `cyp verify`."""

from pathlib import Path

import click


@click.command()
@click.argument("edition", required=False)
@click.option("--quick", is_flag=True, help="Only hold the files against the receipt's hashes.")
@click.option("--data", multiple=True, metavar="DIR", type=click.Path(path_type=Path),
              help="A folder that it was built with; may be given more than once.")  # fmt: skip
def verify(edition: str | None, quick: bool, data: tuple[Path, ...]) -> int:
    """Make an edition (the newest if not named) again from its receipt, and name every file that
    differs and why."""
    from cyp_analysis.edition_reader import open_edition
    from cyp_analysis.publish.verify import verdict_lines, verify

    found = verify(open_edition(edition), quick=quick, data=data)
    for line in verdict_lines(found):
        click.echo(line)
    return 1 if found.findings else 0
