"""Settings, and that a bad file is told line by line and never stops the tutor."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import fresh_folder
from tutor.config import MAX_CONFIG, MAX_PROBLEMS, Caps, Config, WorkerPlace, read_config


def read(folder: Path, text: str | bytes) -> tuple[Config, tuple[str, ...]]:
    """Config and problems, these without the file's folder."""
    file = folder / "config.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    config, problems = read_config(file)
    return config, tuple(problem.removeprefix(f"{folder}/") for problem in problems)


def test_everything_can_be_set(tmp_path: Path) -> None:
    text = """\
theme = "nntutor-light"
glyphs = "ascii"
start_screen = false
network = true
sleep_after_minutes = 2.5

[keys]
run = "ctrl+o"
check = ["f4", " ctrl+k "]
quit = { keys = ["ctrl+x"], only = true }
hint = { keys = "f12" }

[limits]
seconds = 2.5
run_seconds = 90
memory_mb = 512
threads = 3
gpu = true

[worker]
command = ["srun", "-n1", "--time=2:00:00"]
python = "/shared/nntutor-0.1/bin/python3.11"
idle_minutes = 0
"""
    assert read(tmp_path, text) == (
        Config(
            theme="nntutor-light",
            glyphs="ascii",
            start_screen=False,
            network=True,
            sleep_after_minutes=2.5,
            keys={
                "run": ("ctrl+o",),
                "check": ("f4", "ctrl+k"),
                "quit": ("ctrl+x",),
                "hint": ("f12",),
            },
            only=frozenset({"quit"}),
            limits=Caps(seconds=2.5, run_seconds=90.0, memory_mb=512, threads=3, gpu=True),
            worker=WorkerPlace(
                ("srun", "-n1", "--time=2:00:00"), "/shared/nntutor-0.1/bin/python3.11", 0
            ),
        ),
        (),
    )


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert read_config(tmp_path / "none" / "config.toml") == (Config(), ())
    assert read(tmp_path, "") == (Config(), ())


def test_a_byte_order_mark_and_line_ends_of_windows_are_read(tmp_path: Path) -> None:
    config, problems = read(tmp_path, b'\xef\xbb\xbftheme = "a"\r\nglyphs = "ascii"\r\n')
    assert config == Config(theme="a", glyphs="ascii")
    assert problems == ()


def test_each_bad_setting_is_told_and_the_rest_holds(tmp_path: Path) -> None:
    text = """\
# theme is the first word
them = "dark"
theme = 3
glyphs = "emoji"
start_screen = "no"

[keys]
run = ["ctrl+o"]
check = 4
hint = []
quit = { key = "q" }
stop = { keys = ["f9"], only = "yes" }

[limits]
seconds = "ten"
memory_mb = 1.5
colour = 1
"""
    config, problems = read(tmp_path, text)
    assert config == Config(keys={"run": ("ctrl+o",)})
    assert problems == (
        "config.toml:2: them: is not a setting: did you mean `theme`?",
        "config.toml:3: theme: should be a name in quotes",
        'config.toml:4: glyphs: should be "unicode" or "ascii"',
        "config.toml:5: start_screen: should be true or false",
        'config.toml:9: keys.check: should be a key such as "ctrl+o", or a list of keys',
        'config.toml:10: keys.hint: should be a key such as "ctrl+o", or a list of keys',
        'config.toml:11: keys.quit: should be as in { keys = ["ctrl+o"], only = true }',
        'config.toml:12: keys.stop: should be as in { keys = ["ctrl+o"], only = true }',
        "config.toml:15: limits.seconds: should be a number of seconds above 0",
        "config.toml:16: limits.memory_mb: should be a whole number of MB above 0",
        "config.toml:17: limits.colour: is not a setting: "
        "known are seconds, run_seconds, memory_mb, threads, gpu",
    )


@pytest.mark.parametrize("bad", ["0", "-1", "nan", "inf", "true", "1e30", "9" * 99])
def test_limits_must_be_sensible_numbers(tmp_path: Path, bad: str) -> None:
    config, problems = read(tmp_path, f"[limits]\nseconds = {bad}\n")
    assert config == Config()
    assert problems == ("config.toml:2: limits.seconds: should be a number of seconds above 0",)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ('command = "ssh node7"', 'should be a list of words, as in ["ssh", "node7"]'),
        ("command = []", 'should be a list of words, as in ["ssh", "node7"]'),
        ('command = ["ssh", "-t", "node7"]', "leave `-t` out: a terminal in between"),
        ('command = ["/usr/bin/srun", "--pty"]', "leave `--pty` out: a terminal in between"),
        ('command = ["srun", "-n", "2"]', "leave `-n` out: one task is started"),
        ('command = ["srun", "-n2"]', "leave `-n2` out: one task is started"),
        ('command = ["srun", "--ntasks=2"]', "leave `--ntasks=2` out: one task is started"),
        ('command = ["srun", "--ntasks"]', "leave `--ntasks` out: one task is started"),
    ],
)
def test_a_command_that_leads_nowhere_leaves_programs_here(
    tmp_path: Path, setting: str, says: str
) -> None:
    config, problems = read(tmp_path, f'[worker]\n{setting}\npython = "/there/python"\n')
    assert config.worker.command == ()
    (problem,) = problems
    assert problem.startswith("config.toml:2: worker.command: ")
    assert says in problem


@pytest.mark.parametrize("bad", ["/a b/python", "$HOME/python", "python; rm", "'python'", "`x`"])
def test_a_python_that_a_shell_would_read_otherwise_is_refused(tmp_path: Path, bad: str) -> None:
    config, problems = read(tmp_path, f'[worker]\ncommand = ["ssh", "a"]\npython = "{bad}"\n')
    assert config.worker == WorkerPlace(("ssh", "a"))
    assert [problem.partition(": should")[0] for problem in problems] == [
        "config.toml:3: worker.python"
    ]


def test_a_table_that_is_none_is_told(tmp_path: Path) -> None:
    config, problems = read(tmp_path, 'worker = "ssh"\n')
    assert config == Config()
    assert problems == ("config.toml:1: worker: should be a table, as in [worker]",)


def test_programs_can_be_kept_here() -> None:
    elsewhere = Config(theme="a", worker=WorkerPlace(("ssh", "node7")))
    assert elsewhere.with_worker_here() == Config(theme="a")


@pytest.mark.parametrize("bad", ["-1", "false", '"ten"', "inf", "1e30"])
def test_minutes_are_a_number_or_none_at_all(tmp_path: Path, bad: str) -> None:
    assert read(tmp_path, "sleep_after_minutes = 0")[0].sleep_after_minutes == 0
    assert read(tmp_path, f"sleep_after_minutes = {bad}\n") == (
        Config(),
        ("config.toml:1: sleep_after_minutes: should be a number of minutes, or 0",),
    )


def test_a_value_over_several_lines_is_told_where_it_begins(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "[keys]\nrun = [\n  1,\n]\n")
    assert problems == (
        'config.toml:2: keys.run: should be a key such as "ctrl+o", or a list of keys',
    )


@pytest.mark.parametrize("key", ["keys", "limits"])
def test_a_table_must_be_a_table(tmp_path: Path, key: str) -> None:
    assert read(tmp_path, f"\n{key} = 1\n") == (
        Config(),
        (f"config.toml:2: {key}: should be a table, as in [{key}]",),
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a = 1\nb = = 2\n", "config.toml:2: TOML: Invalid value"),
        ("a = 1\nb = [\n", "config.toml:3: TOML: Invalid value"),
        ("a = 1\n\na = 2\n", "config.toml:3: TOML: Cannot overwrite a value"),
        (b"theme = 'a'\ntheme = '\xe9'\n", "config.toml:2: file: is not UTF-8: byte 0xe9"),
        ("#" * (MAX_CONFIG + 1), "config.toml:1: file: cannot be read: it has more than 32 KB"),
    ],
)
def test_a_file_that_is_no_toml_is_told_with_its_line(
    tmp_path: Path, content: str | bytes, problem: str
) -> None:
    assert read(tmp_path, content) == (Config(), (problem,))


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 5000, "a = 1" + "0" * 5000, "a" + ".b" * 5000],
    ids=["brackets", "digits", "dots"],
)
def test_values_that_python_refuses_are_told(tmp_path: Path, text: str) -> None:
    config, problems = read(tmp_path, text)
    assert config == Config()
    assert len(problems) == 1
    assert problems[0].startswith("config.toml:1: ")


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    _, problems = read_config(tmp_path)
    assert problems == (f"{tmp_path}:1: file: cannot be read: Is a directory",)
    os.mkfifo(tmp_path / "pipe")
    _, problems = read_config(tmp_path / "pipe")
    assert problems == (f"{tmp_path}/pipe:1: file: cannot be read: Not a regular file",)
    (tmp_path / "file").write_text("")
    _, problems = read_config(tmp_path / "file" / "config.toml")
    assert problems == (f"{tmp_path}/file/config.toml:1: file: cannot be read: Not a directory",)


def test_problems_are_one_line_each_and_harmless_to_a_terminal(tmp_path: Path) -> None:
    _, problems = read(tmp_path, '"\\u001b[2J\\n" = 1\n')
    assert problems[0].startswith("config.toml:1: \\x1b[2J")
    assert "\n" not in problems[0]


def test_a_file_full_of_mistakes_is_told_in_part(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "".join(f"k{number} = 1\n" for number in range(2000)))
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1] == "config.toml: 1980 more, shown once these are fixed"


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
def test_no_content_raises(content: bytes) -> None:
    with fresh_folder() as folder:
        read(folder, content)


settings = st.recursive(
    st.integers() | st.floats() | st.booleans() | st.just('"x"'),
    lambda inner: st.lists(inner, max_size=3),
)


@given(
    st.sampled_from(["theme", "glyphs", "keys", "keys.run", "limits", "limits.seconds", "other"]),
    settings,
)
def test_any_value_anywhere_is_taken_or_told(key: str, value: object) -> None:
    text = str(value).replace("True", "true").replace("False", "false").replace("'", "")
    with fresh_folder() as folder:
        config, problems = read(folder, f"{key} = {text}\n")
        assert (config == Config()) == bool(problems)


@pytest.mark.parametrize("key", ["a." * 10_000 + "a", "'a' . \"b\" . " * 5_000 + "a"])
def test_a_key_of_very_many_parts_takes_neither_time_nor_memory(tmp_path: Path, key: str) -> None:
    assert read(tmp_path, f"{key[:30_000].rstrip(' .')} = 1\n") == (
        Config(),
        ("config.toml:1: TOML: A key has more than 64 parts",),
    )
