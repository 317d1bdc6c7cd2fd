"""Workers: who has asked for jobs, and when last."""
