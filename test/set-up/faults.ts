// Set-ups that are broken on purpose, and what the live check has to say of each.
import type { CheckCode, CheckFinding, CheckStepName } from '../../src/contract/router-check.ts'
import type { Alteration } from './altering-relay.ts'
import { withClockAhead, withElementTwice, withoutElement, withoutTemplates, withTemplatesOnce, withZeros } from './export-changes.ts'
import { nfprobe, sfprobe, startPmacctd, startUacctd } from './pmacct.ts'
import { collector, translator, type LabRouter, type SetUpLab } from './set-up-lab.ts'

/** Listens on IPv4 only. */
export const ipv4Port = 2056
const netflow = `${collector.ipv4}:2055`
const sflow = `${collector.ipv4}:6343`
/** Of loopback: where exporters send to that have something between them and the collector. */
const relayPort = 2999
/** Numbers of information elements. */
const elements = { octets: 1, packets: 2, start: 152, end: 153 } as const

export interface SetUp {
  readonly isUnregistered?: true
  /** Nobody has said that it looks at every packet. */
  readonly isSamplingUnknown?: true
  /** Between a packet of each flow and the next. */
  readonly pauseMs?: number
  readonly start: (lab: SetUpLab, router: LabRouter) => Promise<unknown>
}

export interface BrokenSetUp extends SetUp {
  readonly name: string
  readonly step: CheckStepName
  readonly code: CheckCode
  /** What else follows from the same fault. */
  readonly also?: readonly CheckCode[]
  readonly state: CheckFinding['state']
  /** What its text has to say. */
  readonly says: RegExp
}

/** @param alteration made anew for each router: it may remember what has passed */
const relayed = (alteration: () => Alteration, version = 9) => ({
  start: async (lab: SetUpLab, router: LabRouter) => {
    await lab.relay(router, { port: relayPort, alter: alteration() })
    return await startPmacctd(lab, router, 'nfprobe[c]', nfprobe('c', `127.0.0.1:${relayPort}`, version))
  },
})

const exporting = (receiver: string) => ({
  start: async (lab: SetUpLab, router: LabRouter) => await startPmacctd(lab, router, 'nfprobe[c]', nfprobe('c', receiver)),
})

/** Those whose expected address stays silent: nobody else must begin to send beside them. */
export const silent: readonly BrokenSetUp[] = [
  { name: 'a wrong port', step: 'datagrams', code: 'wrong_port', state: 'failed', says: /9995/, ...exporting(`${collector.ipv4}:9995`) },
  {
    name: 'a source that is translated on the way',
    step: 'address',
    code: 'address_translated',
    also: ['unregistered', 'other_sender'],
    state: 'warning',
    says: new RegExp(`was expected, and ${translator.replaceAll('.', '\\.')} came`),
    start: async (lab, router) => {
      await lab.translate(router)
      return await exporting(netflow).start(lab, router)
    },
  },
  {
    name: 'an export by IPv6 where IPv4 is registered',
    step: 'registered',
    code: 'registered_elsewhere_family',
    also: ['unregistered', 'other_sender'],
    state: 'warning',
    says: /fd67:.* sends by IPv6, while 10\./,
    ...exporting(`[${collector.ipv6}]:2055`),
  },
  {
    name: 'an export by IPv6 to a port that listens on IPv4',
    step: 'datagrams',
    code: 'ipv6_not_listened',
    state: 'failed',
    says: /IPv6/,
    ...exporting(`[${collector.ipv6}]:${ipv4Port}`),
  },
]

export const others: readonly BrokenSetUp[] = [
  { name: 'no template', step: 'templates', code: 'no_template', state: 'waiting', says: /template/i, ...relayed(withoutTemplates) },
  {
    name: 'a template without bytes',
    step: 'fields',
    code: 'no_bytes',
    state: 'failed',
    says: /bytes/i,
    ...relayed(() => withoutElement(elements.octets)),
  },
  {
    name: 'a field that comes twice',
    step: 'fields',
    code: 'duplicate_fields',
    state: 'warning',
    says: /packetDeltaCount more than once/,
    ...relayed(() => withElementTwice(elements.packets)),
  },
  {
    name: 'times of 1970',
    step: 'timestamps',
    code: 'times_1970',
    state: 'failed',
    says: /1970/,
    ...relayed(() => withZeros(elements.start, elements.end), 10),
  },
  {
    name: 'a clock that is an hour off',
    step: 'clock',
    code: 'clock_off',
    also: ['times_far'],
    state: 'failed',
    says: /1 h ahead/,
    ...relayed(() => withClockAhead(3600)),
  },
  {
    name: 'an sFlow agent with another address',
    step: 'address',
    code: 'agent_differs',
    state: 'warning',
    says: /192\.0\.2\.77/,
    start: async (lab, router) => await startPmacctd(lab, router, 'sfprobe[c]', sfprobe('c', sflow, '192.0.2.77')),
  },
  {
    name: 'the same flows exported by two plugins',
    step: 'once',
    code: 'told_twice',
    also: ['many_behind_one'],
    state: 'failed',
    says: /came twice/,
    // Flows of a packet each: longer ones the two would cut in two at different moments.
    pauseMs: 3000,
    start: async (lab, router) =>
      await startPmacctd(lab, router, 'nfprobe[one],nfprobe[two]', [...nfprobe('one', netflow), ...nfprobe('two', netflow)]),
  },
  {
    name: 'the same flows exported by NetFlow and sFlow',
    step: 'once',
    code: 'two_protocols',
    state: 'failed',
    says: /sFlow v5 and NetFlow v9|NetFlow v9 and sFlow v5/,
    start: async (lab, router) =>
      await startPmacctd(lab, router, 'nfprobe[one],sfprobe[two]', [...nfprobe('one', netflow), ...sfprobe('two', sflow, router.address)]),
  },
]

/** Mended by its action. */
export const unregistered: BrokenSetUp = {
  name: 'an unregistered router',
  step: 'registered',
  code: 'unregistered',
  // Its sampling is set when it is registered.
  also: ['sampling_untold'],
  state: 'failed',
  says: /^10\.67\.\d+\.1 is not registered/,
  isUnregistered: true,
  // Whoever takes the action need not wait until the router repeats its templates.
  ...relayed(withTemplatesOnce),
}

/** Mended by its action. */
export const samplingUntold: BrokenSetUp = {
  name: 'sampling that nobody is told of',
  step: 'sampling',
  code: 'sampling_untold',
  state: 'warning',
  says: /does not tell its sampling rate/,
  isSamplingUnknown: true,
  start: async (lab, router) => await startUacctd(lab, router, 'numgen random mod 2 == 0', nfprobe('c', netflow)),
}
