"""The pages of files: folders, contents, histories, documents and archives."""
