"""What the source says of the old servers and the old package beside calls of a client."""
