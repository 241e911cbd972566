"""The editor: its area, decorations, completions, marks of mistakes, and bars below.

`area` binds keys and applies edits; plain functions, which know no widget, compute the edits:
`brackets`, `finding`, `indentation`, `pasting`, `whole_lines`.
"""
