// Tests the encryption of secrets at rest, and its key file.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSecretBox } from './secret-box.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drawbridge-secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = () => join(folder, 'alerts.key')

it('opens what it sealed, also after a restart, and never seals alike', () => {
  const box = openSecretBox(file())
  const sealed = box.seal('grüße 🔑', 'webhook/1')
  expect(sealed).not.toContain('gr')
  expect(box.seal('grüße 🔑', 'webhook/1')).not.toBe(sealed)
  expect(openSecretBox(file()).open(sealed, 'webhook/1')).toBe('grüße 🔑')
  expect(openSecretBox(file()).open(box.seal('', 'webhook/1'), 'webhook/1')).toBe('')
})

it('makes a key that nobody else may read, once', () => {
  openSecretBox(file())
  const key = readFileSync(file(), 'utf8')
  expect(key).toMatch(/^[0-9a-f]{64}\n$/)
  expect(statSync(file()).mode & 0o777).toBe(0o600)
  openSecretBox(file())
  expect(readFileSync(file(), 'utf8')).toBe(key)
})

it('does not open what was changed, moved to another row or sealed with another key', () => {
  const box = openSecretBox(file())
  const sealed = box.seal('secret', 'webhook/1')
  const other = openSecretBox(join(folder, 'other.key'))
  const told = /cannot be decrypted; restore the key file/
  expect(() => box.open(sealed, 'webhook/2')).toThrow(told)
  expect(() => other.open(sealed, 'webhook/1')).toThrow(told)
  expect(() => box.open(sealed.slice(0, -2), 'webhook/1')).toThrow(told)
  expect(() => box.open(sealed.replace('v1', 'v2'), 'webhook/1')).toThrow(told)
  const [version, iv, tag, text] = sealed.split('.')
  expect(() => box.open([version, iv, tag?.slice(0, 6), text].join('.'), 'webhook/1')).toThrow(told)
})

it('says what to do about a damaged key file', () => {
  writeFileSync(file(), 'abc')
  expect(() => openSecretBox(file())).toThrow(/holds no key of 32 bytes in hex; restore it from a backup/)
})
