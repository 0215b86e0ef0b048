"""What lies in a folder."""


def names_in(folder):
    return sorted(entry.name for entry in folder.iterdir())
