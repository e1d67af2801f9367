// Conditions in the words that tcpdump and Wireshark share, with what is always and never true folded away.

export type FilterTerm = string | boolean

export function allTerms(...terms: readonly FilterTerm[]): FilterTerm {
  if (terms.includes(false)) return false
  return joined(terms, ' and ') ?? true
}

export function anyTerm(...terms: readonly FilterTerm[]): FilterTerm {
  if (terms.includes(true)) return true
  return joined(terms, ' or ') ?? false
}

export function notTerm(term: FilterTerm): FilterTerm {
  return typeof term === 'boolean' ? !term : `not (${term})`
}

/** Undefined when no text is among them. */
function joined(terms: readonly FilterTerm[], word: string): string | undefined {
  const texts = [...new Set(terms.filter((term) => typeof term === 'string'))]
  if (texts.length < 2) return texts[0]
  return `(${texts.join(word)})`
}

/** Whether the value of an expression is in one of the ranges. `most`: its highest value. */
export function spansTerm(expression: string, spans: readonly (readonly [number, number])[], most: number): FilterTerm {
  return anyTerm(
    ...spans.map(([from, to]) => {
      if (from === to) return `${expression} = ${from}`
      return allTerms(from === 0 || `${expression} >= ${from}`, to >= most || `${expression} <= ${to}`)
    }),
  )
}
