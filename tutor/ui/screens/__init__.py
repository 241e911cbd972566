"""Whole screens and dialogs, and the layout of the panes on the lesson screen.

Screens bind the session's state to panes and hand actions to the session. The app alone makes the
lesson screen; panes and widgets never import a screen.
"""
