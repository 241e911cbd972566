"""Reusable widgets: the code editor, choices and the output log.

They take plain values, post messages, and know no step, session or run. Panes bind them to the
state, so each widget can be tested on its own.
"""
