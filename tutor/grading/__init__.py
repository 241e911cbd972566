"""WHETHER an answer is right: observations in, a verdict out. No torch, no processes."""
