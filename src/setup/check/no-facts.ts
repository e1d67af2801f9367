// The facts of somebody who has sent nothing yet.
import type { SenderFacts } from './sender-facts.ts'

export function noFacts(address: string): SenderFacts {
  return {
    address,
    datagrams: 0,
    bytes: 0,
    firstAt: 0,
    lastAt: 0,
    flows: 0,
    flowsSince: 0,
    protocols: [],
    unsupported: {},
    notExport: 0,
    notExportLooks: '',
    undecodable: 0,
    faults: {},
    templates: [],
    withoutTemplate: { sets: 0, waiting: 0, since: 0, ids: [] },
    records: { examined: 0, withoutBytes: 0 },
    times: { examined: 0, before2000: 0, reversed: 0, far: 0, farthestMs: 0 },
    clockMs: null,
    sampling: { examined: 0, told: { record: 0, options: 0, header: 0 }, untold: 0, rates: [], unknownSamplers: [], unknownSince: 0 },
    agents: { sflow: [], exporter: [] },
    sequence: { seen: 0, lost: 0 },
    devices: { boots: [], ports: [] },
    repeats: { compared: 0, otherInterface: 0, identical: 0, otherProtocols: [], otherSenders: [] },
    sample: null,
  }
}
