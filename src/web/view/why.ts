// The reason that people give for what they do.

/** Characters that the API takes at most. */
export const longestWhy = 500
