"""waitress on one epoll loop, with requests that wait without a thread."""
