"""What happens without anybody pressing a key: teams, hooks, monthly reports."""
