"""Who is A, B, C, and by which rule."""
