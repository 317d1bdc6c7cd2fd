"""Who there is: orgs, their members, users and service accounts."""
