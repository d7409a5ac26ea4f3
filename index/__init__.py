"""Articles in, passages out: reading, cleaning, splitting, embedding, storing, searching."""
