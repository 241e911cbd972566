"""The meaning of each exit status, for the end of each command's help."""

from __future__ import annotations

WRONG_USE_MEANS = "wrong use; nothing was done"
STOPPED_MEANS = "stopped by Ctrl+C or a signal"


def exit_status(meanings: dict[int, str]) -> str:
    """Return the end of a command's help: each exit status with its meaning."""
    width = max(len(str(code)) for code in meanings)
    lines = (f"  {code:<{width}}  {meaning}\n" for code, meaning in meanings.items())
    return "\b\nExit status:\n" + "".join(lines)


_OF_THE_APP = {
    0: "you have left the tutor",
    1: "this terminal cannot show it",
    2: "wrong use; it was not opened",
    129: "the terminal was closed; what you typed is saved",
    130: "stopped by a signal; what you typed is saved",
    143: "ended by a signal; what you typed is saved",
}
APP_STATUS = exit_status(_OF_THE_APP)
"""Exit status of the commands that open the app."""

REVIEW_STATUS = exit_status(
    _OF_THE_APP | {0: "you have left the tutor, or nothing is due for review today"}
)

PLAIN_STATUS = exit_status(_OF_THE_APP | {1: "it cannot start"})
