"""Promises per segment, planned on a calendar (a later stone fills this room)."""
