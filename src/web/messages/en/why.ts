// Texts of what asks people for their reason.

export const whyMessages = {
  why: 'Why',
  whyHint: 'Stands in the history, for those who come after you.',
  whyMissing: 'Say why.',
} as const
