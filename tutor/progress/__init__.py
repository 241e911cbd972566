"""The learner's progress on disk: journal, drafts, and the data folded or read from them."""
