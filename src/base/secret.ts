// Secrets of tokens, keys, sessions and links: made here, kept only as their SHA-256, compared in constant time.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 bits in 43 characters of A–Z a–z 0–9 - and _. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** 32 hex digits, the form of every id of the API. */
export function newId(): string {
  return randomBytes(16).toString('hex')
}

/** What the state keeps of a secret. No salt or slow hash is needed: a secret is random bits, 80 at the least, and no word. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Whether two hashes are equal, in a time that does not tell where they differ. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
