"""Demo companies: one real data set, one invented wholesaler."""
