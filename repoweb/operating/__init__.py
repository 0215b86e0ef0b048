"""Running a site: on which sockets, behind which server, watched and kept."""
