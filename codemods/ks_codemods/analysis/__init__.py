"""Where a client flows, through names, attributes, containers, functions and files, and what is done with it there."""
