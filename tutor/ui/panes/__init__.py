"""Panes: what stands on a screen, bound to the session. A pane never imports another."""
