// Reads a sampling factor that somebody typed.

// Sampling factors are kept in 32 bits.
const greatestRate = 4_294_967_295

/** Undefined when the text is no factor; null for "none". */
export function readSampling(value: string): number | null | undefined {
  const trimmed = value.trim()
  if (trimmed === '') return null
  const rate = Number(trimmed)
  return /^\d{1,10}$/.test(trimmed) && rate >= 1 && rate <= greatestRate ? rate : undefined
}
