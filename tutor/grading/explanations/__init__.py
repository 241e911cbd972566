"""What error messages of Python, PyTorch and NumPy mean, as tables by subject. For `errors.py`."""
