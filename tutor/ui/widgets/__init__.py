"""Reusable widgets: the code editor, choices and the output log.

They take plain values, post messages, and hold nothing that belongs to a step, a session or a run.
Panes bind them to the state; a widget that knew of it could not be tested on its own.
"""
