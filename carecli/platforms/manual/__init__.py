"""Entries pasted by hand, for places no API reaches: closed Facebook groups first."""
