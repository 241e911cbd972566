"""The editor: its area, what is drawn beside the code, names, marks of mistakes, and fields below.

`area` binds keys and makes edits; what an edit makes of a text are plain functions, which know no
widget: `brackets`, `finding`, `indentation`, `pasting`, `whole_lines`.
"""
