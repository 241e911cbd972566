"""Tools for lesson authors and teachers: the linter of lessons, and grading outside the app.

Only cli uses this room. Programs run in the runner that it passes in, never in this process.
"""
