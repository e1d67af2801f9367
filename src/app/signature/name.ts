// What a signature, or an uploaded file, may be called.
import { z } from 'zod'

const message = 'must be text of 1 to 100 characters without control characters'

export const signatureName = z
  .string({ error: message })
  .trim()
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,100}$/u, message)
