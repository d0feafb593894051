"""What helps to answer: saved replies, product cards, one reply to many threads."""
