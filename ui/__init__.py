"""The doors: command line, web chat, settings."""
