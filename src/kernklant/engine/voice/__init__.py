"""What customers say (a later stone fills this room)."""
