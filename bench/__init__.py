"""What is fast, how fast, against what: `python -m bench` prints a table."""
