// The command extcap as Wireshark calls it, and what it installs. The real tools are in test/capture/wireshark.test.ts.
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { cliCommands, createProgram, runProgram } from './program.ts'

let folder: string
let out = ''
let err = ''
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), "drawbridge ext'cap-"))))
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(() => {
  out = ''
  err = ''
  vi.stubEnv('DRAWBRIDGE_TOKEN', '')
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
})
afterEach(() => {
  process.exitCode = undefined
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const extcap = (...argv: string[]) => runProgram(createProgram(cliCommands), ['extcap', ...argv])
const ours = ['--extcap-interface', 'drawbridge']

describe('extcap', () => {
  it('names its interface, link type and options, without a token', async () => {
    expect(await extcap('--extcap-interfaces', '--extcap-version=4.0')).toBe(0)
    expect(out).toBe('extcap {version=1.0}\ninterface {value=drawbridge}{display=Drawbridge: packets of all edges}\n')
    out = ''
    expect(await extcap(...ours, '--extcap-dlts')).toBe(0)
    expect(out).toBe('dlt {number=101}{name=RAW}{display=Raw IP}\n')
    out = ''
    expect(await extcap(...ours, '--extcap-config')).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(
      lines.map((line) => /^arg \{number=(\d+)\}\{call=(--[a-z-]+)\}\{display=[^{}]+\}\{type=\w+\}\{tooltip=[^{}]+\}$/.exec(line)?.[2]),
    ).toEqual(['--url', '--token-file', '--token', '--filter', '--colo', '--sampling', '--snap', '--seconds'])
  })

  it('says whether a capture filter is one', async () => {
    for (const filter of ['', 'udp and dst port 53']) expect(await extcap(...ours, '--extcap-capture-filter', filter)).toBe(0)
    expect(out).toBe('')
    expect(await extcap(...ours, '--extcap-capture-filter', 'udp and prot 53')).toBe(0)
    expect(out).toMatch(/^.*prot.*\n {2}udp and prot 53\n {10}\^{4}\n {2}expected: /)
  })

  it.each([
    [[], 'people start Wireshark\nNext: drawbridge extcap --install'],
    [['--capture'], 'people start Wireshark'],
    [['--extcap-interface', 'eth0', '--extcap-dlts'], 'there is no interface "eth0"'],
    [
      [...ours, '--capture', '--fifo', '/nonexistent'],
      'needs an API token\nNext: drawbridge token create --name cli --scope captures:write captures:packets',
    ],
    [[...ours, '--capture', '--fifo', '/nonexistent', '--token-file', '/nonexistent/token'], 'the token cannot be read: ENOENT'],
    [[...ours, '--capture', '--fifo', '/nonexistent', '--snap', 'long'], 'must be a whole number'],
  ])('%j fails', async (argv, message) => {
    expect(await extcap(...argv)).toBe(2)
    expect(err).toContain(message)
    expect(out).toBe('')
  })
})

describe.skipIf(process.platform === 'win32')('extcap --install', () => {
  it('writes a program that starts this command, whatever the paths are called', async () => {
    const main = path.join(folder, 'main.mjs')
    await writeFile(main, 'console.log(JSON.stringify(process.argv.slice(2)))\n')
    vi.spyOn(process, 'argv', 'get').mockReturnValue([process.execPath, main])
    const into = path.join(folder, 'new', 'extcap')
    expect(await extcap('--install', into)).toBe(0)
    expect(out).toBe(`${path.join(into, 'drawbridge')} is written.\nNext: DRAWBRIDGE_TOKEN=SECRET wireshark -k -i drawbridge\n`)
    const said = execFileSync(path.join(into, 'drawbridge'), ['--fifo', '/tmp/a b', "it's"], { encoding: 'utf8' })
    expect(JSON.parse(said)).toEqual(['extcap', '--fifo', '/tmp/a b', "it's"])
    expect(await extcap('--install', path.join(main, 'no-folder'))).toBe(1)
    expect(err).toContain('cannot be written: ')
  })

  it.each([
    ['4.0', 'Extcap path:         \t%s\n'],
    ['4.2', 'Personal Extcap path:\t%s\nGlobal Extcap path:  \t/nonexistent/global\n'],
  ])('takes the folder that tshark %s names', async (version, folders) => {
    const into = path.join(folder, `of ${version}`)
    await tshark(version, folders.replace('%s', into))
    expect(await extcap('--install')).toBe(0)
    expect(await readFile(path.join(into, 'drawbridge'), 'utf8')).toMatch(/^#!\/bin\/sh\nexec .* extcap "\$@"\n$/)
  })

  it('asks for a folder where tshark names none, and where there is no tshark', async () => {
    const next = 'Next: drawbridge extcap --install FOLDER, with the extcap path that Wireshark shows'
    await tshark('none', 'Temp:\t/tmp\n')
    expect(await extcap('--install')).toBe(1)
    expect(err).toContain(`tshark names no folder for extcaps\n${next}`)
    err = ''
    vi.stubEnv('PATH', '/nonexistent')
    expect(await extcap('--install')).toBe(1)
    expect(err).toContain(next)
  })

  /** Puts a tshark on the path that says this. */
  async function tshark(version: string, folders: string): Promise<void> {
    const bin = path.join(folder, `bin ${version}`)
    await mkdir(bin)
    await writeFile(path.join(bin, 'folders'), folders)
    await writeFile(path.join(bin, 'tshark'), '#!/bin/sh\ncat "${0%/*}/folders"\n', { mode: 0o755 })
    vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`)
  }
})
