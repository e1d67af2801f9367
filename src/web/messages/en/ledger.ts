// Texts of the ledger's page. Part of the catalogue, loaded with the page.
import type { LedgerTerm } from '../../../contract/collector-status.ts'

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many)

interface LedgerText {
  readonly name: string
  readonly meaning: string
}

const ledgerTerms: Readonly<Record<LedgerTerm | 'records_stored' | 'records_in_flight' | 'sets_waiting', LedgerText>> = {
  datagrams_received: { name: 'Received', meaning: 'Datagrams that reached a listener.' },
  datagrams_decoded: { name: 'Decoded', meaning: 'Understood, from a registered router.' },
  datagrams_undecodable: { name: 'Undecodable', meaning: 'Neither NetFlow v5, v9, IPFIX nor sFlow v5, or damaged on the way.' },
  datagrams_unregistered: { name: 'Unregistered', meaning: 'From senders that nobody registered. Counted, their flows are not stored.' },
  bytes_received: { name: 'Volume', meaning: 'Size of all export datagrams, headers of UDP and IP not included.' },
  records_decoded: { name: 'Decoded', meaning: 'Flows and samples that were read from the datagrams.' },
  records_stored: { name: 'Stored', meaning: 'The store has acknowledged them: they survive any crash.' },
  records_in_flight: { name: 'In flight', meaning: 'Decoded, and on the way to the store; usually a few seconds’ worth.' },
  records_dropped_spool_full: { name: 'Dropped, spool full', meaning: 'Lost because the disk space for waiting flows was used up.' },
  options_records: { name: 'Options records', meaning: 'What exporters tell about themselves, sampling rates for example.' },
  templates_received: { name: 'Templates', meaning: 'Descriptions of record layouts that NetFlow v9 and IPFIX send.' },
  sets_pended: { name: 'Came too early', meaning: 'Data sets that arrived before their template.' },
  sets_pending_decoded: { name: 'Decoded later', meaning: 'Their template arrived in time: nothing lost.' },
  sets_waiting: { name: 'Waiting', meaning: 'Still waiting for their template.' },
  sets_pending_expired: { name: 'Expired', meaning: 'Their template did not come in time: lost.' },
  sets_pending_evicted: { name: 'Evicted', meaning: 'The memory for waiting sets was full: lost.' },
  sequence_lost: { name: 'Lost on the way', meaning: 'Missing by the exporters’ sequence numbers, before they reached a listener.' },
  sequence_reordered: { name: 'Reordered', meaning: 'Arrived out of order. Not lost.' },
  counter_samples: { name: 'Counter samples', meaning: 'sFlow interface counters. A router’s page sets them against its flows.' },
  malformed_sets: { name: 'Malformed sets', meaning: 'Parts of datagrams that contradict their own template or length.' },
  drop_samples: {
    name: 'Drop samples',
    meaning: 'sFlow reports of packets that a router discarded. A router’s page counts them by reason.',
  },
  sflow_skipped: {
    name: 'Skipped sFlow parts',
    meaning: 'Samples and records of kinds that Drawbridge does not read, vendors’ own ones mostly.',
  },
}

export const ledgerMessages = {
  title: 'Ledger',
  intro: 'What became of everything that routers sent, since Drawbridge started. If nothing is lost, every line adds up.',
  datagrams: 'Datagrams',
  datagramsSum: 'received = decoded + undecodable + unregistered',
  records: 'Flows',
  recordsSum: 'decoded = stored + in flight + dropped',
  sets: 'Data sets without template',
  setsSum: 'came too early = decoded later + waiting + expired + evicted',
  way: 'Before and beside',
  waySum: 'what the exporters’ own counts say, and what is not a flow',
  terms: ledgerTerms,
  lossTerm: 'a loss',
  listeners: 'Listeners',
  listenersIntro: 'The kernel keeps datagrams in a buffer until Drawbridge reads them; what does not fit is dropped.',
  listenerAddress: 'UDP address',
  buffer: 'Receive buffer',
  bufferOf: (granted: string, asked: string) => `${granted} of ${asked}`,
  drops: 'Kernel drops',
  dropsUnknown: 'not told here',
  bufferSmall: 'smaller than asked',
  bufferFix:
    'The kernel limits the receive buffer. Allow more with this line, put it into /etc/sysctl.d to keep it, and restart Drawbridge:',
  bufferCommand: (bytes: number) => `sysctl -w net.core.rmem_max=${bytes}`,
  store: 'Store',
  storeReady: 'ready',
  storeDown: 'does not answer',
  segments: (count: number) => `${count} ${plural(count, 'segment waits', 'segments wait')} to be stored`,
  runs: 'Earlier runs',
  runsIntro: 'Only flows that were decoded but not yet sealed on disk when a run was killed are lost.',
  noRuns: 'This is the first run.',
  started: 'Started',
  ended: 'Ended',
  end: 'How',
  clean: 'stopped',
  killed: 'killed or crashed',
  decoded: 'Flows decoded',
  lost: 'Lost',
  nothingLost: 'nothing',
  balanced: 'Adds up',
  inFlux: 'Being counted',
} as const
