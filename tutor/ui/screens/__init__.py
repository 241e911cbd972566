"""Whole screens. A screen owns the session; it alone talks to client and progress."""
