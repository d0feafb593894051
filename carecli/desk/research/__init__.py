"""What messages express: codes, quotes, blind samples, insights, calls."""
