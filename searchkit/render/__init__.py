"""Here is what searchkit found: how does it look? Plain data in, text for one kind of reader out."""
