"""The web page: a conversation, its sources, and the library."""
