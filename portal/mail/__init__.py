"""Mail: `messages` writes it into the outbox, `envelope` and `post` carry it away (called by the job `outbox`)."""
