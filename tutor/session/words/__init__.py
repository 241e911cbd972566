"""What is said to the learner, as plain text: made here, styled by whoever shows it."""
