"""How good the answers are: eval sets, metrics, runs."""
