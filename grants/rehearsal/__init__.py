"""A call tried before it is opened: fictitious people, invented answers, dossiers walked at random,
throw-away instances."""
