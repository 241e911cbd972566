"""Completions, call tips, and documentation of names, for an editor.

They come from texts and plain data: the program, an index of the libraries, and the names that the
last run left. Nothing here runs a program, imports a library or knows a screen.
"""
