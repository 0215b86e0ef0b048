"""The pages /help: every page and every setting, from their own descriptions."""
