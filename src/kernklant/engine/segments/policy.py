"""The policy: one versioned document that says what makes a customer valuable."""
