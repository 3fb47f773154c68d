"""REST: uploads, packets, answers, people and the journal for programs."""
