"""Entries pasted by hand for places without an API, such as closed Facebook groups."""
