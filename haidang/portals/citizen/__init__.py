"""Where a person sees the records of the family; phone first."""
