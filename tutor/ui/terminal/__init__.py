"""The layer between Textual and the terminal: output, input, and lending to other programs.

It takes plain values and callbacks and gives Textual's events. It must not know anything of the
tutor: any Textual app could use it.
"""
