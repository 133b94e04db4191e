"""Customers as people know them: who they are, their persons, notes and imports."""
