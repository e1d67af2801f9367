import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dumpConfig } from './config-dump.ts'
import { ConfigError } from './config-error.ts'
import { describeConfig } from './config-options.ts'
import { loadConfig, type ConfigSources } from './config.ts'

let folder = ''
let file = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drawbridge-config-'))
  file = join(folder, 'drawbridge.yaml')
})
afterEach(() => rmSync(folder, { recursive: true }))

function load(yaml: string, rest: ConfigSources = {}) {
  writeFileSync(file, yaml)
  return loadConfig({ file, ...rest }).config
}

function problems(yaml: string, rest: ConfigSources = {}): string[] {
  try {
    load(yaml, rest)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replaceAll(`${folder}/`, '').split('\n')
    throw error
  }
  return []
}

describe('sources', () => {
  it('gives the defaults for an empty file and for empty sections', () => {
    const config = load('')
    expect(config.http.port).toBe(8080)
    expect(config.store.retention.raw_days).toBe(7)
    expect(load('# nothing\nhttp:\n')).toEqual(config)
  })

  it('lets the environment win over the file and flags over the environment', () => {
    const yaml = 'http:\n  port: 1\n  host: "::1"\ncollect:\n  seal_seconds: 9\n'
    const environment = {
      DRAWBRIDGE_HTTP_PORT: '2',
      DRAWBRIDGE_COLLECT_SEAL_SECONDS: '0.5',
      HOME: '/root',
      DRAWBRIDGE_DATA: '',
      DRAWBRIDGE_TEST_X: '1',
    }
    const config = load(yaml, { environment, flags: { set: ['http.port=3'], data: '/srv/d', demo: true } })
    expect(config.http).toMatchObject({ port: 3, host: '::1' })
    expect(config.collect.seal_seconds).toBe(0.5)
    expect(config).toMatchObject({ data: '/srv/d', demo: true })
  })

  it('splits lists at commas', () => {
    const environment = { DRAWBRIDGE_ENRICH_OWN_NETWORKS: '203.0.113.0/24, 2001:db8::/32' }
    const config = load('', { environment, flags: { set: ['collect.listen=[::]:1,127.0.0.1:2'] } })
    expect(config.enrich.own_networks).toEqual(['203.0.113.0/24', '2001:db8::/32'])
    expect(config.collect.listen).toEqual(['[::]:1', '127.0.0.1:2'])
  })

  it('resolves YAML aliases', () => {
    expect(load('http: &h\n  port: 5\ndata: &d here\nstore:\n  user: *d\n').store.user).toBe('here')
  })

  it('takes the file from DRAWBRIDGE_CONFIG', () => {
    writeFileSync(file, 'data: there\n')
    expect(loadConfig({ environment: { DRAWBRIDGE_CONFIG: file } })).toMatchObject({ file, config: { data: 'there' } })
  })
})

describe('problems', () => {
  const cases: [name: string, yaml: string, rest: ConfigSources, expected: string[]][] = [
    ['unknown name', 'http:\n  prot: 1\n', {}, ['drawbridge.yaml:2: there is no option http.prot; did you mean http.port?']],
    ['unknown section', '\n\nstor:\n  kind: x\n', {}, ['drawbridge.yaml:3: there is no option stor; did you mean store?']],
    ['nothing alike', 'zzzzzzzzzzzz: 1\n', {}, ['drawbridge.yaml:1: there is no option zzzzzzzzzzzz']],
    ['prototype name', '__proto__:\n  demo: true\n', {}, ['drawbridge.yaml:1: there is no option __proto__']],
    ['section as value', 'http: 8080\n', {}, ['drawbridge.yaml:1: http has to hold names and values']],
    ['list at the top', '- a\n', {}, ['drawbridge.yaml:1: the file has to hold names and values']],
    [
      'text for a number',
      'http:\n  port: "x"\n',
      {},
      ['drawbridge.yaml:2: http.port is the text "x"; it has to be a whole number from 0 to 65535'],
    ],
    [
      'too large',
      'data: a\nhttp:\n  port: 70000\n',
      {},
      ['drawbridge.yaml:3: http.port is the number 70000; it has to be a whole number from 0 to 65535'],
    ],
    [
      'no whole number',
      'http: {port: 1.5}\n',
      {},
      ['drawbridge.yaml:1: http.port is the number 1.5; it has to be a whole number from 0 to 65535'],
    ],
    ['choice', 'store:\n  kind: sqlite\n', {}, ['drawbridge.yaml:2: store.kind is the text "sqlite"; it has to be embedded or clickhouse']],
    ['map for a text', 'data:\n  a: 1\n', {}, ['drawbridge.yaml:1: data is a section; it has to be a text that is not empty']],
    [
      'number in a list',
      'collect:\n  listen: [2055]\n',
      {},
      ['drawbridge.yaml:2: collect.listen is the list [2055]; it has to be a list of 1 to 16 texts'],
    ],
    ['secret of the wrong kind', 'store: {password: 12345}\n', {}, ['drawbridge.yaml:1: store.password is a number; it has to be a text']],
    [
      'environment',
      '',
      { environment: { DRAWBRIDGE_HTTP_PROT: '1' } },
      ['DRAWBRIDGE_HTTP_PROT: there is no option for this variable; did you mean DRAWBRIDGE_HTTP_PORT?'],
    ],
    [
      'environment value',
      '',
      { environment: { DRAWBRIDGE_DEMO: 'yes' } },
      ['DRAWBRIDGE_DEMO: demo is the text "yes"; it has to be true or false'],
    ],
    ['flag', '', { flags: { set: ['http.hots=1'] } }, ['--set: there is no option http.hots; did you mean http.host?']],
    ['flag without value', '', { flags: { set: ['http.host'] } }, ['--set: "http.host" is not of the form path=value']],
    [
      'listen address',
      'collect:\n  listen: ["2055"]\n',
      {},
      ['drawbridge.yaml:2: collect.listen holds "2055", which is not an address like 0.0.0.0:2055 or [::]:2055'],
    ],
    [
      'prefix',
      'enrich: {own_networks: [10.0.0.0/33]}\n',
      {},
      ['drawbridge.yaml:1: enrich.own_networks holds "10.0.0.0/33", which is not a prefix like 203.0.113.0/24 or 2001:db8::/32'],
    ],
    ['url needed', 'store:\n  kind: clickhouse\n', {}, ['store.url is needed when store.kind is clickhouse']],
    ['twice', 'data: a\ndata: b\n', {}, ['drawbridge.yaml:2: not valid YAML: Map keys must be unique']],
    [
      'several',
      'a1: 1\nhttp:\n  port: -1\n',
      {},
      [
        'drawbridge.yaml:1: there is no option a1',
        'drawbridge.yaml:3: http.port is the number -1; it has to be a whole number from 0 to 65535',
      ],
    ],
  ]
  it.each(cases)('%s', (_, yaml, rest, expected) => {
    expect(problems(yaml, rest)).toEqual(expected)
  })

  it('names a file that is not there', () => {
    expect(() => loadConfig({ file: join(folder, 'no.yaml') })).toThrow(`${join(folder, 'no.yaml')}: there is no such file`)
  })

  it('refuses aliases that multiply', () => {
    const levels = Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(',')}]`)
    const text = problems(`a0: &a0 [x]\n${levels.join('\n')}\n`).join('\n')
    expect(text).toMatch(/^drawbridge.yaml:\d+: the aliases cannot be resolved: Excessive alias count/)
  })
})

describe('describeConfig', () => {
  const options = describeConfig()

  it('describes every option and gives it a variable of its own', () => {
    expect(options.filter(({ description }) => description.length < 10)).toEqual([])
    expect(new Set(options.map(({ environment }) => environment)).size).toBe(options.length)
    expect(options.find(({ path }) => path === 'http.port')).toEqual({
      path: 'http.port',
      kind: 'integer',
      default: 8080,
      description: 'TCP port of the web page and the API',
      allowed: 'a whole number from 0 to 65535',
      environment: 'DRAWBRIDGE_HTTP_PORT',
      secret: false,
      needed: false,
      fields: [],
    })
  })

  it('knows which options are secret', () => {
    const named = options.flatMap((option) => [[option], option.fields].flat()).filter(({ path }) => /pass|secret|token|key/.test(path))
    expect(named.map(({ path }) => path)).toEqual([
      'store.password',
      'alerts.smtp.password',
      'password',
      'advertise.cloudflare.api_token',
      'advertise.webhook.secret',
      'captures.s3.access_key_id',
      'captures.s3.secret_access_key',
      'captures.gcs.access_key_id',
      'captures.gcs.secret_access_key',
    ])
    expect(named.map(({ secret }) => secret)).toEqual(named.map(() => true))
  })
})

describe('dumpConfig', () => {
  it('explains each option and loads again', () => {
    const config = load('store:\n  retention:\n    raw_days: 3\n')
    const text = dumpConfig(config)
    expect(text).toContain('    # Every flow is kept, in days\n    raw_days: 3\n')
    const unexplained = describeConfig().filter((option) => option.default !== undefined && !text.includes(`# ${option.description}\n`))
    expect(unexplained).toEqual([])
    expect(load(text)).toEqual(config)
  })

  it('shows the fields of each item of a list of sections', () => {
    const bgp = 'as: 64500, router_id: 192.0.2.1'
    const config = load(
      `advertise: {bgp: {${bgp}, neighbors: [{name: a, address: 192.0.2.2, as: 64501, password: hunter2}, {name: b, address: 192.0.2.3, as: 64501}]}}`,
    )
    const text = dumpConfig(config)
    expect(text).not.toContain('hunter2')
    expect(text).toContain('        # AS number of the neighbour\n        as: 64501\n')
    expect(text.match(/AS number of the neighbour/g)).toHaveLength(1)
    expect(load(dumpConfig(config, { secrets: true }))).toEqual(config)
  })

  it('masks secrets unless asked', () => {
    const config = load('store: {password: hunter2, kind: clickhouse, url: "http://me:hunter2@db:8123/"}\n')
    expect(dumpConfig(config)).not.toContain('hunter2')
    expect(load(dumpConfig(config, { secrets: true }))).toEqual(config)
  })
})
