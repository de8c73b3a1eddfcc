"""The generated documentation: JSON Schemas, AsyncAPI, OpenAPI, and the pages about events."""
