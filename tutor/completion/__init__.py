"""What an editor offers while a name is written: completions, call tips, and what a name means.

It is made of texts and plain data: the program, an index of the libraries, and what the last run
left. Nothing here runs a program, imports a library or knows a screen.
"""
