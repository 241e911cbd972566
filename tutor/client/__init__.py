"""OWNS the worker processes for the app: start, run, stream, stop, respawn."""
