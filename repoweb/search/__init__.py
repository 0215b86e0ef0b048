"""The pages /search and /help, and what robots may read."""
