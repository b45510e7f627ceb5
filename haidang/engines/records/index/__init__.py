"""From a resource to what search finds it by: published parameters compiled to one walk."""
