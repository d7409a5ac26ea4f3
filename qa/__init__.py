"""A question in, an answer out: retrieving, reading, quoting, comparing, composing."""
