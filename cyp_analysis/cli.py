"""The command `cyp`: build editions, check the project, list what there is, trace a number."""

import sys
from pathlib import Path

import click

from cyp_analysis import __version__
from cyp_analysis.cli_attack import attack
from cyp_analysis.cli_verify import verify
from cyp_analysis.errors import CypError
from cyp_analysis.stopping import heed_signals

DEFAULT_AREA = "E09000003"
LISTS = ("areas", "indicators", "chapters", "sources", "editions")


def main() -> None:
    """Run the command; a problem that a user can mend is one message and an exit code."""
    heed_signals()
    try:
        sys.exit(cyp(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. No edition that was there has changed.", err=True)
        sys.exit(1)
    except CypError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        click.echo(f"Error: the system refused: {error}. Free the file or folder named.", err=True)
        sys.exit(1)


def _folder(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[Path, ...]:
    """Folders as paths; an empty text would mean the working folder and all that is in it."""
    if "" in map(str.strip, values):
        raise click.BadParameter("must be a folder, got nothing")
    return tuple(Path(value) for value in values)


DATA = click.option(
    "--data",
    multiple=True,
    callback=_folder,
    metavar="DIR",
    help="A folder of files as publishers issue them; may be given more than once.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="cyp")
def cyp() -> None:
    """Needs assessments for children and young people, from published figures to HTML."""


@cyp.command()
@click.option("--area", multiple=True, default=[DEFAULT_AREA], metavar="CODE",
              help="Authority, region or England; `all` is every authority.")  # fmt: skip
@click.option("--chapter", multiple=True, metavar="ID", help="Only this chapter.")
@DATA
@click.option("--edition", metavar="NAME", help="Name of the edition; today's date if not given.")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Chapters run at a time.")
@click.option("--allow-partial", is_flag=True, help="Publish even if a chapter failed.")
@click.option("--pdf", is_flag=True, help="Also print each area as a PDF, and charts as PNG.")
def build(**options: object) -> int:
    """Inputs → indicator table → chapters → one edition. Prints the path of its index.html last."""
    from cyp_analysis.publish.edition_run import Request, build_edition
    from cyp_analysis.summary import summary_lines

    built = build_edition(
        Request(
            areas=options["area"],
            chapters=options["chapter"],
            data=options["data"],
            edition=options["edition"],
            jobs=options["jobs"],
            allow_partial=options["allow_partial"],
            pdf=options["pdf"],
        )
    )
    for line in summary_lines(built):
        click.echo(line)
    for message in built.drifted:
        click.echo(f"Error: built without {message}", err=True)
    return 1 if built.drifted else 0


@cyp.command()
@DATA
def check(data: tuple[Path, ...]) -> int:
    """List the data files with what each was recognised as, and the problems of the catalogue, the
    data, the notebooks and the commentary."""
    from cyp_analysis.audit import ERROR, look
    from cyp_analysis.listing import as_text

    found = look(data)
    problems = found.problems
    if len(found.files):
        click.echo(f"{as_text(found.files)}\n")
    click.echo(as_text(problems) if len(problems) else "No problems found.")
    for patch in found.patches:
        click.echo(f"\nProposed, to be looked at and applied with `git apply`:\n{patch}")
    errors = int((problems["level"] == ERROR).sum())
    click.echo(f"{errors} error(s), {len(problems) - errors} other remark(s).")
    return 1 if errors else 0


@cyp.command("list")
@click.argument("what", type=click.Choice(LISTS))
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def list_(what: str, form: str) -> int:
    """Show the areas, indicators, chapters, sources or editions there are."""
    from cyp_analysis.listing import as_text, listing

    table = listing(what)
    as_json = form == "json"
    click.echo(
        table.to_json(orient="records", indent=1, date_format="iso") if as_json else as_text(table)
    )
    return 0


@cyp.command()
@click.argument("indicator")
@click.argument("area")
@click.option("--period", metavar="P", help="Period as shown, such as 2016; the latest if absent.")
@click.option("--edition", metavar="NAME", help="Edition to look in; the newest if not given.")
@DATA
def trace(**options: object) -> int:
    """The path of one number, from the row of a raw file to the sentence."""
    from cyp_analysis.trace import trace_lines

    for line in trace_lines(**options):
        click.echo(line)
    return 0


@cyp.command()
@click.argument("old")
@click.argument("new")
@click.option("--area", metavar="CODE", help="Only this area, by code or name.")
def diff(old: str, new: str, area: str | None) -> int:
    """What changed between two editions: indicators, periods, figures, verdicts and sentences."""
    from cyp_analysis import geography
    from cyp_analysis.build.changes import find_changes
    from cyp_analysis.edition_reader import open_edition
    from cyp_analysis.listing import as_text
    from cyp_analysis.trace import sentence_lines

    found = find_changes(open_edition(old).indicators, open_edition(new).indicators)
    if area:
        found = found[found["area_code"] == geography.area(area).code]
    if len(found):
        click.echo(as_text(found.astype("str").fillna("")))
    click.echo(f"{len(found)} change{'' if len(found) == 1 else 's'}.")
    for line in sentence_lines(open_edition(old), open_edition(new), area):
        click.echo(line)
    return 0


@cyp.command()
@click.argument("edition", required=False)
@click.option("--area", multiple=True, metavar="CODE", help="Only this area, by code or name.")
def lint(edition: str | None, area: tuple[str, ...]) -> int:
    """Hold the pages and workbooks of an edition (the newest if not named) to the rules of
    accessibility and wording: one line a fault; remarks are no faults."""
    from cyp_analysis import geography
    from cyp_analysis.edition_reader import open_edition
    from cyp_analysis.publish.lint.edition import edition_faults

    codes = [geography.area(name).code for name in area]
    found = edition_faults(open_edition(edition).path, codes)
    for fault in found:
        click.echo(fault)
    faults = sum(not fault.remark for fault in found)
    click.echo(f"{faults} fault(s), {len(found) - faults} remark(s).")
    return 1 if faults else 0


cyp.add_command(verify)
cyp.add_command(attack)


@cyp.command()
@click.argument("source", nargs=-1)
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Folder for the files; data/fetched in the project if not given.")  # fmt: skip
@click.option("--list", "only_list", is_flag=True, help="Only show what would be fetched.")
@click.option("--offline", is_flag=True, help="Ask nobody: show the copies kept and their dates.")
@click.option("--force", is_flag=True, help="Ask for files again even if they seem unchanged.")
@click.option("--base", multiple=True, metavar="KIND=URL", help="A mirror to ask instead.")
def fetch(source: tuple[str, ...], **options: object) -> int:
    """Download the publishers' files that passports name, into dated folders."""
    from cyp_analysis import catalogue, paths
    from cyp_analysis.fetch import Job, fetch_sources, planned, plans, summary
    from cyp_analysis.listing import as_text

    sources = catalogue.load().sources
    bases = dict(text.partition("=")[::2] for text in options["base"])
    chosen = plans(source, sources, bases)
    to = options["to"] or paths.data_dir() / "fetched"
    if options["only_list"]:
        click.echo(as_text(planned(chosen, to)))
        return 0
    job = Job(to, sources, force=options["force"], offline=options["offline"])
    outcomes = list(fetch_sources(job, chosen))
    click.echo(as_text(summary(outcomes)))
    for outcome in outcomes:
        if outcome.error:
            click.echo(f"Error: {outcome.error}", err=True)
    problems = sum(outcome.is_problem for outcome in outcomes)
    click.echo(f"{len(outcomes) - problems} of {len(outcomes)} in order; `cyp build --data {to}`.")
    return 1 if problems else 0


@cyp.command()
@click.option("--chapter", multiple=True, metavar="ID", help="Only this chapter.")
@click.option("--areas", type=click.IntRange(11, 400), default=16, show_default=True, metavar="N",
              help="How many authorities there are in the invented country.")  # fmt: skip
@click.option(
    "--edition", metavar="NAME", help="Name of the edition; `illustrative-` and the date."
)
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Chapters run at a time.")
@click.option("--pdf", is_flag=True, help="Also print the area as a PDF, and charts as PNG.")
@click.option("--files-only", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Only write the invented project and its files into this folder.")  # fmt: skip
def demo(**options: object) -> int:
    """Build the illustrative authority: invented figures of an invented place, every chapter full.
    Prints the path of its index.html last."""
    from cyp_analysis.demo.run import Wanted, build_demo, write_files
    from cyp_analysis.summary import summary_lines

    if options["files_only"]:
        click.echo(write_files(options["files_only"], options["areas"]))
        return 0
    wanted = Wanted(
        options["areas"],
        options["chapter"],
        options["edition"],
        options["jobs"],
        pdf=options["pdf"],
    )
    for line in summary_lines(build_demo(wanted)):
        click.echo(line)
    return 0
