"""Charts that draw losses, tensors, maps, plots, figures and layers as rows of cells.

Panes hand them plain values. `canvas` and `axes` are shared by all, `shades` has their colours.
"""
