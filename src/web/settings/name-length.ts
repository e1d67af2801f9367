// How long a name of a person, an account or a token may be.

/** Characters; the server refuses longer ones. */
export const nameLength = 100
