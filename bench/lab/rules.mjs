// Rules for benchmarks: prefixes that hold the destinations of the generator's traffic, both sides of it, and others.
import { createHash } from 'node:crypto'

/** Each address of the operator's two networks, blocks of 16 around them, and the networks: three prefixes an address. */
function* ownPrefixes() {
  for (const network of ['203.0.113', '198.51.100']) {
    yield `${network}.0/24`
    for (let host = 0; host < 256; host += 16) yield `${network}.${host}/28`
    for (let host = 0; host < 256; host++) yield `${network}.${host}/32`
  }
}

/** Some of the /24 that the generator's servers and clients sit in, and IPv6 networks. */
function* remotePrefixes() {
  const ranges = [
    '142.250',
    '151.101',
    '104.16',
    '104.17',
    '23.32',
    '13.224',
    '157.240',
    '17.0',
    '20.64',
    '80.128',
    '91.0',
    '73.1',
    '126.0',
  ]
  for (let third = 0; third < 256; third++) for (const range of ranges) yield `${range}.${third}.0/24`
  for (let site = 0; site < 65_536; site++) yield `2001:db8:${site.toString(16)}::/48`
}

function* allPrefixes() {
  yield* ownPrefixes()
  yield* remotePrefixes()
}

/** @returns {{ name: string, prefixes: string[] }[]} so many rules that share so many different prefixes out among them */
export function makeRules(rules, prefixes) {
  const made = Array.from({ length: rules }, (_, number) => ({ name: `bench-${number}`, prefixes: [] }))
  let number = 0
  for (const prefix of allPrefixes()) {
    if (number >= prefixes) break
    made[number++ % rules].prefixes.push(prefix)
  }
  if (number < prefixes) throw new Error(`the benchmark knows ${number} prefixes, fewer than ${prefixes}`)
  return made
}

/** The rules as the collectors take them. */
export function compiledForm(rules) {
  return rules.map(({ name, prefixes }) => ({
    id: createHash('md5').update(name).digest('hex'),
    account: 1,
    type: 'threshold',
    prefixes,
    extension: { enabled: true },
  }))
}

/** The rules as the API takes them. The limit is beyond all traffic, so that nothing fires. */
export function requestForm(rules) {
  return rules.map(({ name, prefixes }) => ({ name, type: 'threshold', prefixes, duration: '1m', bandwidth_threshold: 1e15 }))
}
