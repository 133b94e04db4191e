"""The segments room of the web application (a later stone fills it)."""
