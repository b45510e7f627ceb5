"""Administrative units with their history, facilities and departments (địa danh và cơ sở y tế)."""
