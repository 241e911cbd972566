"""nntutor: learn neural networks with PyTorch in a terminal.

This module must import nothing, since every command and the worker import it.
"""

__version__ = "0.2.0"
