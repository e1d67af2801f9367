// The types of the message catalogue: English is the pattern, every other language has the same keys and functions.
// Files of a language import no values but from their own folder: they are loaded before the modules that show them.
import type { coreMessages } from './en/core.ts'
import type { pageMessages } from './en/pages.ts'

/** A sentence about something wrong, what to do about it, and a command to copy where one helps. */
export interface Advice {
  readonly title: string
  readonly fix: string
  readonly command?: string
}

/** The same keys, functions and lists with texts of another language. */
type Translated<T> = T extends string
  ? string
  : T extends (...parameters: infer Parameters) => infer Result
    ? (...parameters: Parameters) => Translated<Result>
    : T extends readonly (infer Item)[]
      ? readonly Translated<Item>[]
      : { readonly [Key in keyof T]: Translated<T[Key]> }

/** What every page shows. */
export type CoreMessages = Translated<typeof coreMessages>
/** What single pages show, by part. */
export type PageMessages = Translated<typeof pageMessages>
