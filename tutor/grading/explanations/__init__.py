"""Explain the errors of Python, PyTorch and NumPy, in tables by subject, which `errors` reads."""
