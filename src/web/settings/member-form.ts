// What is wrong with the name and address of somebody who is to be invited.
import { settingsMessages } from '../messages/settings.ts'

const text = settingsMessages.members

/** Longest address by RFC 5321 §4.5.3.1.3, without the angle brackets. */
export const emailLength = 254

export function emailProblem(typed: string): string | undefined {
  // A host without a dot is taken: the first user is admin@localhost.
  return /^[^\s@]+@[^\s@]+$/.test(typed.trim()) ? undefined : text.emailWrong
}

export function nameProblem(typed: string): string | undefined {
  return typed.trim() === '' ? text.nameMissing : undefined
}
