"""`make accept`: the long proofs, and one page with what they found."""
