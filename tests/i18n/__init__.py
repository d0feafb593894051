"""Languages of the screen."""
