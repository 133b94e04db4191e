"""The pages that need every word."""
