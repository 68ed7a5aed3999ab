"""The circuit of a dossier: states, transitions, whose turn it is. Pure data and pure functions."""
