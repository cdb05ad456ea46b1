"""A dealer's own people: whom the owner invites, and what each may do."""
