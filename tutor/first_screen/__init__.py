"""The first screen of a step as plain lines, before any framework is imported.

It must import neither textual nor rich: the code that paints the lines chooses how.
"""
