"""Market share: the matrix, one product group in depth, and the visits behind it."""
