"""What edits do to a text: plain functions, from lines and a selection to one change.

Nothing here knows a widget, a key or a screen; `tutor.ui.widgets.editing_area` applies the changes.
"""
