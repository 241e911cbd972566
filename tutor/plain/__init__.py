"""Plain mode: the tutor as lines of text, for screen readers and braille displays.

It asks and answers line by line, through `TutorSession` alone. It draws nothing: it must import
neither textual nor rich, move no cursor, and send no control character but the newline.
"""
