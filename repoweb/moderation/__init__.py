"""What waits for a moderator: forum posts, wiki pages, tickets, attachments."""
