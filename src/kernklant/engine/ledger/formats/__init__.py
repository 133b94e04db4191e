"""One module a file format: bytes in, rows of text out."""
