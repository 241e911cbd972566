"""Decide whether an answer is right: observations go in, a verdict comes out.

Nothing here imports torch or starts a process. Programs are run by a `Runner`, which the caller
brings, and judged by the plain values that it hands back.
"""
