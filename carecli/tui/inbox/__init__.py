"""The inbox: its list, its panes, its filter line, and what keeps them true."""
