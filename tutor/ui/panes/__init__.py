"""The parts of a screen, bound to the session's state. A pane never imports another."""
