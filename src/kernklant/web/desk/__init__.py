"""The pages that need every word: portfolio, customers, one customer."""
