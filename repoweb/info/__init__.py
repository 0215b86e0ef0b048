"""The page /info: what an artifact, a branch, a tag or a ticket is."""
