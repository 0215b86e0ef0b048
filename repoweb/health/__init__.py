"""Whether the site is well: for load balancers, and for `repoweb doctor`."""
