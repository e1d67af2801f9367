// Checks what came from outside against a zod schema and says in plain words what is wrong with it.
import type { z } from 'zod'
import { ApiError, type ApiErrorName } from '../contract/api-errors.ts'

/**
 * The checked input.
 * @param error row of the error table whose message has a `{reason}`
 * @throws ApiError with the first fault and the JSON pointer to it
 */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown, error: ApiErrorName): z.output<T> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path ?? []
  throw new ApiError(error, { reason: `${fieldName(path)}${issue?.message ?? 'not valid'}` }, pointer(path))
}

/** What is said of a body that is no object, or has keys that a strict schema does not know: a mistyped one must not be ignored. */
export function objectFault(issue: { readonly code?: string; readonly keys?: readonly string[] }): string {
  return issue.code === 'unrecognized_keys' ? `there is no field ${issue.keys?.join(', ')}` : 'must be a JSON object'
}

// warp_devices[0].id
function fieldName(path: readonly PropertyKey[]): string {
  const name = path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`), '')
  return name === '' ? '' : `${name.replace(/^\./, '')} `
}

/** RFC 6901. */
function pointer(path: readonly PropertyKey[]): string | undefined {
  if (path.length === 0) return undefined
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
