"""Files as they are: which ones, their bytes and text, notebooks too, and edits by place."""
