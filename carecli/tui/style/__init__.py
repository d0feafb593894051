"""Cells, colours, themes and times: how text becomes what the terminal shows."""
