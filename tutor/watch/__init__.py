"""Watching a file with a step's code in a plain terminal: lines below each other, and no keys."""
