"""Is a resource right: its shape, its rules, its codes, its references, its profiles."""
