"""Each customer's own goals (a later stone fills this room)."""
