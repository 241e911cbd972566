"""Decide whether an answer is right: observations go in, a verdict comes out.

Nothing here imports torch or starts a process: a `Runner`, which the caller brings, runs the
programs, and its plain values are judged. Coroutines alone wait for runs. What all other functions
return follows from their arguments, but for those of `patterns`, which has a time limit.
"""
