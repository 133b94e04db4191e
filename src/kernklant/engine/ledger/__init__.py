"""What happened: the canonical tables, and how files become rows of them."""
