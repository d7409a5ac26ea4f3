"""Libraries in Milvus, or in a Milvus Lite file: the same operations as on a folder."""
