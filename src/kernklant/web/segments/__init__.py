"""How customers stand, who moved, and what people decided about it."""
