// Lines of pmacct's configuration that its guides have in common: what is told of a flow, to whom, and when.
import type { GuideLine, GuideTrouble } from '../guide.ts'

export const netflow = ['netflow5', 'netflow9', 'ipfix'] as const
export const sflow = ['sflow5'] as const

/** Measured with uacctd 1.7.7 and two packets a second: the first reaches the probe after 14 s with 10485, as VyOS has it, after 2 s with 1024. */
export const bufferLines: readonly GuideLine[] = [
  { text: 'plugin_pipe_size: 10485760', why: '10 MiB between reading packets and counting them, against bursts.' },
  {
    text: 'plugin_buffer_size: 1024',
    why: 'Packets are handed over by so many bytes. Keep it small: a quiet router waits until it is full.',
  },
]

/** The probe and its receiver. The plugin's name is `collector` wherever it stands. */
export const probeLines: readonly GuideLine[] = [
  {
    text: 'aggregate: proto,src_host,dst_host,src_port,dst_port,in_iface,tcpflags,timestamp_start,timestamp_end',
    why: 'The record: protocol, addresses, ports, input interface, TCP flags, times. Bytes and packets are always in it.',
  },
  {
    text: 'timestamps_secs: true',
    why: "Times in NetFlow v9's own fields 21 and 22. Without it they are in fields 152 and 153 of IPFIX, which many collectors show as 1970.",
    when: { protocols: ['netflow9'] },
  },
  {
    text: 'plugins: nfprobe[collector]',
    why: 'Exports by NetFlow or IPFIX. The lines below belong to it because the same name is in their brackets.',
    when: { protocols: netflow },
  },
  { text: 'nfprobe_receiver[collector]: {collector_port}', why: 'Where the flows go.', when: { protocols: netflow } },
  { text: 'nfprobe_version[collector]: {version}', why: '5 and 9 are NetFlow, 10 is IPFIX.', when: { protocols: netflow } },
  {
    text: 'nfprobe_source_ip[collector]: {router}',
    why: 'The address to send from, and to register.',
    when: { protocols: netflow, router: true, family: 4 },
  },
  {
    text: 'nfprobe_source_ip[collector]: [{router}]',
    why: 'The address to send from, and to register. nfprobe wants IPv6 in brackets here.',
    when: { protocols: netflow, router: true, family: 6 },
  },
  {
    text: 'nfprobe_timeouts[collector]: tcp={inactive}:tcp.rst={inactive}:tcp.fin={inactive}:udp={inactive}:icmp={inactive}:general={inactive}:maxlife={active}:expint=10',
    why: 'A flow is told of after {inactive} s of silence, and every {active} s while it lasts. By default it is an hour, and a week.',
    when: { protocols: netflow },
  },
  {
    text: 'plugins: sfprobe[collector]',
    why: 'Exports by sFlow. The lines below belong to it because the same name is in their brackets.',
    when: { protocols: sflow },
  },
  { text: 'sfprobe_receiver[collector]: {collector_port}', why: 'Where the samples go.', when: { protocols: sflow } },
  {
    text: 'sfprobe_agentip[collector]: {router}',
    why: 'The address that names this router in sFlow. Without it every router is 127.0.0.1.',
    when: { protocols: sflow, router: true },
  },
  {
    text: 'sfprobe_agentip[collector]: ADDRESS-OF-THIS-ROUTER',
    why: 'Write its address here: it names this router in sFlow. Without the line every router is 127.0.0.1.',
    when: { protocols: sflow, router: false },
  },
  { text: 'sfprobe_source_ip[collector]: {router}', why: 'The address to send from: the same.', when: { protocols: sflow, router: true } },
  { text: 'sampling_rate: {sampling}', why: 'Looks at one packet in {sampling}, and says so.', when: { sampled: true } },
]

/** @param sudo what the command that shows the log begins with, where nobody is root */
export function probeTroubles(daemon: 'uacctd' | 'pmacctd', sudo = ''): readonly GuideTrouble[] {
  return [
    {
      step: 'datagrams',
      text: 'Look where it sends: "Exporting flows to [127.0.0.1]" means that its receiver line was ignored, and "Unknown symbol" names the line.',
      command: `${sudo}journalctl -u ${daemon} | grep -E 'Exporting|Unknown|ERROR'`,
    },
    {
      step: 'datagrams',
      text: 'A large plugin_buffer_size holds the packets of a quiet router back for minutes: 1024 is enough.',
    },
    {
      step: 'timestamps',
      text: 'timestamps_secs: true puts the times into fields that every collector knows.',
      when: { protocols: ['netflow9'] },
    },
    {
      step: 'sampling',
      text: `Where a rule or a mirror port samples before ${daemon}, it cannot know. Tell it by ${daemon}_ext_sampling_rate, or set the rate of the router here.`,
    },
    { step: 'address', text: 'The agent address is the line sfprobe_agentip[collector].', when: { protocols: sflow } },
    {
      step: 'once',
      text: 'One probe in plugins is enough: with nfprobe and sfprobe, or two receivers that lead here, everything counts twice.',
    },
  ]
}
