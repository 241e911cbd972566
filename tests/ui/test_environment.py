"""What is set before textual is imported, and where the app cannot open."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

import pytest

from tutor.config import Config
from tutor.doctor.terminal import TerminalFacts, examine_terminal
from tutor.doctor.tmux import TmuxFacts
from tutor.terminal_facts import is_remote
from tutor.ui import environment
from tutor.ui.environment import (
    environment_problems,
    prepare_environment,
    replace_unencodable,
    resolve_glyphs,
    terminal_problem,
    tmux_features,
)


def test_over_ssh_fewer_bytes_are_sent() -> None:
    environ = {"SSH_CONNECTION": "10.0.0.1 22"}
    prepare_environment(environ)
    assert environ["TEXTUAL_FPS"] == "30"
    assert environ["TEXTUAL_ANIMATIONS"] == "none"
    assert environ["TEXTUAL_SMOOTH_SCROLL"] == "0"
    assert is_remote(environ)


def test_slow_is_as_over_ssh_with_charts_drawn_seldom() -> None:
    environ: dict[str, str] = {}
    prepare_environment(environ, slow=True)
    assert environ["NNTUTOR_FPS"] == "2"
    assert environ["TEXTUAL_FPS"] == "30"
    asked = {"NNTUTOR_FPS": "4"}
    prepare_environment(asked, slow=True)
    assert asked["NNTUTOR_FPS"] == "4"


@pytest.mark.parametrize("asked", ["", "2", "0.1", "30"])
def test_a_rate_is_taken(asked: str) -> None:
    assert environment_problems({"NNTUTOR_FPS": asked}) == ()


@pytest.mark.parametrize("asked", ["fast", "0", "-1", "31", "nan", "inf"])
def test_what_is_no_rate_is_told(asked: str) -> None:
    (problem,) = environment_problems({"NNTUTOR_FPS": asked})
    assert problem.startswith(f"NNTUTOR_FPS is {asked}, but should be a number from 0.1 to 30")


def test_on_this_machine_it_is_drawn_sooner() -> None:
    environ: dict[str, str] = {}
    prepare_environment(environ)
    assert environ["TEXTUAL_FPS"] == "120"
    assert "TEXTUAL_ANIMATIONS" not in environ


def test_what_the_learner_set_stays() -> None:
    environ = {"SSH_TTY": "/dev/pts/1", "TEXTUAL_FPS": "60", "ESCDELAY": "50"}
    prepare_environment(environ)
    assert environ["TEXTUAL_FPS"] == "60"
    assert environ["ESCDELAY"] == "50"


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"TMUX": "/tmp/x", "TERM": "screen"}, "256"),
        ({"TMUX": "/tmp/x", "TERM": "screen", "TEXTUAL_COLOR_SYSTEM": "truecolor"}, "truecolor"),
        ({"TMUX": "/tmp/x", "TERM": "screen", "TEXTUAL_COLOR_SYSTEM": "many"}, "256"),
        ({"TERM": "screen"}, "standard"),
        ({"TERM": "xterm"}, "standard"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "xterm-kitty"}, "truecolor"),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, "standard"),
    ],
)
def test_as_many_colours_as_the_terminal_has(environ: dict[str, str], colours: str) -> None:
    prepare_environment(environ)
    assert environ["TEXTUAL_COLOR_SYSTEM"] == colours


@pytest.mark.parametrize(
    ("colorterm", "features", "colours"),
    [
        ("truecolor", "clipboard,RGB,title", "truecolor"),
        ("24bit", "RGB", "truecolor"),
        ("truecolor", "clipboard,title", "256"),
        ("truecolor", None, "256"),
        ("", "RGB", "256"),
    ],
)
def test_in_tmux_many_colours_need_its_word_for_it(
    colorterm: str, features: str | None, colours: str, tmp_path: Path
) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text(f"#!/bin/sh\necho {features}\n" if features else "#!/bin/sh\nexit 1\n")
    tmux.chmod(0o755)
    environ = {"TMUX": "x", "TERM": "screen", "COLORTERM": colorterm, "PATH": f"{tmp_path}:/bin"}
    prepare_environment(environ)
    assert environ["TEXTUAL_COLOR_SYSTEM"] == colours


def test_a_tmux_that_does_not_answer_holds_nothing_up(tmp_path: Path) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text("#!/bin/sh\nexec sleep 60\n")
    tmux.chmod(0o755)
    environ = {"TMUX": "x", "COLORTERM": "truecolor", "PATH": f"{tmp_path}:/usr/bin:/bin"}
    begun = time.monotonic()
    assert tmux_features(environ) == ""
    assert time.monotonic() - begun < 10


def test_an_empty_no_color_means_nothing() -> None:
    empty, wanted = {"NO_COLOR": ""}, {"NO_COLOR": "1"}
    prepare_environment(empty)
    prepare_environment(wanted)
    assert "NO_COLOR" not in empty
    assert wanted["NO_COLOR"] == "1"


@pytest.mark.parametrize(
    ("glyphs", "term", "encoding", "expected"),
    [
        (None, "xterm", "UTF-8", "unicode"),
        (None, "linux", "UTF-8", "ascii"),
        (None, "xterm", "ISO-8859-1", "ascii"),
        (None, "xterm", "ANSI_X3.4-1968", "ascii"),
        ("unicode", "linux", "ISO-8859-1", "unicode"),
        ("ascii", "xterm", "utf8", "ascii"),
    ],
)
def test_ascii_where_signs_would_come_out_wrong_unless_the_learner_says(
    monkeypatch: pytest.MonkeyPatch,
    glyphs: Literal["unicode", "ascii"] | None,
    term: str,
    encoding: str,
    expected: Literal["unicode", "ascii"],
) -> None:
    monkeypatch.setattr(environment, "encoding", lambda: encoding)
    config = Config(glyphs=glyphs, theme="nntutor-light")
    assert resolve_glyphs(config, {"TERM": term}) == Config(glyphs=expected, theme="nntutor-light")


@pytest.mark.parametrize(
    ("encoding", "shown"), [("ISO-8859-1", "\xb1 ?"), ("UTF-8", "± σ"), ("ascii", "± σ")]
)
def test_what_the_terminal_has_no_letter_for_takes_one_column(
    monkeypatch: pytest.MonkeyPatch, encoding: str, shown: str
) -> None:
    sent = io.BytesIO()
    monkeypatch.setattr(environment, "encoding", lambda: encoding)
    monkeypatch.setattr(sys, "__stderr__", io.TextIOWrapper(sent, "utf-8"))
    replace_unencodable()
    print("± σ", file=sys.__stderr__, end="", flush=True)
    assert sent.getvalue().decode("latin-1" if encoding == "ISO-8859-1" else "utf-8") == shown


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_place_text_is_refused_with_advice(
    monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    monkeypatch.setattr(environment, "_on_a_terminal", lambda: True)
    problem = terminal_problem({"TERM": term})
    assert problem is not None
    assert "TERM=xterm-256color" in problem
    assert terminal_problem({"TERM": "screen"}) is None


def test_without_a_terminal_the_app_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_on_a_terminal", lambda: False)
    problem = terminal_problem({"TERM": "xterm"}) or ""
    assert "needs a terminal" in problem
    assert "`nntutor plain`" in problem


def test_the_colours_that_doctor_tells_are_those_that_are_used() -> None:
    for environ in ({"TERM": "screen", "TMUX": "x"}, {"TERM": "linux"}, {"TERM": "xterm-256color"}):
        told = next(
            f.text
            for f in examine_terminal(TerminalFacts(environ), Config())
            if "colours" in f.text
        )
        used = dict(environ)
        prepare_environment(used)
        assert told.startswith("16 " if used["TEXTUAL_COLOR_SYSTEM"] == "standard" else "256 ")


def test_doctor_tells_the_many_colours_that_tmux_hands_on() -> None:
    environ = {"TERM": "screen", "TMUX": "x", "COLORTERM": "truecolor"}
    facts = TerminalFacts(environ, tmux=TmuxFacts("3.5a", 10, "on", "clipboard,RGB"))
    texts = [finding.text for finding in examine_terminal(facts, Config())]
    assert any(text.startswith("16 million colours") for text in texts)


def test_the_module_imports_nothing_of_textual() -> None:
    program = "import sys, tutor.ui.environment; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
