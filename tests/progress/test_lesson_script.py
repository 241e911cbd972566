"""The answers to a lesson as one program: plain Python runs it, and finds what the tutor found."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.lessons import DRAWN, LAB, sound_course, step_file, write_course
from tests.support.used_steps import CUBE, OWN, SQUARE, TWICE, used_course
from tutor.course.model import LabStep
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.progress.drafts import Drafts
from tutor.progress.entries import AnswerJudged, digest_of
from tutor.progress.journal import Journal
from tutor.progress.lesson_script import (
    LessonScript,
    accepted_programs,
    lesson_script,
    save_files,
)
from tutor.progress.script_formats import as_program

ALL = {"square": OWN, "cube": "volume = edge * square(edge)", "twice": "both = times * volume"}
PRELUDE = 'prelude = "import math\\nimport random"\n'
SHOW = "\nprint(area, volume, both)"


def script_of(root: Path, programs: dict[str, str]) -> LessonScript:
    return lesson_script(sound_course(root).lessons[0], programs)


def text_of(script: LessonScript) -> str:
    return as_program(script).decode()


def output_of(script: LessonScript, folder: Path) -> str:
    file = folder / "script.py"
    save_files(file, as_program(script), script.files)
    run = subprocess.run(
        [sys.executable, "-I", "script.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    return run.stdout


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = used_course(tmp_path / "lessons")
    course = root / "course.toml"
    course.write_text(course.read_text() + PRELUDE)
    return root


def test_the_answers_run_in_order_each_after_what_is_given(root: Path, tmp_path: Path) -> None:
    script = script_of(root, {**ALL, "twice": ALL["twice"] + SHOW})
    assert script.missing == ()
    assert output_of(script, tmp_path) == "mine\nmine\n9 8 16\n"  # `square` prints it


def test_imports_definitions_and_used_answers_stand_there_once(root: Path) -> None:
    text = text_of(script_of(root, ALL))
    for once in ("import math", "def square", "side = 3", "edge = 2", "volume = edge"):
        assert text.count(once) == 1, text
    assert text.startswith("# First\n\nimport math\nimport random\n")


def test_an_answer_stands_there_whole_below_its_mark(root: Path) -> None:
    cube = f"import math\n{OWN}\n{ALL['cube']}"
    parts = script_of(root, {**ALL, "cube": cube}).parts
    assert [part.code for part in parts[1:3]] == [OWN, cube]
    assert parts[2].above == "random.seed(0)\nedge = 2"


def test_what_was_changed_on_the_way_is_made_again(tmp_path: Path) -> None:
    cube = CUBE.replace('uses = ["square"]\n', "").replace("edge * square(edge)", "edge ** 3")
    twice = TWICE.replace('"cube"', '"square"').replace("volume", "area")
    root = used_course(tmp_path / "lessons", cube=cube, twice=twice)
    (root / "course.toml").write_text((root / "course.toml").read_text() + PRELUDE)
    programs = {
        "square": "volume = sum = 4\nmath = 3\n" + OWN,
        "cube": "volume = sum([edge ** math.floor(3.5)])\narea = 1\ndef square(number): return 0",
        "twice": "both = times * area\nassert square(5) == 25\nprint(both)",
    }
    assert output_of(script_of(root, programs), tmp_path).splitlines()[-1] == "18"


def test_a_solution_stands_in_where_an_answer_was_used_and_not_written(
    root: Path, tmp_path: Path
) -> None:
    script = script_of(root, {"twice": "both = times * volume" + SHOW})
    assert script.missing == ("A function for squares", "A cube from a square")
    assert "# From “A cube from a square”" in text_of(script)
    assert output_of(script, tmp_path) == "9 8 16\n"


def test_each_part_begins_with_its_seed(root: Path, tmp_path: Path) -> None:
    draws = {"square": OWN + "\nfirst = random.random()", "cube": "print(first == random.random())"}
    assert output_of(script_of(root, draws), tmp_path).splitlines()[-1] == "True"


def test_future_imports_and_statements_on_one_line_stay_sound(root: Path, tmp_path: Path) -> None:
    square = "from __future__ import annotations; import math; one = 1\n" + OWN
    cube = "from __future__ import annotations\nimport math; two = one + 1\nprint(two)"
    text = script_of(root, {"square": square, "cube": cube})
    assert output_of(text, tmp_path).splitlines()[-1] == "2"
    assert "# at the top: from __future__ import annotations\nimport math" in text_of(text)


def test_data_files_lie_beside_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sides.txt").write_text("3")
    (tmp_path / "data" / "NOTICE").write_text("Anybody may pass it on.")
    given = 'files = ["sides.txt"]\ngiven = "side = int(open(\'sides.txt\').read())"'
    root = used_course(tmp_path, square=SQUARE.replace('given = "side = 3"', given))
    (tmp_path / "out").mkdir()
    script = script_of(root, {"square": OWN + "\nprint(area)"})
    assert "# Needs in its folder: sides.txt" in text_of(script)
    assert output_of(script, tmp_path / "out") == "mine\n9\n"
    assert (tmp_path / "out" / "NOTICE").read_text() == "Anybody may pass it on."


def test_nothing_that_is_there_is_written_over(root: Path, tmp_path: Path) -> None:
    script = script_of(root, ALL)
    content = as_program(script)
    assert save_files(tmp_path / "a.py", content, script.files) == (tmp_path / "a.py",)
    with pytest.raises(FileExistsError):
        save_files(tmp_path / "a.py", content, script.files)
    (tmp_path / "sides.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        save_files(tmp_path / "b.py", content, [("sides.txt", b"3")])
    assert not (tmp_path / "b.py").exists()
    assert (tmp_path / "sides.txt").read_text() == "mine"


def test_of_what_cannot_be_written_whole_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="name too long"):
        save_files(tmp_path / "a.py", b"x", [("x" * 300, b"3")])
    assert not list(tmp_path.iterdir())


def test_it_knows_what_was_accepted_before_programs_were_kept(root: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    AcceptedAnswers(data).save("first", "square", OWN)
    journal = Journal(data, now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for step, program in (("cube", "volume = 8"), ("twice", "both = 16")):
        Drafts(data).save("first", step, program)
        journal.record(AnswerJudged(step=step, verdict="accept", digest=digest_of(program)))
    journal.close()
    later = Drafts(data)
    later.load("first", "twice")
    later.save("first", "twice", "both = ?")
    found = accepted_programs(sound_course(root), data)
    assert found == {"square": OWN, "cube": "volume = 8"}


def test_a_lesson_without_answers_is_a_script_all_the_same(root: Path, tmp_path: Path) -> None:
    assert output_of(script_of(root, {}), tmp_path) == ""
    step_file(root, "twice", 3).unlink()
    assert script_of(root, {}).missing == ("A function for squares", "A cube from a square")


def test_a_lab_is_written_as_the_program_below_the_values_of_each_run(tmp_path: Path) -> None:
    root = write_course(tmp_path / "lessons", lab=LAB)
    (step,) = sound_course(root).steps()
    assert isinstance(step, LabStep)
    script = script_of(root, {"widen": step.solved})
    text = text_of(script)
    assert text.count("base = 3") == 1
    assert "width = 8\nrate = 0.5\n\ntotal = base * width * (rate > 0)\n" in text
    assert "width = 1\nrate = 0.1\n\ntotal = base * width * (rate > 0)\n" in text
    assert output_of(script, tmp_path) == ""


def test_a_drawing_is_written_above_a_program_that_runs_without_a_pad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a process that runs programs; the one that runs the script has no such builtin.
    monkeypatch.setattr("builtins.show_pad", None, raising=False)
    lab = DRAWN.replace("')\"", "'); pad = show_pad(None)\"")
    root = write_course(tmp_path / "lessons", lab=lab)
    (step,) = sound_course(root).steps()
    assert isinstance(step, LabStep)
    script = script_of(root, {"ink": step.solved})
    assert f"{step.solved}\nink = drawing.count('9'); pad = show_pad(None)" in text_of(script)
    assert output_of(script, tmp_path) == ""
