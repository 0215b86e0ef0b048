"""The insiders' chat: one room, in Fossil's own tables and protocol."""
