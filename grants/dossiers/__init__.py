"""The life of a dossier, from the first word of a draft to the notified decision."""
