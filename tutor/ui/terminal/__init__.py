"""The layer between Textual and the terminal: what is sent, what arrives, who has the terminal.

It knows nothing of the tutor: plain values and callbacks in, Textual's events out. Any Textual app
could use it.
"""
