"""Who may come in, from where, for what, and how often."""
