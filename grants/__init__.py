"""A workflow engine for calls for projects, from the open call to the official document."""
