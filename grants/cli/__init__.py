"""The `grants` command."""
