"""What a name, an expression or a text in them means, by Python's rules alone."""
