"""What people say about value: policies, ratings, evaluations asked for."""
