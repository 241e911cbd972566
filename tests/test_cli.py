"""The command line as a shell sees it: what is printed where, and the exit status."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.lessons import QUIZ, READ, step_file, write_course
from tests.support.ordinary import ROOT, run_as_ordinary
from tests.support.used_steps import OWN, used_course
from tutor.cli import main
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.progress.entries import QuizAnswered
from tutor.progress.journal import Journal
from tutor.session.reviewing import NOTHING_DUE

RIGHT = "sigmoid = nn.Sigmoid()\nprobability = sigmoid(input_tensor)\n"
WRONG = "sigmoid = nn.Tanh()\nprobability = sigmoid(input_tensor)\n"

LAUNCH = """
import tutor.cli, tutor.ui.launch

def launch(places, start_at, *, mouse, slow, here, own, review, held_terminal):
    print(own.step.title if own else start_at, mouse, slow)
    return 7

tutor.ui.launch.launch = launch
tutor.cli.main()
"""
"""Tells what would be opened, and how."""


def _nntutor(
    home: Path, *arguments: str, text: str | bytes = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command as an ordinary account, as those who use it do."""
    return run_as_ordinary(
        [sys.executable, "-m", "tutor", "--data-dir", str(home / "data"), *arguments],
        home,
        environment=_environment(home),
        typed=text.encode() if isinstance(text, str) else text,
    )


def _environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
    }


def _in_process(home: Path, *arguments: str) -> Result:
    """Run a command that does nothing in the process of the test: a start takes half a second."""
    return CliRunner().invoke(
        main, ["--data-dir", str(home / "data"), *arguments], env=_environment(home)
    )


class TestWithoutAWorker:
    def test_each_command_is_found_by_its_own_name(self) -> None:
        assert [command.name for command in main.commands.values()] == list(main.commands)

    @pytest.mark.parametrize(
        ("closed", "status", "said"),
        [("plain <&-", 0, "Saved, and left."), ("plain >&-", 0, ""), ("<&-", 1, "terminal")],
    )
    def test_a_closed_stream_is_an_empty_one(
        self, tmp_path: Path, closed: str, status: int, said: str
    ) -> None:
        done = subprocess.run(
            [
                *("/bin/sh", "-c", f'"$0" -m tutor --data-dir "$1" {closed}'),
                *(sys.executable, str(tmp_path / "data")),
            ],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(tmp_path),
        )
        assert (done.returncode, "Traceback" in done.stderr) == (status, False)
        assert said in done.stdout + done.stderr

    def test_help_has_a_whole_sentence_in_a_line_for_each_command(self) -> None:
        told = CliRunner().invoke(main, ["--help"]).output
        for name, command in main.commands.items():
            sentence = command.get_short_help_str(limit=200)
            assert re.search(rf"^  {name} +{re.escape(sentence)}$", told, re.M), name
            assert sentence.endswith(".")

    @pytest.mark.parametrize("option", ["--epochs", "--slwo"])
    def test_an_option_meant_for_the_program_is_told_where_it_goes(self, option: str) -> None:
        done = CliRunner().invoke(main, ["try", "train.py", option, "3"])
        assert done.exit_code == 2
        assert f"No such option '{option}'." in done.stderr
        assert done.stderr.endswith("nntutor try train.py -- --epochs 3\n")

    @pytest.mark.parametrize("command", ["progress", "--help"])
    @pytest.mark.parametrize(
        ("full", "said"),
        [
            (">/dev/full", "nntutor: The output is incomplete: No space left on device.\n"),
            (">/dev/full 2>&1", ""),
        ],
    )
    def test_without_room_for_the_output_it_is_said_in_a_line(
        self, tmp_path: Path, command: str, full: str, said: str
    ) -> None:
        call = f'"$0" -m tutor --data-dir "$1" {command} {full}'
        done = subprocess.run(
            ["/bin/sh", "-c", call, sys.executable, str(tmp_path / "data")],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(tmp_path),
        )
        assert (done.returncode, done.stdout, done.stderr) == (1, "", said)

    def test_progress_is_told_to_people_and_programs(self, tmp_path: Path) -> None:
        done = _nntutor(tmp_path, "progress")
        assert (done.returncode, done.stdout) == (0, "Nothing is done yet.\n")
        found = json.loads(_nntutor(tmp_path, "progress", "--json").stdout)
        assert [lesson["done"] for lesson in found["lessons"]] == [0] * len(found["lessons"])

    def test_clean_says_what_it_removes(self, tmp_path: Path) -> None:
        observed = tmp_path / "data" / "observed"
        observed.mkdir(parents=True)
        (observed / "ab12").write_bytes(bytes(2 * 1024**2))
        done = _nntutor(tmp_path, "clean")
        assert (done.returncode, done.stdout) == (0, f"2.0 MB removed from {observed}.\n")
        done = _nntutor(tmp_path, "clean")
        assert (done.returncode, done.stdout) == (0, "There is nothing to remove.\n")

    def test_list_shows_every_step(self, tmp_path: Path) -> None:
        done = _nntutor(tmp_path, "list")
        assert done.returncode == 0
        assert "training-loop" in done.stdout

    def test_list_as_json_is_an_object_a_line(self, tmp_path: Path) -> None:
        lines = _nntutor(tmp_path, "list", "--json").stdout.splitlines()
        steps = [json.loads(line) for line in lines]
        assert [step["step"] for step in steps][:2] == ["watch-it-learn", "too-fast-too-slow"]
        assert not any(step["done"] for step in steps)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["open", "sigmoyd"], "Did you mean `sigmoid`?"),
            (["watch", "sigmoyd"], "Did you mean `sigmoid`?"),
            (["open", "zzz"], "`nntutor list` shows all steps"),
            (["grade"], "nntutor grade STEP FILE"),
            (["grade", "sigmoid"], "nntutor grade STEP FILE"),
            (["grade", "sigmoid", "no-such-file.py"], "No such file"),
            (["grade", "quiz-activation", "-"], "not a code exercise"),
            (["grade", "sigmoid", "--jsonl", "-"], "leave STEP and FILE out"),
            (["grade", "sigmoid", "-", "--jobs", "2"], "need --jsonl"),
            (["grade", "--jsonl", "-", "--jobs", "0"], "0 is not in the range"),
            (["grade", "--jsonl", "-", "--out", "a", "--resume", "b"], "leave out --out"),
            (["grade", "--jsonl", "-", "--out", "/dev/null"], "not a regular file"),
            (["grade", "--changed", "README.md", "no-such-file"], "does not exist"),
            (["grade", "--changed", "README.md", "README.md", "--jobs", "2"], "leave all but"),
            (["check", "no-such-folder"], "does not exist"),
            (["check", "--keys", "lessons"], "leave PATHS and --json out"),
            (["check", "--keys", "--json"], "leave PATHS and --json out"),
            (["check", "--schema", "step", "lessons"], "leave PATHS and --json out"),
            (["check", "--schema", "steps"], "'step'"),
            (["--lessons", ".", "list"], "course.toml"),
            (["new", "step", "no-such-lesson", "a"], "`nntutor new lesson no-such-lesson`"),
            (["--lessons", "lessons", "new", "lesson", "architecture"], "already"),
            (["no-such-command"], "No such command"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_wrong_use_is_status_2_and_says_what_to_do(
        self, tmp_path: Path, arguments: list[str], said: str
    ) -> None:
        there = [
            str(ROOT / each) if each in ("README.md", "lessons") else each for each in arguments
        ]
        done = _in_process(tmp_path, *there)
        assert done.exit_code == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert not done.stdout

    @pytest.mark.parametrize(
        "command",
        ["list", "list --json", "open a", "grade a -", "grade --jsonl -"],
    )
    @pytest.mark.parametrize("course", ["title = ", 'format = 1\ntitle = "T"\norder = ["gone"]'])
    def test_lessons_without_a_step_to_use_are_wrong_use(
        self, tmp_path: Path, course: str, command: str
    ) -> None:
        (tmp_path / "course.toml").write_text(course)
        done = _in_process(tmp_path, "--lessons", str(tmp_path), *command.split())
        assert done.exit_code == 2
        first, *_, last = done.stderr.splitlines()
        assert first.startswith(f"{tmp_path}/course.toml:")
        assert last == f"nntutor: No step of {tmp_path} can be used; the problems are above."
        assert not done.stdout

    def test_the_keys_of_lessons_are_printed_without_any_lesson(self, tmp_path: Path) -> None:
        done = _nntutor(tmp_path, "--lessons", str(tmp_path / "none"), "check", "--keys")
        assert done.returncode == 0
        assert "  limit_s: a number; default 10.0\n" in done.stdout
        assert not done.stderr

    def test_a_schema_is_printed_as_json(self, tmp_path: Path) -> None:
        done = _nntutor(tmp_path, "check", "--schema", "step")
        assert json.loads(done.stdout)["title"] == "a step"
        assert not done.stderr

    def test_a_new_lesson_is_made_and_checked_as_unfinished(self, tmp_path: Path) -> None:
        course = tmp_path / "course"
        arguments = ("--lessons", str(course), "new")
        made = _nntutor(tmp_path, *arguments, "lesson", "first").stdout.splitlines()
        made += _nntutor(
            tmp_path, *arguments, "step", "first", "hi", "--kind", "read"
        ).stdout.split()
        assert made[-1] == str(course / "first" / "010-hi.toml")
        assert all(Path(file).is_file() for file in made)

    def test_the_course_of_a_new_step_is_found_from_inside_a_lesson(self, tmp_path: Path) -> None:
        write_course(tmp_path, step=READ)
        for folder in (tmp_path, tmp_path / "first"):
            code = (
                f"import os; os.chdir({str(folder)!r}); from tutor.cli import main\n"
                f"main(['new', 'step', 'first', 'in-{len(folder.parts)}'])"
            )
            subprocess.run([sys.executable, "-c", code], check=True)
        assert len(list(tmp_path.glob("first/*-in-*.toml"))) == 2

    def test_the_keys_need_nothing_heavy(self) -> None:
        code = (
            "import sys; from tutor.cli import main\n"
            "assert 'tutor.authoring.format_reference' not in sys.modules\n"
            "main(['check', '--keys'], standalone_mode=False)\n"
            "print(sorted({'torch', 'numpy', 'textual', 'rich'} & sys.modules.keys()))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert done.stdout.decode().splitlines()[-1] == "[]"

    def test_a_path_that_belongs_to_no_course_is_asked_about(self, tmp_path: Path) -> None:
        (tmp_path / "lesson.toml").write_text("")
        done = _nntutor(tmp_path, "check", str(tmp_path))
        assert done.returncode == 2
        assert f"{tmp_path} belongs to no course" in done.stderr
        assert "course.toml" in done.stderr

    def test_a_program_given_to_check_is_asked_about(self, tmp_path: Path) -> None:
        program = tmp_path / "answer.py"
        program.write_text(RIGHT)
        done = _nntutor(tmp_path, "check", str(program))
        assert done.returncode == 2
        assert "nntutor grade" in done.stderr

    @pytest.mark.parametrize(
        ("arguments", "mouse", "slow"),
        [
            ([], True, False),
            (["--slow"], True, True),
            (["open", "sigmoid"], True, False),
            (["--slow", "open", "sigmoid"], True, True),
            (["open", "sigmoid", "--slow", "--no-mouse"], False, True),
            (["--no-mouse", "open", "sigmoid"], False, False),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_options_of_the_app_stand_before_or_after_open(
        self, tmp_path: Path, arguments: list[str], mouse: bool, slow: bool
    ) -> None:
        done = subprocess.run(
            [sys.executable, "-c", LAUNCH, "--data-dir", str(tmp_path), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        step = "sigmoid" if "open" in arguments else None
        assert done.stdout == f"{step} {mouse} {slow}\n", done.stderr
        assert done.returncode == 7

    @pytest.mark.parametrize(
        ("arguments", "here"),
        [
            (["--here"], True),
            (["--here", "open", "sigmoid"], True),
            (["open", "sigmoid", "--here"], True),
            (["try", "--here"], True),
            (["open", "sigmoid"], False),
        ],
    )
    def test_programs_are_kept_here_where_that_is_said(
        self, tmp_path: Path, arguments: list[str], here: bool
    ) -> None:
        tells = LAUNCH.replace("own.step.title if own else start_at, mouse, slow", "here")
        done = subprocess.run(
            [sys.executable, "-c", tells, "--data-dir", str(tmp_path), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout == f"{here}\n", done.stderr

    def test_a_program_gets_what_stands_behind_two_dashes(self, tmp_path: Path) -> None:
        tells = LAUNCH.replace(
            "own.step.title if own else start_at, mouse, slow", "own.step.arguments"
        )
        places, program = ["--data-dir", str(tmp_path)], ["try", "train.py", "--", "--epochs", "3"]
        command = [sys.executable, "-c", tells, *places, *program]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.stdout == "('--epochs', '3')\n", done.stderr

    def test_a_review_opens_the_app_only_where_something_is_due(self, tmp_path: Path) -> None:
        write_course(tmp_path / "lessons", quiz=QUIZ)
        tells = LAUNCH.replace("own.step.title if own else start_at, mouse, slow", "review")
        places = ["--data-dir", str(tmp_path / "data"), "--lessons", str(tmp_path / "lessons")]
        command = [sys.executable, "-c", tells, *places, "review"]
        none = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (none.stdout, none.returncode) == (f"{NOTHING_DUE}\n", 0), none.stderr
        journal = Journal(tmp_path / "data", now=lambda: datetime(2026, 1, 2, tzinfo=UTC))
        for verdict in ("reject", "accept"):
            journal.record(QuizAnswered(step="which", verdict=verdict))
        journal.close()
        due = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (due.stdout, due.returncode) == ("True\n", 7), due.stderr

    def test_without_a_terminal_the_app_says_so(self, tmp_path: Path) -> None:
        done = _nntutor(tmp_path)
        assert done.returncode == 1
        assert "needs a terminal" in done.stderr

    def test_verdicts_that_changed_are_listed(self, tmp_path: Path) -> None:
        for name, verdict in (("old", "reject"), ("new", "accept")):
            record = {"id": "ada", "step": "sigmoid", "verdict": verdict, "slug": None}
            (tmp_path / name).write_text(f"{json.dumps(record)}\n")
        old, new = str(tmp_path / "old"), str(tmp_path / "new")
        done = _nntutor(tmp_path, "grade", "--changed", old, new)
        assert (done.returncode, done.stdout) == (1, "ada to sigmoid: reject, now accept\n")
        assert done.stderr == "1 changed (1 reject → accept), 0 the same\n"
        done = _nntutor(tmp_path, "grade", "--changed", old, new, "--json")
        assert json.loads(done.stdout)["after"] == {"verdict": "accept", "slug": None}
        done = _nntutor(tmp_path, "grade", "--changed", old, old)
        assert (done.returncode, done.stdout) == (0, "")

    def test_help_tells_what_the_exit_status_means(self, tmp_path: Path) -> None:
        told = _nntutor(tmp_path, "grade", "--help").stdout
        for status in ("0    all answers", "1    some are not", "2    wrong use", "130  stopped"):
            assert status in told

    def test_a_file_that_is_no_text_is_wrong_use(self, tmp_path: Path) -> None:
        done = _nntutor(tmp_path, "grade", "sigmoid", "-", text=b"\xff\xfe")
        assert done.returncode == 2
        assert "UTF-8" in done.stderr

    def test_the_answers_to_a_lesson_are_written_as_one_program(self, tmp_path: Path) -> None:
        lessons = used_course(tmp_path / "lessons")
        AcceptedAnswers(tmp_path / "data").save("first", "square", OWN)
        arguments = ("--lessons", str(lessons), "export", "first")
        printed = _nntutor(tmp_path, *arguments)
        assert OWN in printed.stdout
        assert "# %% Two cubes\n" in printed.stdout
        file = str(tmp_path / "answers.py")
        made = _nntutor(tmp_path, *arguments, file)
        assert (made.returncode, made.stdout) == (0, f"{file}\n")
        assert Path(file).read_text() == printed.stdout
        again = _nntutor(tmp_path, *arguments, file)
        assert (again.returncode, again.stdout) == (2, "")
        assert "already exists" in again.stderr
        nowhere = tmp_path / "nowhere" / "answers.py"
        lost = _nntutor(tmp_path, *arguments, str(nowhere))
        assert lost.returncode == 2
        assert lost.stderr == (
            f"nntutor: {nowhere} cannot be written: No such file or directory.\n"
        )
        (tmp_path / "all").mkdir()
        every = _nntutor(tmp_path, *arguments[:3], "--all", str(tmp_path / "all"))
        assert every.stdout == f"{tmp_path / 'all' / 'first.ipynb'}\n"

    def test_an_old_notebook_is_shown_and_then_written_as_drafts(self, tmp_path: Path) -> None:
        lessons = used_course(tmp_path / "lessons")
        old, draft = tmp_path / "old.py", tmp_path / "data" / "drafts" / "first" / "square.py"
        old.write_text(f"side = 3\n{OWN}\n# %%\nvolume = 8\n")
        arguments = ("--lessons", str(lessons), "import", str(old))
        shown = _nntutor(tmp_path, *arguments, text="0\nn\n")
        assert shown.returncode == 1
        assert "line 8 may answer this step. It begins: volume = 8\n" in shown.stdout
        assert "line 1 goes to `square`" in shown.stdout
        assert not draft.exists()
        done = _nntutor(tmp_path, *arguments, "--yes")
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 draft written.")
        assert draft.read_text() == f"{OWN}\n"
        again = _nntutor(tmp_path, *arguments, "--yes")
        assert (again.returncode, again.stdout.splitlines()[-1]) == (
            0,
            "There is nothing to write.",
        )

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("import", "no.ipynb"), "no.ipynb cannot be read: No such file"),
            (("export",), "Name a lesson, or a folder with --all."),
            (("export", "first", "answers.doc"), "end it in .py, .ipynb, .md"),
            (("export", "secnod"), "There is no lesson `secnod`. These are: `first`."),
            (("grade", "--used", "twice=x.py", "cube", "-"), "`cube` does not use a step `twice`"),
            (("grade", "--used", "square=no.py", "cube", "-"), "no.py cannot be read: No such"),
        ],
    )
    def test_what_is_not_there_cannot_be_used(
        self, tmp_path: Path, arguments: tuple[str, ...], told: str
    ) -> None:
        lessons = used_course(tmp_path / "lessons")
        done = _nntutor(tmp_path, "--lessons", str(lessons), *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert told in done.stderr


@pytest.mark.process
@pytest.mark.xdist_group("terminal")
class TestWithAWorker:
    @pytest.mark.parametrize("path", ["", "first", "first/01-hello.toml"])
    def test_a_course_elsewhere_is_checked_and_so_are_parts_of_it(
        self, tmp_path: Path, path: str
    ) -> None:
        course = write_course(tmp_path / "mine", read=READ.replace("title", "tilte"))
        step = step_file(course, "hello")
        done = _nntutor(tmp_path, "check", str(course / path))
        assert done.returncode == 1
        assert f"{step}:" in done.stdout
        assert "did you mean `title`?" in done.stdout
        assert "architecture" not in done.stdout

    def test_a_right_answer_is_status_0(self, tmp_path: Path) -> None:
        done = _nntutor(tmp_path, "grade", "sigmoid", "-", text=RIGHT)
        assert done.returncode == 0, done.stderr
        assert "Right" in done.stdout

    def test_a_byte_order_mark_is_no_part_of_an_answer(self, tmp_path: Path) -> None:
        done = _nntutor(tmp_path, "grade", "sigmoid", "-", text=b"\xef\xbb\xbf" + RIGHT.encode())
        assert done.returncode == 0, done.stdout

    def test_a_wrong_answer_is_status_1_with_its_reason(self, tmp_path: Path) -> None:
        done = _nntutor(tmp_path, "grade", "sigmoid", "-", "--json", text=WRONG)
        assert done.returncode == 1
        verdict = json.loads(done.stdout)
        assert verdict["verdict"] == "reject"
        assert verdict["slug"] == "wrong-activation"

    def test_an_answer_may_be_judged_with_the_own_one_to_an_earlier_step(
        self, tmp_path: Path
    ) -> None:
        lessons = used_course(tmp_path / "lessons")
        (tmp_path / "own.py").write_text(OWN.replace("** 2", "* 2"))
        arguments = ("--lessons", str(lessons), "grade", "cube", "-", "--used")
        done = _nntutor(
            tmp_path,
            *arguments,
            f"square={tmp_path / 'own.py'}",
            text="volume = edge * square(edge + 1)",
        )
        assert done.returncode == 1
        assert "12" in done.stdout

    def test_lines_are_answered_in_order_and_only_with_json(self, tmp_path: Path) -> None:
        answers = [RIGHT, WRONG, "print('noise')\nraise ValueError('own')"]
        lines = [
            json.dumps({"id": number, "step": "sigmoid", "code": code})
            for number, code in enumerate(answers)
        ]
        done = _nntutor(tmp_path, "grade", "--jsonl", "-", text="\n".join([*lines, "{"]) + "\n")
        assert done.returncode == 1
        records = [json.loads(line) for line in done.stdout.splitlines()]
        assert [record["id"] for record in records] == [0, 1, 2, None]
        assert [record["verdict"] for record in records] == [
            "accept",
            "reject",
            "reject",
            "tutor-fault",
        ]
        assert records[2]["error"] == "ValueError"
        assert records[2]["outcome"] == "raised"
        assert records[3]["line"] == 4

    def test_a_submission_is_judged_for_an_autograder(self, tmp_path: Path) -> None:
        (tmp_path / "sent").mkdir()
        (tmp_path / "sent" / "sigmoid.py").write_text(RIGHT)
        (tmp_path / "sent" / "softmax.py").write_text(WRONG)
        words = ["grade", "--format", "gradescope", "--submission", str(tmp_path / "sent")]
        words += ["--for", "sigmoid", "--for", "softmax", "--out", str(tmp_path / "results.json")]
        done = _nntutor(tmp_path, *words)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        tests = json.loads((tmp_path / "results.json").read_text())["tests"]
        assert [(test["score"], test["status"]) for test in tests] == [(1, "passed"), (0, "failed")]

    def test_on_another_machine_answers_are_judged_as_here(self, tmp_path: Path) -> None:
        (tmp_path / "nntutor").mkdir()
        (tmp_path / "nntutor" / "config.toml").write_text(
            "network = true\n[worker]\ncommand = "
            f"""['sh', '-c', 'echo reached >&2; echo >> "{tmp_path}/used"; exec "$@"', 'sh']\n"""
        )
        answers = [RIGHT, WRONG, "1 / 0", "probability = ..."]
        lines = "".join(
            f"{json.dumps({'id': number, 'step': 'sigmoid', 'code': code})}\n"
            for number, code in enumerate(answers)
        )
        there = _nntutor(tmp_path, "grade", "--jsonl", "-", text=lines)
        assert "nntutor: reached.\n" in there.stderr
        assert (tmp_path / "used").read_text() == "\n"
        here = _nntutor(tmp_path, "grade", "--here", "--jsonl", "-", text=lines)
        assert (tmp_path / "used").read_text() == "\n"
        assert here.stderr == ""
        records = [
            [{**json.loads(line), "ms": 0} for line in done.stdout.splitlines()]
            for done in (there, here)
        ]
        assert records[0] == records[1]
        assert len(records[0]) == len(answers)

    def test_check_passes_a_built_in_step(self, tmp_path: Path) -> None:
        step = next((ROOT / "lessons").glob("architecture/???-sigmoid.toml"))
        done = _nntutor(tmp_path, "check", str(step))
        assert done.returncode == 0, done.stdout
        assert "0 errors, 0 warnings" in done.stderr
        assert re.search(r"\d+ mutants: \d+ refused", done.stderr)
        assert list((tmp_path / "cache" / "nntutor" / "mutants").iterdir())

    @pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 130)])
    def test_ctrl_c_ends_a_watch_and_other_signals_stop_it(
        self, tmp_path: Path, number: signal.Signals, status: int
    ) -> None:
        step = next((ROOT / "lessons").glob("architecture/010-*.toml"))
        with subprocess.Popen(
            [sys.executable, "-m", "tutor", "check", "--watch", str(step)],
            stderr=subprocess.PIPE,
            env=_environment(tmp_path),
            text=True,
        ) as process:
            assert process.stderr is not None
            for line in iter(process.stderr.readline, ""):
                if line.startswith("Watching the lessons"):
                    break
            process.send_signal(number)
            assert process.stderr.read() == ""
        assert process.returncode == status

    def test_doctor_tells_what_is_wrong_with_the_surroundings(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "data").write_text("in the way")
        config = tmp_path / "nntutor" / "config.toml"
        config.parent.mkdir()
        config.write_text('theme = "green"\nthem = 1\n\n[keys]\nrun = "f4"\n[limits]\nsecond = 1\n')
        for name, value in (("TERM", "dumb"), ("NO_COLOR", "1"), ("NNTUTOR_FULL_REPAINT", "1")):
            monkeypatch.setenv(name, value)
        done = _nntutor(tmp_path, "doctor")
        assert done.returncode == 1, done.stdout
        assert not done.stderr
        told = " ".join(done.stdout.split())
        for words in (
            "✗ TERM is dumb",
            "– NO_COLOR is set",
            "– Whole panes are sent: NNTUTOR_FULL_REPAINT asks for it",
            "– This output goes to a file or a pipe",
            f"{tmp_path}/data, the folder that --data-dir names, cannot be written",
            f"{config}:1: theme: there is no green",
            f"{config}:2: them: is not a setting",
            f"{config}:5: keys.run: f4 is taken by check already",
            f"{config}:7: limits.second: is not a setting",
            "✗ There is no theme green: the app starts with nntutor-dark.",
        ):
            assert words in told, words

    def test_doctor_finds_all_that_is_needed(self, tmp_path: Path) -> None:
        done = _nntutor(tmp_path, "doctor")
        assert done.returncode == 0, done.stdout
        assert "torch 2" in done.stdout
