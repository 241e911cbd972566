"""The teacher's commands on hand-ins of a class: extract answers, report progress."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from tutor.cli import late, place_options, places_of
from tutor.cli.exit_status import WRONG_USE_MEANS, exit_status
from tutor.cli.telling import exit_wrong_use, warn
from tutor.cli.usable_steps import usable_course

if TYPE_CHECKING:
    from tutor.classroom.choosing import Which
    from tutor.classroom.class_tables import By

_hand_ins = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)


_out = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Output file, which only you can read; by default standard output.",
)
_STATUS = exit_status(
    {0: "all is written", 1: "some could not be read; messages name them", 2: WRONG_USE_MEANS}
)


@click.command(epilog=_STATUS)
@_hand_ins
@click.option(
    "--which",
    type=click.Choice(("last", "best", "all")),
    default="last",
    show_default=True,
    help="Take the last answer to each step, the last accepted one, or all.",
)
@click.option(
    "--until",
    metavar="TIME",
    help="Leave out later work; a time such as 2026-01-31 or 2026-01-31T12:00.",
)
@_out
def answers(paths: tuple[Path, ...], which: Which, until: str | None, out: Path | None) -> None:
    """Collect the answers in hand-ins for `nntutor grade --jsonl`.

    PATHS are hand-ins, zip archives of them, or folders with both. A hand-in belongs to the account
    that owns it, or else to the folder or archive member that it came in.
    """
    from tutor.classroom.choosing import until_time
    from tutor.classroom.teacher_commands import answer_lines

    try:
        moment = until_time(until) if until else None
    except ValueError:
        raise click.UsageError("--until needs a time such as 2026-01-31T12:00.") from None
    lines, whole = answer_lines(paths, which, moment, warn)
    late.write_out(lines, out)
    sys.exit(0 if whole else 1)


@click.command(epilog=_STATUS)
@_hand_ins
@click.option(
    "--by",
    type=click.Choice(("learner", "step", "misconception")),
    default="learner",
    show_default=True,
    help="Rows of the table.",
)
@click.option(
    "--verdicts",
    type=click.File("rb"),
    help="Output of `nntutor grade --jsonl`: its verdicts count, and give points.",
)
@click.option(
    "--anonymous",
    is_flag=True,
    help="Use pseudonyms; a key next to the report keeps them the same.",
)
@click.option("--markdown", is_flag=True, help="A table in Markdown instead of CSV.")
@_out
@place_options
@click.pass_context
def report(
    context: click.Context,
    paths: tuple[Path, ...],
    by: By,
    verdicts: BinaryIO | None,
    anonymous: bool,
    markdown: bool,
    out: Path | None,
    lessons: Path | None,
    data_dir: Path | None,
) -> None:
    """Report on a class by learner, by step or by misconception.

    PATHS are hand-ins, zip archives of them, or folders with both.
    """
    from tutor.classroom.pseudonyms import read_or_make_key
    from tutor.classroom.teacher_commands import ReportOptions, report_bytes

    course = usable_course(places_of(context, lessons, data_dir))
    try:
        key = read_or_make_key((out or Path("report.csv")).parent) if anonymous else None
    except OSError as problem:
        exit_wrong_use(str(problem))
    options = ReportOptions(
        by=by,
        markdown=markdown,
        verdicts=verdicts.read() if verdicts is not None else None,
        key=key,
    )
    table, whole = report_bytes(paths, course, options, warn)
    late.write_out(table, out)
    sys.exit(0 if whole else 1)
