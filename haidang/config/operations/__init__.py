"""Running the house: database cluster, databases, server and worker."""
