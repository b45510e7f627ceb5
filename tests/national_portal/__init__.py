"""The exchange with a simulated national portal: over real HTTP, with faults for real."""
