"""The four ways into the house: citizen, staff, office, and gateway for machines."""
