"""What is kept of the past and done with it, apart from the daily work."""
