"""Competitors on the screen: one table of many profiles, and their best posts."""
