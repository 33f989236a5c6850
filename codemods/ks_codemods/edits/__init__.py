"""What stands in the place of old code: calls, results, imports."""
