"""Tools for lesson authors and teachers: the linter of lessons, and grading outside the app.

Only cli uses this room. Programs run in the runner that cli passes in, never in this process.
"""
