// Every text that the dashboard shows, in English. A further language is another object of the same type.
import type { ExportProtocolName, SamplingSourceName } from '../contract/flow-columns.ts'
import type { Dimension } from './view/filter.ts'
import type { RangeName } from './view/time-range.ts'

/** A sentence about something wrong, what to do about it, and a command to copy where one helps. */
export interface Advice {
  readonly title: string
  readonly fix: string
  readonly command?: string
}

const tokenCommand = './bin/drawbridge token create'

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many)

const dimensionNames: Readonly<Record<Dimension, string>> = {
  sourceAddress: 'Source address',
  destinationAddress: 'Destination address',
  protocol: 'Protocol',
  sourcePort: 'Source port',
  destinationPort: 'Destination port',
  direction: 'Direction',
  sourceAS: 'Source AS',
  destinationAS: 'Destination AS',
  sourceCountry: 'Source country',
  destinationCountry: 'Destination country',
  routerAddress: 'Router',
  inputInterface: 'Input interface',
  outputInterface: 'Output interface',
  ruleIDs: 'Rule',
}

const listTitles: Readonly<Record<Dimension, string>> = {
  sourceAddress: 'Sources',
  destinationAddress: 'Destinations',
  protocol: 'Protocols',
  sourcePort: 'Source ports',
  destinationPort: 'Destination ports',
  direction: 'Directions',
  sourceAS: 'Source networks (AS)',
  destinationAS: 'Destination networks (AS)',
  sourceCountry: 'Source countries',
  destinationCountry: 'Destination countries',
  routerAddress: 'Traffic by router',
  inputInterface: 'Input interfaces',
  outputInterface: 'Output interfaces',
  ruleIDs: 'Rules',
}

const rangeLabels: Readonly<Record<RangeName, string>> = {
  '5m': '5 min',
  '30m': '30 min',
  '1h': '1 h',
  '6h': '6 h',
  '24h': '24 h',
  '7d': '7 days',
  '30d': '30 days',
}

const exportProtocols: Readonly<Record<ExportProtocolName, string>> = {
  unknown: 'unknown',
  netflow1: 'NetFlow v1',
  netflow5: 'NetFlow v5',
  netflow7: 'NetFlow v7',
  netflow9: 'NetFlow v9',
  ipfix: 'IPFIX',
  sflow5: 'sFlow v5',
}

const samplingSources: Readonly<Record<SamplingSourceName, string>> = {
  unknown: 'not known yet',
  record: 'told in each flow',
  options: 'told in the options table',
  header: 'told in the header',
  router: 'set for this router',
  account: 'account default',
}

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`

export const messages = {
  locale: 'en-GB',
  product: 'Drawbridge',
  pageTitle: (page: string) => `${page} · Drawbridge`,
  units: { bits: 'b/s', packets: 'pps', second: 's', minute: 'min', hour: 'h', day: 'd' },
  list: (items: readonly string[]) => items.join(', '),
  /** Remarks of the server begin and end as they please. */
  sentences: (items: readonly string[]) => items.map((item) => sentence(item)).join(' '),
  ago: (duration: string) => `${duration} ago`,
  none: '–',
  retry: 'Try again',
  loading: 'Loading',
  cancel: 'Cancel',
  save: 'Save',
  undo: 'Undo',
  refused: 'This was refused',
  copy: 'Copy',
  copyText: (text: string) => `Copy ${text.split('\n', 1)[0]}`,
  copied: 'Copied',

  shell: {
    skip: 'Skip to content',
    navigation: 'Pages',
    overview: 'Overview',
    rules: 'Rules',
    incidents: 'Incidents',
    openIncidents: (count: number) => `${count} open`,
    advertising: 'Advertising',
    alerts: 'Alerts',
    ledger: 'Ledger',
    ipData: 'IP data:',
    demo: 'Demo',
    demoMeaning: 'Simulated routers send the traffic shown here. Start without --demo to see only your own.',
    account: 'Account',
    theme: 'Colours',
    light: 'Light',
    dark: 'Dark',
    system: 'As the system',
    signOut: 'Sign out',
    version: (version: string) => `Drawbridge ${version}`,
    runningSince: (time: string) => `running since ${time}`,
    zone: (zone: string) => `times in ${zone}`,
    notFound: 'There is no such page',
    toOverview: 'To the overview',
    tabsBack: 'Scroll left',
    tabsOn: 'Scroll right',
    trail: 'Where you are',
    more: (count: number) => `Show all ${count}`,
    fewer: 'Show fewer',
  },

  failure: {
    offline: 'Drawbridge does not answer',
    offlineFix: 'Is it running? Start it with npm start, or check the way to it. This page tries again by itself.',
    title: (status: number) => `Drawbridge answered with an error (${status})`,
    unexplained: 'It gave no reason. Its log may.',
    forbidden: 'You may not see or do this',
    forbiddenFix:
      'Your sign-in or token lacks the permission. Whoever runs Drawbridge can create one with it: ./bin/drawbridge token create',
    crashed: 'This page ran into an error of its own',
    crashedFix: 'Reload it. If that does not help, the message below belongs in a bug report.',
    stale: (time: string) => `Not updated since ${time}; trying again`,
  },

  signIn: {
    title: 'Sign in',
    intro: 'Open the sign-in link that Drawbridge printed when it started, or paste an API token.',
    label: 'API token or sign-in link',
    submit: 'Sign in',
    working: 'Signing in…',
    empty: 'Paste a token or a link first.',
    refused: 'This link or token is not valid',
    refusedFix:
      'A link works once and for 24 hours. Create a token with the command below, or restart Drawbridge: it prints a new link as long as nobody has signed in.',
    limited: 'Too many attempts',
    limitedFix: 'Wait a few seconds, then try again.',
    help: 'No link and no token? Create one where Drawbridge runs:',
    tokenCommand,
  },

  overview: {
    title: 'Overview',
    view: 'What is shown',
    range: 'Time range',
    rangeLabels,
    fixedRange: (from: string, to: string) => `${from} – ${to}`,
    leaveFixed: 'Back to the last 5 minutes',
    unit: 'Unit',
    bits: 'Bits',
    packets: 'Packets',
  },

  verdict: {
    label: 'State of collection',
    toSenders: 'Show them',
    healthy: (routers: number) => plural(routers, 'Healthy: the router reports', `Healthy: all ${routers} routers report`),
    healthyDetail: 'No export datagram was lost in the last 5 minutes.',
    healthyNoSequence: 'Nothing is known to be lost.',
    checking: 'Looking at routers and ledger…',
    more: (count: number) => `and ${count} more`,
    storeDown: (segments: number): Advice => ({
      title: 'The flow store does not answer',
      fix: `Flows wait on disk (${segments} ${plural(segments, 'segment', 'segments')}) and are stored when it is back; nothing is lost. Charts show nothing new until then. If it does not come back by itself, look into the log of Drawbridge.`,
    }),
    spoolFull: (records: string): Advice => ({
      title: `${records} flows were dropped: the spool is full`,
      fix: 'The store takes flows more slowly than they arrive, or the disk is full. Free disk space or raise store.spool_mib in the configuration.',
    }),
    routerSilent: (router: string, duration: string): Advice => ({
      title: `${router} has been silent for ${duration}`,
      fix: 'Check that it still exports to this address and that no firewall in between drops UDP.',
    }),
    routerNever: (router: string): Advice => ({
      title: `${router} has not sent anything since Drawbridge started`,
      fix: 'Check the collector address and port in its export settings.',
    }),
    routerLoss: (router: string, loss: string): Advice => ({
      title: `${loss} of the export datagrams of ${router} got lost in the last 5 minutes`,
      fix: 'They went missing between the router and Drawbridge, so traffic is shown too low. Look for a full link, a policer, or kernel drops in the ledger.',
    }),
    kernelDrops: (datagrams: string, buffer: number): Advice => ({
      title: `The kernel dropped ${datagrams} datagrams in the last minutes`,
      fix: 'The receive buffer was full. Allow a larger one and restart Drawbridge.',
      command: `sysctl -w net.core.rmem_max=${buffer}`,
    }),
    smallBuffer: (address: string, granted: string, asked: string, bytes: number): Advice => ({
      title: `The kernel gave ${address} a receive buffer of ${granted} instead of ${asked}`,
      fix: 'Bursts can be lost. Allow more and restart Drawbridge.',
      command: `sysctl -w net.core.rmem_max=${bytes}`,
    }),
    waitingTemplates: (sets: number): Advice => ({
      title: `${sets} data ${plural(sets, 'set waits', 'sets wait')} for a template`,
      fix: 'Usual after a start: exporters repeat templates every few minutes, and the flows are stored then.',
    }),
    unregistered: (senders: number): Advice => ({
      title: `${senders} unregistered ${plural(senders, 'sender', 'senders')}`,
      fix: `Flows from there are not stored until you register ${plural(senders, 'it', 'them')} below.`,
    }),
  },

  chart: {
    title: 'Traffic',
    bits: 'Traffic in bits a second',
    packets: 'Traffic in packets a second',
    series: { bits: 'Bits a second', packets: 'Packets a second' },
    live: 'Live',
    latest: 'Now',
    mean: 'Mean',
    peak: 'Peak',
    p95: '95th percentile',
    step: (step: string) => `One point is the mean of ${step}.`,
    liveStep: 'One point a second, by time of arrival.',
    dashed: 'The dashed end is still filling.',
    zoomHint: 'Drag across the chart to zoom in',
    emptyTitle: 'No flows in this time',
    emptyFiltered: 'Nothing matches all filters. Remove one, or choose a longer range.',
    emptyPlain: 'No registered router sent flows in this time. Choose a longer range, or look at the routers below.',
    description: (mean: string, peak: string, range: string) => `Traffic over time, ${range}. Mean ${mean}, peak ${peak}.`,
    zoomOut: 'Zoom out',
    earlier: 'Earlier',
    later: 'Later',
  },

  routers: {
    title: 'Routers',
    add: 'Add router',
    name: 'Router',
    lastSeen: 'Last seen',
    never: 'not yet',
    protocol: 'Protocol',
    flows: 'Flows/s',
    traffic: 'Traffic',
    loss: 'Loss, 5 min',
    lossUnknown: 'not told',
    sampling: 'Sampling',
    rate: (rate: string) => `1 in ${rate}`,
    unsampled: 'every packet',
    sources: samplingSources,
    protocols: exportProtocols,
    skew: (seconds: string) => `Clock off by ${seconds}`,
    actions: (router: string) => `Actions for ${router}`,
    actionsColumn: 'Actions',
    only: 'Show only this router',
    edit: 'Name and sampling…',
    remove: 'Remove',
    removed: (router: string) => `${router} was removed`,
    removedDetail: 'Its flows are no longer stored. What is stored stays.',
    registered: (router: string) => `${router} is registered`,
    registeredDetail: 'Its flows are stored from now on.',
    failed: 'That did not work',
    addTitle: 'Add a router',
    addIntro: 'Flows are stored when they come from this address, or, for sFlow, carry it as agent address.',
    address: 'IPv4 or IPv6 address',
    addressPlaceholder: '192.0.2.1',
    editTitle: (router: string) => `Settings of ${router}`,
    nameLabel: 'Name',
    samplingLabel: 'Sampling rate, 1 in',
    samplingHint: 'Used where the router tells none itself. Leave empty for the account default.',
    samplingWrong: 'A whole number from 1 to 4294967295, or nothing.',
    more: (count: number) => `Show all ${count}`,
    fewer: 'Show fewer',
    unreadable: 'The routers could not be read',
    markSilent: 'Silent.',
    markDoubtful: (count: number) =>
      `${count} ${plural(count, 'interface where flows do', 'interfaces where flows do')} not agree with the counters.`,
    samplingSet: (rate: string, router: string) => `Sampling of ${router} is set to 1 in ${rate}`,
    samplingSetDetail: 'It holds where the router tells none itself, for stored flows too.',
  },

  unregistered: {
    title: 'Unregistered senders',
    intro: 'They send flow datagrams here, but nobody has registered them. Their flows are counted and not stored.',
    register: 'Register',
    registerAddress: (address: string) => `Register ${address}`,
    agent: (address: string) => `sFlow agent ${address}`,
    datagrams: (count: number, written: string) => `${written} ${plural(count, 'datagram', 'datagrams')}`,
    lastSeen: (duration: string) => `last ${duration} ago`,
  },

  top: {
    title: 'Top talkers and more',
    lists: listTitles,
    empty: 'No flows',
    unknown: 'unknown',
    as: (number: string) => `AS${number}`,
    interface: (index: string) => `ifIndex ${index}`,
    directions: {
      inbound: 'Inbound',
      outbound: 'Outbound',
      internal: 'Internal',
      external: 'External',
      unknown: 'Unknown',
    } as Readonly<Record<string, string>>,
    value: 'Value',
    rate: { bits: 'Mean traffic', packets: 'Mean packet rate' },
    share: 'Share',
    tinyShare: '< 0.1%',
    filterBy: (name: string) => `Show only ${name}. With Alt: leave it out`,
    exclude: (name: string) => `Leave out ${name}`,
    excludeColumn: 'Leave out',
    more: (count: number) => `Show ${count}`,
    fewer: 'Show fewer',
    reach: (time: string) => `Covers only the time since ${time}: single flows are not kept longer.`,
    unreadable: 'This could not be read',
  },

  filter: {
    label: 'Filters',
    names: dimensionNames,
    is: 'is',
    isNot: 'is not',
    remove: (text: string) => `Remove the filter ${text}`,
    flip: (text: string) => `Turn round the filter ${text}`,
    clear: 'Clear filters',
    add: 'Add filter',
    dimension: 'Field',
    operator: 'Condition',
    value: 'Value',
    apply: 'Apply',
    wrong: 'This field takes a number.',
    hint: {
      address: 'An IPv4 or IPv6 address',
      protocol: 'A protocol number: 6 is TCP, 17 is UDP',
      port: 'A port number',
      direction: 'inbound, outbound, internal or external',
      as: 'An AS number, without AS',
      country: 'Two letters: JP, US, DE',
      router: 'The address of a router',
      interface: 'An ifIndex',
      rule: 'The id of a rule, 32 hexadecimal digits',
    },
  },
} as const
