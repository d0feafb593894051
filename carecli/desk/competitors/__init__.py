"""Public figures of competitors' profiles, and ours beside them."""
