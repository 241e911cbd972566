"""Decide whether an answer is right: observations go in, a verdict comes out.

Nothing here imports torch or starts a process: a `Runner`, which the caller brings, runs the
programs, and its plain values are judged. Only `grade`, `judge` and `observed_attempt` wait for
runs. What the other modules return follows from their arguments alone, but for `patterns`, which
has a time limit.
"""
