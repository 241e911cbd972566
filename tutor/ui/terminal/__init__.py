"""The layer between Textual and the terminal: output, input, and which program has the terminal.

It takes plain values and callbacks and gives Textual's events. It must not know anything of the
tutor: any Textual app could use it.
"""
