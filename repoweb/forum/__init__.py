"""The forum: threads of posts that Fossil can sync."""
