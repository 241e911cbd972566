"""Reusable widgets. They know nothing of the tutor: plain values in, messages out."""
