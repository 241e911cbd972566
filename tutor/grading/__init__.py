"""Decide if an answer is right: observations go in, a verdict comes out.

Nothing here imports torch or starts a process: the caller's `Runner` runs the programs, and its
plain values are judged. Only coroutines wait for runs. The results of all other functions depend on
their arguments alone, except in `patterns`, which has a time limit.
"""
