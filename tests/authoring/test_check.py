"""Each rule of the linter, broken once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.lessons import CODE, COURSE, QUIZ, READ, id_in, step_file, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.check import check, problem_json
from tutor.authoring.text_rules import MAX_READING
from tutor.course.problems import Problem
from tutor.wire.commands import Execute, ObserveAll, Program
from tutor.wire.events import Observation

SQUARED = 'wrong = "y = x ** 2"'


async def found(root: Path, step: str, runner: PythonRunner | None = None) -> list[str]:
    """What the linter says of a course with this one step: `key: message` of each problem."""
    write_course(root, step=step)
    problems = await check(root, (), runner or PythonRunner(), lambda *_: None)
    assert {problem.file for problem in problems} <= {step_file(root, id_in(step))}
    return [str(problem).partition(".toml:")[2].partition(": ")[2] for problem in problems]


async def test_sound_steps(tmp_path: Path) -> None:
    for step in (READ, QUIZ, CODE):
        assert await found(tmp_path / id_in(step), step) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('text = "Read this."', 'text = "Read this."\nfigures = ["sigmoid_functoin"]',
         "figures[1]: no figure `sigmoid_functoin`: did you mean `sigmoid_function`?"),
        ("Read this.", "Here \\\\sigma is 1.",
         "text: warning: `\\sigma` is LaTeX; formulas are written in Unicode"),
        ("Read this.", "Let w_{1} be 2.",
         "text: warning: `_{` is LaTeX; formulas are written in Unicode"),
        ('text = "Read this."',
         'text = "Read this."\nafter = "e^{z}"\nspoken = {"e^{z}" = "e to the z"}',
         "after: warning: `^{` is LaTeX; formulas are written in Unicode"),
    ],
)  # fmt: skip
async def test_texts(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert await found(tmp_path, READ.replace(old, new)) == [problem]


@pytest.mark.parametrize("code", ["", "\n```python\nx = 1 + 2\n```\n"])
async def test_a_reading_step_has_not_too_many_words(tmp_path: Path, code: str) -> None:
    text = f"'''{'| a-word = 1 ' * (MAX_READING // 2)}{code}'''"
    assert await found(tmp_path / "most", READ.replace('"Read this."', text)) == []
    longer = READ.replace('"Read this."', text.replace("a-word", "one word", 1))
    assert await found(tmp_path / "more", longer) == [
        "text: warning: has 221 words, but a reading step has 220 at most"
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Read this.", "Read this. {key:chekc} checks it.",
         "text: there is no action `chekc`: did you mean `check`?"),
        ("Read this.", "Read this. {key:fly.all} checks it.",
         "text: there is no action `fly.all`"),
        ("Read this.", "Read this. {key:check}, {key:run.all}, `{key:chekc}`, {key: chekc}.", ""),
    ],
)  # fmt: skip
async def test_keys_are_named_by_their_actions(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert await found(tmp_path, READ.replace(old, new)) == [problem] * bool(problem)


async def test_an_action_that_there_is_none_of_is_told_with_its_line(tmp_path: Path) -> None:
    write_course(tmp_path, step=QUIZ.replace("2 is above 1.", "See {key:hnit}."))
    (problem,) = await check(tmp_path, (), PythonRunner(), lambda *_: None)
    line = problem.file.read_text().splitlines()[(problem.line or 0) - 1]
    assert (problem.severity, problem.key) == ("error", "option[1].why")
    assert line.startswith("why = ")
    assert "{key:hnit}" in line


async def test_what_is_said_of_an_answer_names_no_key(tmp_path: Path) -> None:
    code = CODE.replace("You squared it", "{key:hint} helps. You squared it")
    assert await found(tmp_path, code) == [
        "misconception[1].say: `{key:hint}` is not filled in here: say it without a key"
    ]


async def test_code_in_texts_may_look_like_latex(tmp_path: Path) -> None:
    text = "'''Write `r\"\\\\d\"` or\n```python\nf'_{x}' + '\\alpha'\n```\nor ``_{`{``.'''"
    assert await found(tmp_path, READ.replace('"Read this."', text)) == []


async def test_a_reason_does_not_begin_with_what_stands_before_it(tmp_path: Path) -> None:
    assert await found(tmp_path, QUIZ.replace("2 is above 1.", "Right. 2 is above 1.")) == [
        "option[1].why: warning: begins with `Right.`, which the screen already shows before it"
    ]


async def test_formulas_of_quiz_and_messages(tmp_path: Path) -> None:
    quiz = QUIZ.replace("2 is above 1.", "$$2 > 1$$")
    assert await found(tmp_path / "quiz", quiz) == [
        "option[1].why: warning: `$$` is LaTeX; formulas are written in Unicode"
    ]
    code = CODE.replace("You squared it", "You have x^{2}")
    assert await found(tmp_path / "code", code) == [
        "misconception[1].say: warning: `^{` is LaTeX; formulas are written in Unicode"
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("under the name `y`", "under a name", "text: does not name `y`, which is checked"),
        ('same = "y"', 'same = "[y, given.x]"',
         "check[1].name: is missing: no learner would recognise the check by its expression"),
        (', "Write the number, then `*`, then the name."', "",
         "hints: warning: should be 2 or more, from vague to plain"),
        ("Write the number, then `*`", "Write `y = 2*x`", "hints[2]: contains the solution"),
        ('"x = 3"', '"x = 3  "', "given: warning: line 1 of it has spaces at its end"),
        ('"y = ..."', '"if x:\\n\\ty = ..."', "scaffold: warning: line 2 of it has a tab"),
        ('"y = x + x"', f'"y = x + x  # {"-" * 70}"',
         "also_right[1]: warning: line 1 of it has 83 characters, of which 79 are shown"),
    ],
)  # fmt: skip
async def test_how_a_code_step_is_written(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert await found(tmp_path, CODE.replace(old, new)) == [problem]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"y = 2 * x"', '"y = 2 * w"', "solution: the solution ended as `raised`: NameError"),
        ('given.x = "-5"', 'given.x = "None"',
         "solution: the solution ended as `raised` with x = None: TypeError"),
        ('same = "y"', 'true = "y > 0"', "solution: the check `y > 0` does not hold for the "
         "solution with x = -5"),
        ('same = "y"', 'same = "y.shape"',
         "solution: the check `y.shape` cannot be evaluated for the solution: AttributeError"),
        ('"y = x + x"', '"y = x + 3"', "also_right[1]: is not accepted: reject"),
        ('"y = ..."', '"y = x * 2"', "scaffold: is a right answer already"),
        (SQUARED, 'wrong = "y = x * 2"', "misconception[1].wrong: is not refused: accept"),
        (SQUARED, 'wrong = "z = x ** 2"',
         "misconception[1].wrong: never binds `y`, so no answer can match it"),
        (SQUARED, 'wrong = "y = x ** 2 if x > 0 else 1 / 0"',
         "misconception[1].wrong: does not end the same way under the base givens and every "
         "variation"),
        (SQUARED, 'wrong = "y = x ** 2 if x > 0 else 2 * x"',
         "misconception[1].wrong: no variation distinguishes it from the solution"),
        (SQUARED, 'when = "y % 2 == 0"', "misconception[1].when: holds for the solution too"),
        ("You squared it", "You have 1 numbers",
         "misconception[1].wrong: its verdict must not reveal this: a plural for one thing: You "
         "have"),
        ('[[vary]]\ngiven.x = "-5"\n', "",
         "check: the solution's values, typed in, are accepted (`y = 6`): add a `[[vary]]`"),
        ('"y = 2 * x"', '"import time\\ny = time.perf_counter_ns() * x"',
         "check[1].same: has a different value in a second run of the solution under the same "
         "seed"),
        ('same = "y"', 'same = "y"\n[[check]]\ntrue = "given.seeded > 0.7"',
         "seed: under seed 7919 the solution is not accepted: tutor-fault"),
    ],
)  # fmt: skip
async def test_programs(tmp_path: Path, old: str, new: str, problem: str) -> None:
    step = CODE.replace(old, new)
    if "seeded" in new:
        step = step.replace('"x = 3"', '"import random\\nx = 3\\nseeded = random.random()"')
    assert any(line.startswith(problem) for line in await found(tmp_path, step)), problem


async def test_what_only_the_lesson_knows_stands_in_no_text(tmp_path: Path) -> None:
    named = CODE.replace('same = "y"', 'same = "y"\nname = "trace.steps"')
    unknown = "exists only in the lesson: no program has it"
    assert f"check[1].name: `trace.steps` {unknown}" in await found(tmp_path / "name", named)
    said = CODE.replace("You squared it", "You squared given.x, {given.x}")
    assert f"misconception[1].say: `given.x` {unknown}" in await found(tmp_path / "say", said)


async def test_a_wrong_program_that_only_one_seed_refuses(tmp_path: Path) -> None:
    wrong = "import random\\ny = 2 * x + (random.random() > 0.7)"
    lines = await found(tmp_path, CODE.replace(SQUARED, f'wrong = "{wrong}"').replace(
        'given.x = "-5"', 'given.x = "-5"\n[[vary]]\nseed = 7919\n[[vary]]\ngiven.x = "1"'
    ))  # fmt: skip
    assert "misconception[1].wrong: is refused under seed 0, but not under seed 7919" in lines


MISCONCEPTION = '\n[[misconception]]\nid = "{}"\nwrong = "y = x * x"\nsay = "{}"\n'


@pytest.mark.parametrize(("name", "say"), [("other", "You squared it: {y}."), ("squared", "No.")])
async def test_a_wrong_program_with_the_message_of_another(
    tmp_path: Path, name: str, say: str
) -> None:
    step = CODE + MISCONCEPTION.replace("{}", name, 1).replace("{}", say, 1)
    assert await found(tmp_path, step) == [
        "misconception[2].wrong: gets another message than its own: "
        "reject squared: You squared it: 9."
    ]


NOTE = '\n[[note]]\nid = "a-note"\nwrong = "{}"\nsay = "Adding works too."\n'


async def test_notes(tmp_path: Path) -> None:
    step = CODE.replace('"y = 2 * x"', '"y = 2 * x\\nz = y"').replace(
        'same = "y"', 'same = "y"\n\n[[check]]\nsame = "z"\nnote = "a-note"'
    )
    step = step.replace("the name `y`", "`y` and `z`").replace(SQUARED, 'wrong = "y = z = x ** 2"')
    assert await found(tmp_path / "a", step + NOTE.replace("{}", "y = x + x\\nz = 1")) == []
    for number, (wrong, verdict) in enumerate(
        [("y = x + 1", "reject"), ("y = z = 2 * x", "accept")]
    ):
        lines = await found(tmp_path / str(number), step + NOTE.replace("{}", wrong))
        assert lines[0].startswith(
            f"note[1].wrong: should be accepted with this note, but: {verdict}"
        )


async def test_redundant_checks_and_variations(tmp_path: Path) -> None:
    redundant = (
        "warning: is redundant: without it, every wrong program that was tried is refused anyway"
    )
    doubled = CODE.replace('same = "y"', 'same = "y"\n\n[[check]]\nsame = "y * 2"')
    assert await found(tmp_path / "check", doubled) == [
        f"check[1]: {redundant}",
        f"check[2]: {redundant}",
    ]
    varied = CODE.replace("[[misconception]]", "[[vary]]\nseed = 5\n\n[[misconception]]")
    assert await found(tmp_path / "vary", varied) == [f"vary[2]: {redundant}"]


async def test_the_only_variation_is_needed_by_the_format(tmp_path: Path) -> None:
    step = CODE.replace("twice `x` under the name `y`", "a function `f` that doubles its argument")
    for statement, function in (
        ("y = 2 * x", "f = lambda a: 2 * a"),
        ("y = x + x", "f = lambda a: a + a"),
        ("y = x ** 2", "f = lambda a: a ** 2"),
        ("y = ...", "f = ..."),
        ('same = "y"', 'same = "[f(a) for a in (1, 3, 5)]"\nname = "`f` of three numbers"'),
        ("{y}", "{f(3)}"),
    ):
        assert statement in step
        step = step.replace(statement, function)
    assert await found(tmp_path, step) == []


async def test_a_limit_leaves_room_for_slow_machines(tmp_path: Path) -> None:
    slow = PythonRunner(milliseconds=4_000)
    assert await found(tmp_path, CODE, slow) == [
        "limit_s: is less than 3 times the 4.0 s that were measured"
    ]


async def test_a_worker_that_is_gone(tmp_path: Path) -> None:
    assert await found(tmp_path, CODE, PythonRunner(endings={"": "lost"})) == [
        "solution: the solution ended as `lost`"
    ]


async def test_problems_of_the_schema_are_told_too(tmp_path: Path) -> None:
    assert await found(tmp_path, CODE + "oops = 1\n") == [
        "misconception[1].oops: is not a key here"
    ]


async def all_of(root: Path, *only: Path) -> list[str]:
    problems = await check(root, only, PythonRunner(), lambda *_: None)
    return [str(problem).replace(f"{root}/", "") for problem in problems]


async def test_only_some_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_course(tmp_path, read=READ + "x = 1\n", code=CODE.replace("`y`", "it"))
    (tmp_path / "second").mkdir()
    (tmp_path / "course.toml").write_text(COURSE.replace('"first"', '"first", "second"'))
    of_read = "first/01-hello.toml:5: x: is not a key here"
    of_code = "first/02-double.toml:4: text: does not name `y`, which is checked"
    of_second = [
        "second/lesson.toml:1: file: there is no such file",
        "second/lesson.toml:1: file: the lesson has no steps: files called `<number>-<id>.toml`",
    ]
    assert await all_of(tmp_path) == [of_read, *of_second, of_code]
    assert await all_of(tmp_path, tmp_path) == [of_read, *of_second, of_code]
    assert await all_of(tmp_path, tmp_path / "first") == [of_read, of_code]
    assert await all_of(tmp_path, tmp_path / "second") == of_second
    assert await all_of(tmp_path, step_file(tmp_path, "double", 2)) == [of_code]
    monkeypatch.chdir(tmp_path / "first")
    assert await all_of(tmp_path, Path("01-hello.toml")) == [of_read]


async def test_paths_that_are_no_lessons(tmp_path: Path) -> None:
    root = write_course(tmp_path / "lessons", read=READ + "x = 1\n")
    (root / "first/answer.py").write_text("y = 1")
    (root / "first/notes.md").write_text("…")
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text(READ)
    found = await all_of(
        root,
        root / "first/answer.py",
        root / "first/nothing.toml",
        root / "first/notes.md",
        elsewhere,
    )
    program = root / "first/answer.py"
    assert found == [
        "first/answer.py:1: file: is a program, not a lesson: did you mean `nntutor grade STEP "
        f"{program.relative_to(root)}`?",
        "first/nothing.toml:1: file: there is no such file or folder",
        "first/notes.md:1: file: is not a step: steps are TOML files",
        f"{elsewhere}:1: file: is not among the lessons in {root}: name their folder with "
        "`--lessons`",
    ]


async def test_a_lesson_that_nobody_gets_to_see(tmp_path: Path) -> None:
    write_course(tmp_path, read=READ)
    (tmp_path / "draft").mkdir()
    (tmp_path / "draft/lesson.toml").write_text("")
    assert await all_of(tmp_path) == [
        "draft/lesson.toml:1: file: warning: the lesson is not named in `order` of course.toml, "
        "so no learner sees it"
    ]


async def test_progress(tmp_path: Path) -> None:
    write_course(tmp_path, read=READ, quiz=QUIZ, code=CODE)
    told: list[tuple[int, int, str]] = []
    await check(tmp_path, (), PythonRunner(), lambda *args: told.append(args))
    assert told == [(0, 3, "hello"), (1, 3, "which"), (2, 3, "double"), (3, 3, "")]


async def test_steps_that_are_checked_at_once_are_told_of_in_their_order(tmp_path: Path) -> None:
    class Slow(PythonRunner):
        """A runner whose first step waits for the second."""

        seen = asyncio.Event()

        async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
            if any("z = 3" in program.source for program in command.programs):
                self.seen.set()
            await self.seen.wait()
            return await super().observe_all(command)

    first = CODE.replace('say = "', 'say = "e^{x} ')
    second = CODE.replace('"double"', '"triple"').replace("y = 2 * x", "y = 2 * x\\nz = 3")
    write_course(tmp_path, first=first, read=READ, second=second)
    told: list[tuple[int, int, str]] = []
    problems = await check(tmp_path, (), Slow(), lambda *args: told.append(args), jobs=2)
    alone = await check(tmp_path, (), PythonRunner(), lambda *_: None)
    assert problems == alone
    assert problems
    assert told[-1] == (3, 3, "")


def test_a_problem_for_machines() -> None:
    problem = Problem(Path("a.toml"), 3, "text", "is empty", "warning")
    assert problem_json(problem) == {
        "file": "a.toml",
        "line": 3,
        "key": "text",
        "severity": "warning",
        "message": "is empty",
    }


async def test_every_program_of_a_step_with_the_network_has_it(tmp_path: Path) -> None:
    runner = PythonRunner()
    halved = """
[[misconception]]
id = "halved"
when = "y == x / 2"
example = "y = x / 2"
say = "You halved it: {y}."
"""
    assert await found(tmp_path, f"network = true\n{CODE}{halved}", runner) == []
    run = {each.source for every in runner.commands for each in programs_of(every)}
    assert "y = x / 2" in run
    assert all(command.network for command in runner.commands)


def programs_of(command: Execute | ObserveAll) -> tuple[Program, ...]:
    return command.programs if isinstance(command, ObserveAll) else (command.program,)
