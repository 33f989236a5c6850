"""Writing safely: the journal, the state of the git tree, requirements."""
