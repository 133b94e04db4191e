"""Screens, people and promises; a later stone fills these rooms."""
