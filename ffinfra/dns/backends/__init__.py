"""What the places that can hold a zone are able to carry, and the forms in which they want it."""
