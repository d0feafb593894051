"""What the platforms do: pages in, one transaction each; orders out, each at most once."""
