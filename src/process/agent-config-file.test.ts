import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../base/config-error.ts'
import { draftAgentConfig, readAgentConfig } from './agent-config-file.ts'

const token = 't'.repeat(43)

describe('the configuration of an agent', () => {
  let folder: string
  let file: string

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'agent-config-'))
    file = path.join(folder, 'new', 'agent.yaml')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is written for its owner alone, and read back with all defaults', () => {
    const draft = draftAgentConfig(file)
    expect(existsSync(file)).toBe(false)
    draft.finish({ server: 'https://drawbridge.example.net', token })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readAgentConfig(file)).toEqual({
      server: 'https://drawbridge.example.net',
      token,
      ca: null,
      client_certificate: null,
      client_key: null,
      allow_plaintext: false,
      max_jobs: 8,
      nflog_groups: { first: 20_000, last: 20_999 },
      allow_folders: [],
      always_on: { enabled: true, engine: 'nflog', hook: 'prerouting', interface: null },
      firewall: { enabled: true, protect: [] },
      log: { level: 'info', format: 'auto' },
    })
  })

  it('is left as it was when it is not finished', () => {
    draftAgentConfig(file).finish({ server: 'https://one.example.net', token })
    const before = readFileSync(file, 'utf8')
    draftAgentConfig(file).discard()
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(existsSync(`${file}.new`)).toBe(false)
  })

  it.each([
    ['token: [', /agent\.yaml:1: not valid YAML/],
    ['server: example.net', /agent\.yaml:1: server: has to be an address/],
    [`server: https://a.example.net\ntoken: short`, /agent\.yaml:2: token: is no token/],
    [`max_jobs: 1000`, /agent\.yaml:1: max_jobs: /],
    [`always_on:\n  hook: sideways`, /agent\.yaml:2: always_on\.hook: /],
    [`always_on:\n  interface: 'a b'`, /agent\.yaml:2: always_on\.interface: /],
    [`tokn: x`, /agent\.yaml:1: there is no option tokn/],
    [`nflog_groups: {first: 10, last: 1}`, /nflog_groups: first has to be below last/],
    [`nflog_groups: {first: 0}`, /nflog_groups\.first: /],
    [`firewall: {protect: [198.51.100.1]}`, /firewall\.protect\.0: /],
    [`allow_folders: [relative]`, /agent\.yaml:1: allow_folders\.0: has to begin with a slash/],
  ])('is refused with the line: %s', (text, problem) => {
    const wrong = path.join(folder, 'agent.yaml')
    writeFileSync(wrong, text)
    expect(() => readAgentConfig(wrong)).toThrow(ConfigError)
    expect(() => readAgentConfig(wrong)).toThrow(problem)
  })
})
