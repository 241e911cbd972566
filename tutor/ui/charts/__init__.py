"""Charts: what is drawn of a run as rows of cells, for the panes that show it."""
