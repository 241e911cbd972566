"""Plain mode: the tutor as lines of text, for those who hear the screen or read it in braille.

It asks and answers line by line, over `TutorSession` alone. Nothing is drawn: it must import
neither textual nor rich, move no cursor, and send no control character but the newline.
"""
