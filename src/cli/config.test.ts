import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cliCommands, createProgram, runProgram } from './program.ts'

let folder = ''
let out = ''
let err = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drawbridge-cli-'))
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const run = (...argv: string[]) => runProgram(createProgram(cliCommands), argv)
const write = (text: string): string => {
  const file = join(folder, 'drawbridge.yaml')
  writeFileSync(file, text)
  return file
}

describe('config check', () => {
  it('approves a good file, given either way', async () => {
    const file = write('http:\n  port: 8081\n')
    expect(await run('config', 'check', file)).toBe(0)
    expect(await run('config', 'check', '--config', file)).toBe(0)
    expect(out).toBe(`${file} is good\n`.repeat(2))
  })

  it('says what is wrong and where', async () => {
    const file = write('http:\n  prt: 8081\n')
    expect(await run('config', 'check', file)).toBe(2)
    expect(err).toContain(`${file}:2: there is no option http.prt; did you mean http.port?`)
  })
})

describe('config dump', () => {
  it('prints what is in force, flags over the file', async () => {
    const file = write('http:\n  port: 8081\nstore:\n  password: hunter2\n')
    expect(await run('config', 'dump', file, '--set', 'http.port=8082', '--set', 'http.host=::1', '--data', '/srv')).toBe(0)
    expect(out).toContain('port: 8082\n')
    expect(out).toContain('host: ::1\n')
    expect(out).toContain('data: /srv\n')
    expect(out).not.toContain('hunter2')
    expect(await run('config', 'dump', file, '--secrets')).toBe(0)
    expect(out).toContain('hunter2')
  })
})
