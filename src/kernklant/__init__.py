"""Kernklant: give attention to the customers who matter."""

__version__ = "0.1.0"
