"""The wiki: pages that everybody who may can edit, and that Fossil can sync."""
