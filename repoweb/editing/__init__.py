"""What all editors of texts share: the preview."""
