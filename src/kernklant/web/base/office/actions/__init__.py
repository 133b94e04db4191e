"""What an administrator does, one module a subject."""
