"""The learner's progress on disk: journal, drafts, and what is folded or read from them."""
