"""People, rights, the frame around every page, and the door to the store."""
