"""The only door from the web to the engine's store (a later stone fills it)."""
