"""Research: counts over time, concordances, words beside words, what tells posts apart, which are alike."""
