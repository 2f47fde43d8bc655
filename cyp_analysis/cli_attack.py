"""`cyp attack`: try to work out what an edition withholds."""

from pathlib import Path

import click


@click.command()
@click.argument("edition", required=False)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--against", multiple=True, metavar="OLD",
              help="Compare with this earlier edition too, by name or folder; those of the same "
                   "outputs folder that are older if not given.")  # fmt: skip
def attack(edition: str | None, form: str, against: tuple[str, ...]) -> int:
    """Read everything in an edition (the newest if not named) as an adversary would and try to work
    out its withheld figures: from totals, rates, intervals, charts, words, files and earlier
    editions. One line for each that can be narrowed down; exit 1 if there is one."""
    from cyp_analysis.attack.audit import audit_edition
    from cyp_analysis.attack.findings import LEAK
    from cyp_analysis.attack.report import as_json, leak_lines, summary
    from cyp_analysis.edition_reader import open_edition

    opened = open_edition(edition)
    earlier = [open_edition(name).path for name in against] or _older(opened.name, opened.path)
    found = audit_edition(opened.path, earlier=earlier)
    leaks = found[found["verdict"] == LEAK]
    if form == "json":
        click.echo(as_json(found))
    else:
        for line in leak_lines(leaks):
            click.echo(line)
        click.echo(summary(found))
    return 1 if len(leaks) else 0


def _older(name: str, folder: Path) -> list[Path]:
    """Editions of the same outputs folder that were made before this one."""
    from cyp_analysis import paths
    from cyp_analysis.edition_reader import edition_names

    names = edition_names()
    is_here = name in names and folder == paths.outputs_dir() / name
    before = names[: names.index(name)] if is_here else []
    return [paths.outputs_dir() / each for each in before]
