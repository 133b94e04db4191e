"""The loop, run as of a date, published, reported and compared."""
