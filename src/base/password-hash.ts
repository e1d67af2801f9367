// Keeps passwords as scrypt hashes (RFC 7914): the text has the parameters and the salt, so that they can grow later.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

interface Parameters {
  /** N = 2^cost. */
  readonly cost: number
  readonly blocks: number
  readonly lanes: number
}

/** 128 × 2^15 × 8 = 32 MiB and a third of a second: guesses are dear, and a server that checks two at a time stays small. */
const today: Parameters = { cost: 15, blocks: 8, lanes: 3 }
const saltBytes = 16
const hashBytes = 32
/** What `today` needs, and as much again. */
const maxMemory = 67_108_864

/** Nobody's: compared with where there is no password, so that the answer takes as long. */
const nobodys = `scrypt$15$8$3$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** `scrypt$cost$blocks$lanes$salt$hash`; salt and hash in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const hash = await derive(password, salt, today)
  const { cost, blocks, lanes } = today
  return ['scrypt', cost, blocks, lanes, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/** Whether a password is the one that was hashed. Takes as long without a hash, and is false then. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const [, cost, blocks, lanes, salt = '', hash = ''] = (stored ?? nobodys).split('$')
  const expected = Buffer.from(hash, 'base64url')
  const parameters = { cost: Number(cost), blocks: Number(blocks), lanes: Number(lanes) }
  const given = await derive(password, Buffer.from(salt, 'base64url'), parameters)
  return given.length === expected.length && timingSafeEqual(given, expected) && stored !== null
}

/** In a thread of the pool of libuv. */
function derive(password: string, salt: Buffer, { cost, blocks, lanes }: Parameters): Promise<Buffer> {
  const options = { N: 2 ** cost, r: blocks, p: lanes, maxmem: maxMemory }
  return new Promise((resolve, reject) => {
    // The same letters can be typed in several ways: input methods differ.
    scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, hash) => (error ? reject(error) : resolve(hash)))
  })
}
