"""A conversation, and the person in it, as lines."""
