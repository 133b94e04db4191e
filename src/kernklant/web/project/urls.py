"""All addresses on one page, in loop order (a later stone fills it)."""
