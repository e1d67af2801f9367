// Every counter of the server under its Prometheus name and help text.
import type { Metrics, Reading } from '../base/metrics.ts'
import type { FlowStorage } from './flow-storage.ts'
import type { CollectorPool } from '../collect/collector-pool.ts'
import { ledgerTerms, type LedgerTerm } from '../contract/collector-status.ts'

/** Help of each ledger term; the type makes sure that none is forgotten. */
const termHelp: Readonly<Record<LedgerTerm, string>> = {
  datagrams_received: 'Datagrams taken from the sockets',
  datagrams_decoded: 'Datagrams of registered routers that were decoded',
  datagrams_undecodable: 'Datagrams of registered routers that are no flow protocol or broken from the start',
  datagrams_unregistered: 'Datagrams from addresses that are no registered router',
  bytes_received: 'Bytes of the datagrams taken from the sockets',
  records_decoded: 'Flow records and flow samples decoded',
  records_dropped_spool_full: 'Decoded records dropped because the spool had no room or could not be written',
  options_records: 'Options records decoded',
  templates_received: 'Templates received, repetitions included',
  sets_pended: 'Data sets that came before their template',
  sets_pending_decoded: 'Data sets decoded after their template came',
  sets_pending_expired: 'Data sets dropped because their template did not come in time',
  sets_pending_evicted: 'Data sets dropped because the buffer for waiting sets was full',
  sequence_lost: 'Export datagrams or records missing by sequence numbers',
  sequence_reordered: 'Export datagrams that came late',
  counter_samples: 'sFlow counter samples received',
  drop_samples: 'sFlow discarded-packet samples received',
  sflow_skipped: 'sFlow samples and records of an unknown format, skipped',
  malformed_sets: 'Sets, templates and samples that were malformed',
}

export function registerCollectorMetrics(metrics: Metrics, pool: CollectorPool): void {
  for (const term of ledgerTerms)
    metrics.counterFrom(`drawbridge_${term}_total`, termHelp[term], [], () => [{ value: pool.ledger()[term] }])
  metrics.counterFrom('drawbridge_records_stored_total', 'Records that the store has acknowledged', [], () => [
    { value: pool.ledger().records_stored },
  ])
  metrics.gaugeFrom('drawbridge_records_in_flight', 'Records decoded and not yet acknowledged by the store', [], () => [
    { value: pool.ledger().records_in_flight },
  ])
  metrics.gaugeFrom('drawbridge_sets_waiting', 'Data sets that wait for their template now', [], () => [
    { value: pool.ledger().sets_waiting },
  ])
  metrics.counterFrom('drawbridge_faults_total', 'Undecodable datagrams and malformed parts by error code', ['code'], () =>
    Object.entries(pool.faults()).map(([code, value]): Reading => ({ value, labels: { code } })),
  )
  metrics.counterFrom(
    'drawbridge_kernel_drops_total',
    'Datagrams that the kernel dropped because a receive buffer was full',
    ['listener'],
    () =>
      pool
        .listeners()
        .flatMap(({ address, kernel_drops: value }): Reading[] => (value === null ? [] : [{ value, labels: { listener: address } }])),
  )
  metrics.gaugeFrom('drawbridge_receive_buffer_bytes', 'Receive buffer that the kernel granted', ['listener'], () =>
    pool.listeners().map(({ address, receive_buffer: value }): Reading => ({ value, labels: { listener: address } })),
  )
  metrics.counterFrom(
    'drawbridge_collector_evictions_total',
    'Templates, domains, samplers, interfaces and notes that were pushed out or refused because a bound was reached',
    ['what'],
    () => Object.entries(pool.evictions()).map(([what, value]): Reading => ({ value, labels: { what } })),
  )
  metrics.counterFrom('drawbridge_collector_thread_failures_total', 'Collector threads that failed and were started again', [], () => [
    { value: pool.threadFailures },
  ])
}

/** The parts of the store count for themselves; their counters become one metric a part, labelled with what happened. */
export function registerStorageMetrics(metrics: Metrics, storage: FlowStorage): void {
  metrics.gaugeFrom('drawbridge_spool_bytes', 'Bytes of sealed segments that wait for the store', [], () => [{ value: storage.spoolBytes }])
  metrics.gaugeFrom('drawbridge_segments_waiting', 'Sealed segments that wait for the store', [], () => [
    { value: storage.segmentsWaiting },
  ])
  metrics.gaugeFrom('drawbridge_store_ready', 'Whether the flow store answers: 1 or 0', [], () => [{ value: storage.flows.ready ? 1 : 0 }])
  metrics.gaugeFrom(
    'drawbridge_top_rollup_hours_due',
    'Hours that are over and whose first addresses and ports are not added up',
    [],
    () => [{ value: storage.topHoursDue }],
  )
  const help = {
    store: 'Queries, inserts, errors and restarts of the flow store',
    spool: 'Segments sealed, recovered, put aside and refused by the spool',
    loader: 'Segments and rows stored, and tries that failed',
    retention: 'Partitions dropped because their time was over',
    top_rollup: 'Hours whose first addresses and ports were added up, added up again or left, and tries that failed',
  } as const
  for (const part of ['store', 'spool', 'loader', 'retention', 'top_rollup'] as const) {
    metrics.counterFrom(`drawbridge_${part}_events_total`, help[part], ['event'], () =>
      Object.entries(storage.counters()[part]).map(([event, value]): Reading => ({ value, labels: { event } })),
    )
  }
}
