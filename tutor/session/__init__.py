"""The tutor without a screen: one frozen state, what moves it on, and all that a learner can do."""
