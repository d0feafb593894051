"""Exchange with the platforms: pages in, one transaction each; orders out, at most once each."""
