// What is wrong with a password that somebody typed.
import { passwordLength } from '../../contract/member.ts'
import { settingsMessages } from '../messages/settings.ts'

const text = settingsMessages.password

/** Undefined where nothing is wrong. The server counts characters as people do, not UTF-16 units. */
export function passwordProblem(typed: string, email: string): string | undefined {
  // Code points, as the server counts them.
  // oxlint-disable-next-line typescript/no-misused-spread
  const length = [...typed].length
  if (length < passwordLength.least) return text.tooShort(passwordLength.least, length)
  if (length > passwordLength.most) return text.tooLong(passwordLength.most)
  return typed.trim().toLowerCase() === email.toLowerCase() ? text.sameAsEmail : undefined
}
