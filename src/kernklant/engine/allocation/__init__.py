"""Sharing out what is scarce (a later stone fills this room)."""
