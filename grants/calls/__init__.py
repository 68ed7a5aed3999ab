"""Calls for projects: a call is data, one YAML file; its revisions are frozen."""
