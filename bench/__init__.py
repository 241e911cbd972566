"""Benchmarks of everything that is to be fast: `python -m bench` prints a table of them."""
