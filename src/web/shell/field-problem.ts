// What a field gets to show its problem: the text, the colour, and the mark for screen readers, which Kumo leaves to its users.

export type FieldProblem = { readonly error: string; readonly variant: 'error'; readonly 'aria-invalid': true } | Record<string, never>

export function fieldProblem(problem: string | false | undefined): FieldProblem {
  return problem === undefined || problem === false || problem === '' ? {} : { error: problem, variant: 'error', 'aria-invalid': true }
}
