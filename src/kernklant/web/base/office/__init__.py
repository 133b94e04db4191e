"""Administration: people, tokens, what happened, settings, and whether all is well."""
