"""Work planning: splitting a backlog, campaigns, cases, the shift, staffing."""
