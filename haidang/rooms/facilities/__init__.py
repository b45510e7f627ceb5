"""The room facilities: the city's places of care, their departments and their past."""
