"""What every engine keeps beside its documents: what is known of the files, and the lexicon, each in one frame."""
