"""WHAT the learner did: the journal, the drafts, and progress folded from them."""
