"""What programs call: HTTP, named Gradio endpoints, and tools over MCP."""
