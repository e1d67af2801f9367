// Tests that the dimensions are those of the contract and that each kind prints as clients expect.
import { describe, expect, it } from 'vitest'
import { baseDimensions, flowDimension, flowDimensions, printDimension, printName } from './flow-dimensions.ts'
import { noNames, type FlowNames } from './flow-names.ts'

// Contract §2.4, name by name with its type.
const contract: Record<string, string> = {
  date: 'Date',
  datetime: 'Time',
  datetimeTenSeconds: 'Time',
  datetimeMinute: 'Time',
  datetimeFiveMinutes: 'Time',
  datetimeFifteenMinutes: 'Time',
  datetimeHour: 'Time',
  sourceAddress: 'string',
  destinationAddress: 'string',
  sourcePort: 'uint16',
  destinationPort: 'uint16',
  sourceAS: 'uint32',
  destinationAS: 'uint32',
  deviceID: 'string',
  version: 'int64',
  protocol: 'uint16',
  protocolString: 'string',
  tcpFlags: 'uint16',
  tcpFlagsString: 'string',
  ethertype: 'uint16',
  ipToS: 'uint64',
  ipToSEncap: 'uint64',
  routerAddress: 'string',
  ruleIDs: 'ids',
}

describe('the dimensions', () => {
  it('that are no extensions are those of the contract', () => {
    const own = flowDimensions.filter(({ extension }) => !extension).map(({ name, scalar }) => [name, scalar])
    expect(Object.fromEntries(own)).toEqual(contract)
    expect(own).toHaveLength(24)
  })

  it('have names of their own', () => {
    expect(new Set(flowDimensions.map(({ name }) => name)).size).toBe(flowDimensions.length)
  })

  it.each([
    ['sourceAddress', '::ffff:192.0.2.1', '192.0.2.1'],
    ['sourceAddress', '::ffff:0.0.0.0', '0.0.0.0'],
    ['sourceAddress', '2001:db8::1', '2001:db8::1'],
    ['sourceAddress', '::', ''],
    ['sourceMac', '11042563100175', '0a:0b:0c:0d:0e:0f'],
    ['sourceMac', '1', '00:00:00:00:00:01'],
    ['sourceMac', '0', ''],
    ['protocolString', 6, 'TCP'],
    ['protocolString', 58, 'IPv6-ICMP'],
    ['protocolString', 0, 'HOPOPT'],
    ['protocolString', 61, '61'],
    ['protocolString', 145, 'NSH'],
    ['protocolString', 255, '255'],
    ['tcpFlagsString', 18, 'SYN,ACK'],
    ['tcpFlagsString', 0, ''],
    ['tcpFlagsString', 511, 'FIN,SYN,RST,PSH,ACK,URG,ECE,CWR,AE'],
    ['exportProtocol', 'netflow9', 'netflow9'],
    ['exportProtocol', 'unknown', ''],
    ['observedAt', 'unknown', ''],
    ['tunnel', 'none', 'none'],
    ['tunnelSourceAddress', '::', ''],
    ['sourceCountry', '', ''],
    ['ruleIDs', ['ab'], ['ab']],
    ['datetimeHour', '1767225600', 1767225600],
    ['deviceID', undefined, ''],
    ['version', undefined, 1],
  ])('%s prints %j as %j', (name, key, printed) => {
    const dimension = flowDimension(name)
    if (dimension === undefined || dimension.type === 'named') throw new Error(`${name} is grouped by others`)
    expect(printDimension(dimension, key)).toEqual(printed)
  })
})

describe('the dimensions that are names', () => {
  const names: FlowNames = {
    ...noNames,
    as: (number) => (number === 13_335 ? 'CLOUDFLARENET' : undefined),
    router: (address) => `router ${address}`,
    interface: (router, index) => (index === 2 ? `${router} eth2` : undefined),
  }
  const values = { sourceAS: 13_335, destinationAS: 0, routerAddress: '192.0.2.1', inputInterface: 2, outputInterface: 3 }

  it.each([
    ['sourceASName', ['sourceAS'], 'CLOUDFLARENET'],
    ['destinationASName', ['destinationAS'], ''],
    ['routerName', ['routerAddress'], 'router 192.0.2.1'],
    ['inputInterfaceName', ['routerAddress', 'inputInterface'], '192.0.2.1 eth2'],
    ['outputInterfaceName', ['routerAddress', 'outputInterface'], ''],
  ])('%s is a name for %j: %j', (name, of, printed) => {
    const dimension = flowDimension(name)
    if (dimension?.type !== 'named') throw new Error(`${name} is no name`)
    expect(dimension.of.map((base) => base.name)).toEqual(of)
    expect([printName(dimension, values, names), printName(dimension, values, noNames)]).toEqual([printed, ''])
  })

  it('are grouped by what they are names of, each once', () => {
    const wanted = ['inputInterfaceName', 'protocol', 'routerName', 'routerAddress', 'sourceASName'].map(flowDimension)
    const bases = baseDimensions(wanted.filter((dimension) => dimension !== undefined))
    expect(bases.map(({ name }) => name)).toEqual(['routerAddress', 'inputInterface', 'protocol', 'sourceAS'])
  })
})
