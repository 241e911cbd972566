"""What a step's first screen shows, as plain lines, before any framework is imported.

It must import neither textual nor rich: whatever paints the lines chooses how.
"""
