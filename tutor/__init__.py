"""nntutor: learn neural networks with PyTorch in a terminal. Imports nothing."""

__version__ = "0.1.0"
