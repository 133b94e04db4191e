"""The pure engine: from what happened to who deserves which attention."""
