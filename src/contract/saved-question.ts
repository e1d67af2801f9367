// Questions of the page Explore that people keep under a name, as the wire has them.

export interface SavedQuestion {
  /** 32 hex digits. */
  readonly id: string
  readonly name: string
  /** Search parameters of the page, without the question mark: `by=sourceAS&range=6h`. Their meaning never changes. */
  readonly search: string
  /** Whether everybody in the account sees it. */
  readonly shared: boolean
  readonly owner: { readonly id: string; readonly name: string; readonly email: string }
  /** Whether whoever asks may change and remove it: the owner, and administrators. */
  readonly editable: boolean
  readonly created_at: string
  readonly modified_at: string
}

/** Characters of a name, and of the search parameters: a filter and what is around it, escaped. */
export const savedQuestionLength = { name: 120, search: 16_384 } as const
