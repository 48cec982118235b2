"""A session as code: its script in three dialects, and as a notebook; made of its record alone."""
