"""What README and docs/ tell a reader to type, to put into settings or to look up is there.

The commands of a class are typed by a learner and a teacher, with accounts of their own.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.support.lessons import chapter
from tests.support.ordinary import run_as_ordinary
from tutor.authoring.batch.cluster_place import find_place
from tutor.cli import main
from tutor.config import read_config
from tutor.course.model import CodeStep
from tutor.progress.entries import AnswerJudged, digest_of
from tutor.progress.journal import Journal
from tutor.progress.kept_attempts import KeptAttempts

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMES = [page.name for page in PAGES]
SETTINGS = ["for-administrators.md", "for-teachers.md"]
"""Pages whose TOML is settings; that of others is of lessons, or has a test of its own."""

ENDS_A_COMMAND = frozenset({"&&", "||", "|", ";", ">", "<", ">>"})


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks in that language, also in items of lists, without their indentation."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.S | re.M)
    return [re.sub(rf"^{indent}", "", code, flags=re.M) for indent, code in found]


def nntutor_commands(text: str) -> Iterator[list[str]]:
    """The arguments of each nntutor that a shell would start for these lines."""
    for line in text.splitlines():
        reader = shlex.shlex(line, posix=True, punctuation_chars=True)
        reader.whitespace_split = True
        for is_end, words in groupby(reader, ENDS_A_COMMAND.__contains__):
            arguments = list(words)
            starts = [place for place, word in enumerate(arguments) if is_nntutor(word, place)]
            if starts and not is_end:
                yield arguments[starts[0] + 1 :]


def is_nntutor(word: str, place: int) -> bool:
    """Whether the word is the command, which may stand behind `srun` or variables; not a path."""
    return word == "nntutor" or (place == 0 and word.endswith("/bin/nntutor"))


COMMANDS = [
    pytest.param(arguments, id=f"{page.name}-{' '.join(arguments)}")
    for page in PAGES
    for code in blocks(page, "sh")
    for arguments in nntutor_commands(code)
]


def parse(command: click.Command, arguments: list[str]) -> None:
    """Read a command line as nntutor does, down to the last command; files need not exist."""
    context = click.Context(command)
    _, rest, _ = command.make_parser(context).parse_args(list(arguments))
    if isinstance(command, click.Group) and rest:
        inner = command.get_command(context, rest[0])
        assert inner is not None, f"no command {rest[0]}"
        parse(inner, rest[1:])


@pytest.mark.parametrize("arguments", COMMANDS)
def test_each_command_is_one_with_options_that_it_has(arguments: list[str]) -> None:
    parse(main, arguments)


def test_a_command_or_option_that_is_none_is_seen() -> None:
    for wrong in ("cat x | nntutor grate", "A=b nntutor list --jsn > y", "srun nntutor -x"):
        (arguments,) = nntutor_commands(wrong)
        with pytest.raises((AssertionError, click.UsageError)):
            parse(main, arguments)


@pytest.mark.parametrize(
    ("page", "code"),
    [(page.name, code) for page in PAGES for code in blocks(page, "sh")],
    ids=lambda text: text.splitlines()[0][:40],
)
def test_a_shell_reads_each_block(page: str, code: str) -> None:
    read = subprocess.run(["sh", "-n"], input=code, text=True, capture_output=True, check=False)
    assert (read.returncode, read.stderr) == (0, ""), page


def is_cluster(code: str) -> bool:
    """Whether the block is a file for `nntutor grade --dask`."""
    return code.startswith("kind = ")


@pytest.mark.parametrize(
    "code", [code for page in PAGES for code in blocks(page, "toml") if is_cluster(code)]
)
def test_a_cluster_is_one_that_can_be_named(tmp_path: Path, code: str) -> None:
    file = tmp_path / "cluster.toml"
    file.write_text(code)
    assert find_place(str(file)).workers > 1


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_are_taken_as_they_stand(tmp_path: Path, name: str) -> None:
    codes = [code for code in blocks(ROOT / "docs" / name, "toml") if not is_cluster(code)]
    assert codes
    for code in codes:
        file = tmp_path / "config.toml"
        file.write_text(code)
        config, problems = read_config(file)
        assert problems == ()
        assert config != type(config)()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_link_leads_to_a_file_and_a_heading_in_it(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file), target


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def test_the_step_in_five_minutes_and_the_translated_one_are_right(tmp_path: Path) -> None:
    (code,) = [c for c in blocks(ROOT / "docs/writing-lessons.md", "toml") if c.startswith("id")]
    invoke = CliRunner().invoke
    assert invoke(main, ["--lessons", str(tmp_path), "new", "lesson", "losses"]).exit_code == 0
    step = tmp_path / "losses" / "010-mean-error.toml"
    step.write_text(code, encoding="utf-8")
    for checked in (step, ROOT / "docs/german/architecture/270-one-hot-class-2.toml"):
        done = invoke(main, ["check", str(checked)])
        assert (done.exit_code, "0 errors, 0 warnings" in done.output) == (0, True), done.output


def test_a_course_may_be_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = CliRunner().invoke(main, ["--lessons", str(tmp_path), "new", "lesson", "losses"])
    assert made.exit_code == 0, made.output
    runner = CliRunner()
    assert (
        runner.invoke(main, ["--lessons", str(tmp_path), "new", "step", "losses", "one"]).exit_code
        == 0
    )
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setenv("NNTUTOR_LESSONS", str(tmp_path))
    monkeypatch.setenv("NNTUTOR_DATA_DIR", str(tmp_path.parent / "data"))
    listed = runner.invoke(main, ["list"])
    assert listed.exit_code == 0, listed.output
    assert "one" in listed.output
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_is_to_be_installed_that_is_not_published() -> None:
    texts = {
        file: file.read_text(encoding="utf-8") for file in (*PAGES, *ROOT.glob("tutor/**/*.py"))
    }
    assert [
        (file, line)
        for file, text in texts.items()
        for line in re.findall(r"pip install .*\bnntutor(?:\[|=).*", text)
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_what_a_class_wrote_is_redirected_into_no_file_that_all_can_read(page: Path) -> None:
    for code in blocks(page, "sh"):
        assert re.findall(r"nntutor (?:answers|grade|report)\b[^|\n]*>.*", code) == []


TEACHER, LEARNER = 54_301, 54_302


@pytest.fixture
def homes() -> Iterator[dict[int, Path]]:
    """The home folders of a teacher and of a learner who has solved three steps."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        homes = {TEACHER: place / "teacher", LEARNER: place / "anna"}
        for home in homes.values():
            home.mkdir()
        data = homes[LEARNER] / ".local" / "share" / "nntutor"
        journal = Journal(data, now=lambda: datetime(2026, 1, 2, tzinfo=UTC))
        course = chapter()
        for step in map(course.find, ("sigmoid", "softmax", "training-loop")):
            assert isinstance(step, CodeStep)
            KeptAttempts(data).keep(step.id, step.solution)
            digest = digest_of(step.solution)
            journal.record(AnswerJudged(step=step.id, verdict="accept", digest=digest))
        journal.close()
        yield homes


TEACHERS = [
    code
    for code in blocks(ROOT / "docs" / "for-teachers.md", "sh")
    if "/srv/hand-in" in code or "answers.jsonl" in code
]


@pytest.mark.process
@pytest.mark.timeout(180)
def test_a_class_gets_from_the_drop_folder_to_marks(homes: dict[int, Path]) -> None:
    teacher = homes[TEACHER]
    here = {"/srv/hand-in": f"{teacher}/drop", "2026-": "2099-"}
    here["nntutor hand-in"] = "yes | nntutor hand-in"
    for code in TEACHERS:
        account = LEARNER if "nntutor hand-in" in code else TEACHER
        for written, replaced in here.items():
            code = code.replace(written, replaced)
        command = ["sh", "-e", "-c", f"umask 022\n{code}"]
        done = run_as_ordinary(command, homes[account], account=account)
        assert done.returncode == 0, (code, done)
    assert ",y,3," in (teacher / "marks.csv").read_text(encoding="utf-8-sig")
    files = [each for each in teacher.iterdir() if each.is_file()]
    assert {"answers.jsonl", "verdicts.jsonl"} <= {each.name for each in files}
    assert [each for each in files if each.stat().st_mode & 0o077] == []
