// The fields of members and of their passwords, as the API takes them.
import { z } from 'zod'
import { passwordLength } from '../../contract/member.ts'
import { roles } from '../../contract/scopes.ts'
import { objectFault } from '../validation.ts'

/** Of an address, by RFC 5321 §4.5.3.1.3. */
const longestEmail = 254
/** A name to sign in with; nothing is ever sent to it. Letters that look alike do not make two of them: ASCII only. */
const emailForm = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/
/** Control characters, and those that turn the direction of the text around them. */
const hidden = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

export const emailField = z
  .string({ error: 'must be text' })
  .max(longestEmail, `must not be longer than ${longestEmail} characters`)
  .trim()
  .toLowerCase()
  .regex(emailForm, 'must be an address like ada@example.net')

/** Whether a name can be shown anywhere, also on a terminal. */
const isPlain = (name: string) => !hidden.test(name)
const notPlain = 'must not have control characters'

/** Of a person or an account. */
export const nameField = z
  .string({ error: 'must be text' })
  .max(100, 'must not be longer than 100 characters')
  .trim()
  .min(1, 'must not be empty')
  .refine(isPlain, notPlain)

/** Of a token. */
export const tokenNameField = z
  .string({ error: 'must be text' })
  .min(1, 'must not be empty')
  .max(256, 'must not be longer than 256 characters')
  .refine(isPlain, notPlain)

export const roleField = z.enum(roles, { error: `must be ${roles.join(', ')}` })

/** UTF-16 has at most two units a character. */
const typedPassword = z.string({ error: 'must be text' }).max(2 * passwordLength.most, 'is too long')

export const invitation = z.strictObject({ email: emailField, name: nameField.optional(), role: roleField }, { error: objectFault })
export const memberChange = z.strictObject({ name: nameField.optional(), role: roleField.optional() }, { error: objectFault })
export const ownChange = z.strictObject({ name: nameField }, { error: objectFault })
export const passwordChange = z.strictObject({ password: typedPassword, current: typedPassword.optional() }, { error: objectFault })
export const passwordRemoval = z.strictObject({ current: typedPassword.optional() }, { error: objectFault })

/** Any text as a name: what is no address is nobody's, and answered as such. */
export const passwordSignIn = z.strictObject(
  { email: z.string({ error: 'must be text' }).max(longestEmail, 'is too long').trim().toLowerCase(), password: typedPassword },
  { error: objectFault },
)
