"""Charts that draw losses, tensors, maps, plots, figures and layers as rows of cells.

Panes pass them plain values. All charts share `canvas` and `axes`; `shades` has their colours.
"""
