// Encrypts the secrets of destinations with a key that lies beside the database, so that a copy of the database alone
// (a backup, a support case) gives none of them away.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** AES-256-GCM: NIST SP 800-38D; 96-bit random IVs are safe for 2^32 secrets under one key. */
const algorithm = 'aes-256-gcm'
const keyBytes = 32
const ivBytes = 12
const version = 'v1'

/** The key file is damaged, or a secret was encrypted with another one. */
export class SecretBoxError extends Error {
  override readonly name = 'SecretBoxError'
}

export class SecretBox {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  /** @param place the row that it is kept in, `webhook/<id>`: a secret that is moved to another row does not open */
  seal(secret: string, place: string): string {
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv(algorithm, this.#key, iv).setAAD(Buffer.from(place))
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    return [version, ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.')
  }

  /** @throws SecretBoxError when it was sealed with another key or for another place */
  open(sealed: string, place: string): string {
    const [found, ...parts] = sealed.split('.')
    const [iv, tag, text] = parts.map((part) => Buffer.from(part, 'base64url'))
    try {
      if (found !== version || !iv || !tag || !text) throw new Error('not of the form v1.iv.tag.text')
      const decipher = createDecipheriv(algorithm, this.#key, iv, { authTagLength: 16 }).setAAD(Buffer.from(place)).setAuthTag(tag)
      return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
    } catch (error) {
      const next = 'restore the key file that belongs to this database, or give the secret again'
      throw new SecretBoxError(`the secret of ${place} cannot be decrypted; ${next}`, { cause: error })
    }
  }
}

/**
 * The box of a data folder. The file is made with a new key when it is not there.
 * @throws SecretBoxError when it holds something else
 */
export function openSecretBox(file: string): SecretBox {
  makeKeyFile(file)
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex')
  if (key.length === keyBytes) return new SecretBox(key)
  throw new SecretBoxError(
    `${file} holds no key of ${keyBytes} bytes in hex; restore it from a backup, or delete it and give the secrets of alert destinations again`,
  )
}

/** Exclusive: of two processes that start at once only one makes the key. */
function makeKeyFile(file: string): void {
  let descriptor: number
  try {
    descriptor = openSync(file, 'wx', 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
    throw error
  }
  writeSync(descriptor, `${randomBytes(keyBytes).toString('hex')}\n`)
  fsyncSync(descriptor)
  closeSync(descriptor)
}
