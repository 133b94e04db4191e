"""SQLite as Django speaks it, with writers who wait in line."""
