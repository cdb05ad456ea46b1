"""The route of a rep's day: which accounts to visit, in which order, and when he is where."""
