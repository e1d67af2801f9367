// Tests what commands on the machine of a server find in its data folder, and that nobody else can read it.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localAccessFile } from '../contract/local-access.ts'
import { LocalAccessFile } from './local-access.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-access-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (): unknown => JSON.parse(readFileSync(path.join(folder, localAccessFile), 'utf8'))

describe('the access of commands on this machine', () => {
  it('is for the owner of the data folder alone', () => {
    new LocalAccessFile(folder).write({ host: '127.0.0.1', port: 8080 })
    expect(statSync(path.join(folder, localAccessFile)).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:8080'],
    ['0.0.0.0', 'http://127.0.0.1:8080'],
    ['::', 'http://[::1]:8080'],
    ['2001:db8::1', 'http://[2001:db8::1]:8080'],
  ])('names an address by which this machine reaches %s', (host, url) => {
    const access = new LocalAccessFile(folder)
    access.write({ host, port: 8080 })
    expect(read()).toEqual({ url, secret: access.secret })
  })

  it('goes with the server that wrote it, and not with an older one', () => {
    const [old, current] = [new LocalAccessFile(folder), new LocalAccessFile(folder)]
    old.write({ host: '127.0.0.1', port: 1 })
    current.write({ host: '127.0.0.1', port: 2 })
    old.remove()
    expect(read()).toEqual({ url: 'http://127.0.0.1:2', secret: current.secret })
    current.remove()
    current.remove()
    expect(existsSync(path.join(folder, localAccessFile))).toBe(false)
  })
})
