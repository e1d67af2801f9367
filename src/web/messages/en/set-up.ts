// Texts of the page Set-up: choose, paste, watch. Part of the catalogue, loaded with the page. What guides and the live
// check say comes from the server.
import type { CheckState, CheckStepName, StrayDatagrams, StrayMethod } from '../../../contract/router-check.ts'
import type { ConfigPart } from '../../../contract/router-config.ts'

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many)

const stepNames: Readonly<Record<CheckStepName, string>> = {
  datagrams: 'Datagrams',
  registered: 'Registration',
  decoded: 'Format',
  templates: 'Templates',
  fields: 'Fields',
  timestamps: 'Times of flows',
  clock: 'Clock of the router',
  sampling: 'Sampling',
  address: 'Sender’s address',
  once: 'Each flow once',
  graph: 'Graph',
}

const stepStates: Readonly<Record<CheckState, string>> = {
  waiting: 'Waiting',
  ok: 'In order',
  warning: 'Doubtful',
  failed: 'Wrong',
  skipped: 'Does not apply',
}

const kinds: Readonly<Record<ConfigPart['kind'], (where: string) => string>> = {
  commands: (where) => `Type this in: ${where}`,
  file: (where) => `The whole file ${where}`,
  clicks: (where) => `Click: ${where}`,
}

const strayReasons: Readonly<Record<StrayDatagrams['reason'], string>> = {
  port: 'nobody listens on this port',
  family: 'nobody listens on this kind of address',
  blocked: 'this machine’s firewall drops them',
}

const strayMethods: Readonly<Record<StrayMethod, string>> = {
  tcpdump: 'Flow datagrams to other ports and addresses of this machine are seen too.',
  usual_ports: 'Flow datagrams to other usual ports are seen too; those that a firewall drops are not.',
  none: 'Only what reaches the ports above is seen.',
}

export const setUpMessages = {
  title: 'Set up a router',
  intro: 'Choose what you have, paste what it needs, and watch its flows arrive.',
  toCheck: (state: string) => `Live check: ${state}`,

  choose: {
    title: '1. Choose',
    guide: 'Router or program that sends',
    search: 'Catalyst, VyOS, MX204, softflowd …',
    showAll: 'Show all guides',
    nothing:
      'There is no guide for this one. Any that speaks NetFlow v5, v9, IPFIX or sFlow v5 will do: let it send to the address below and to one of the ports that the live check names.',
    variant: 'Release',
    protocol: 'Protocol',
    collector: 'Address of this machine, as the router reaches it',
    collectorMissing: 'Which address does the router reach this machine at?',
    collectorChoice: 'This machine has:',
    port: 'UDP port',
    router: 'Address that the router sends from',
    routerHint: 'The live check looks for it. Without it, for whoever begins to send.',
    routerNeeded: 'This system needs it: until it is here, the commands say ADDRESS-OF-THIS-… in its place.',
    interfaces: 'Interfaces to watch',
    interfacesHint: 'In the router’s own names, with commas. Usually those to the internet.',
    link: 'Speed of these links',
    speed: (mbps: number) => (mbps < 1000 ? `${mbps} Mbit/s` : `${mbps / 1000} Gbit/s`),
    sampling: 'Sampling, 1 in',
    samplingHint: (rate: string) => `Advised: ${rate}.`,
    samplingNever: 'Looks at every packet: it cannot sample.',
    oneIn: (rate: string) => `1 in ${rate}`,
    everyPacket: 'every packet',
    why: 'Why these values',
    timeouts: (active: number, inactive: number) => `Flows that go on are told of every ${active} s, silent ones end after ${inactive} s.`,
  },

  paste: {
    title: '2. Paste',
    titleOf: (guide: string) => `2. Paste: ${guide}`,
    first: 'Choose a router first: its commands stand here then, with your addresses in them.',
    noCollector: 'Type the address of this machine, and the commands stand here.',
    kinds,
    explain: 'What each line does',
    copy: 'Copy',
    copyOf: (title: string) => `Copy: ${title}`,
    copied: 'Copied',
    copyAll: 'Copy all',
    notes: 'Good to know',
    verify: 'Look on the router whether it exports',
    undo: 'Take everything back',
    refused: 'These values do not make commands',
  },

  watch: {
    title: '3. Watch',
    states: {
      waiting: 'Waiting',
      ok: 'On the graph',
      warning: 'With remarks',
      failed: 'Something is wrong',
    },
    /** Of the steps, how many are in order. */
    progress: (done: number, all: number) => `${done} of ${all} steps in order`,
    waitingFor: (address: string) => `Waiting for flow datagrams of ${address}.`,
    waitingForAny: 'Waiting for flow datagrams of any router.',
    received: (datagrams: string, bytes: string, flows: string) => `${datagrams} datagrams, ${bytes}, ${flows} flows`,
    listening: (addresses: string) => `Listening on UDP ${addresses}.`,
    strayMethods,
    steps: 'Steps',
    stepNames,
    stepStates,
    later: 'Later',
    changed: (step: string, state: string) => `${step}: ${state}.`,
    toGraph: 'See it on the graph',
    toRouter: 'See the router',
    senders: 'Who has sent',
    sendersHint: 'Since the live check began, and routers that are known.',
    registered: 'registered',
    unregistered: 'not registered',
    isNew: 'new',
    agent: (address: string) => `agent ${address}`,
    datagrams: (count: number, written: string) => `${written} ${plural(count, 'datagram', 'datagrams')}`,
    lookAt: 'Look at this sender',
    lookAtAddress: (address: string) => `Look at ${address}`,
    shown: 'Shown above',
    strays: 'Flow datagrams that miss Drawbridge',
    stray: (source: string, target: string) => `${source} to ${target}`,
    strayPort: (port: number) => `port ${port}`,
    strayReasons,
    sample: 'One of its flows',
    sampleText: (packets: number, written: string, bytes: string) => `${bytes} in ${written} ${plural(packets, 'packet', 'packets')}`,
    samplePort: (name: string) => `(${name})`,
    protocolNumber: (number: number) => `protocol ${number}`,
    sampled: (rate: string) => `sampled 1 in ${rate}`,
    sampleTimes: (start: string, end: string) => `from ${start} to ${end}`,
    templates: (count: number) => `${count} ${plural(count, 'template', 'templates')}`,
    template: (id: number, domain: number) => `Template ${id}, domain ${domain}`,
    templateKinds: { data: 'flows', options: 'options' },
    records: (count: number, written: string) => `${written} ${plural(count, 'record', 'records')}`,
    missing: 'Missing',
    save: 'Save pcap',
    saveEmpty: 'Nothing has come yet that could be saved.',
    saveForbidden: 'Your sign-in may not see single flows, which the file holds.',
    saveHint: (datagrams: string, bytes: string) => `${datagrams} datagrams, ${bytes}, as this router has sent them.`,
    saveMissed: (datagrams: string) => `${datagrams} more came when it was full.`,
  },

  act: {
    register: (address: string) => `Register ${address}`,
    setSampling: (rate: string) => `Set sampling to ${rate}`,
    rate: 'One packet in',
    lookAt: (address: string) => `Look at ${address}`,
    wrong: 'A whole number from 1 to 4294967295.',
    readOnly: 'Your sign-in may look, not change: somebody else has to do this.',
    failed: 'That did not work',
    remarks: 'Done, with a remark',
  },
} as const
