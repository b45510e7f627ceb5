"""Where the house is put together: settings, addresses, discovery, and running it."""
