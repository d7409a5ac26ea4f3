"""Files of every kind to drafts of articles, each with what it may cost."""
