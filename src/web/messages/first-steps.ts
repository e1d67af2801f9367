// Texts of what a new installation shows. Part of the catalogue, loaded with it.

export const firstStepsMessages = {
  title: 'Waiting for the first router',
  intro: 'Drawbridge listens for NetFlow v5, v9, IPFIX and sFlow v5. Tell a router or a Linux box to send to it:',
  collector: 'Address of this machine as the router sees it',
  collectorHint: 'Only fills in the commands below.',
  ports: (ports: string) => `Listening on UDP ${ports}. Every port takes all four protocols.`,
  exporter: 'Exporter',
  names: { vyos: 'VyOS', uacctd: 'Linux: uacctd', softflowd: 'Linux: softflowd', other: 'Any other' },
  nextTitle: 'What happens then',
  next: 'Within a minute the sender appears on this page with a Register button. Nothing is stored before you press it. You can also register it in advance:',
  demoTitle: 'No router at hand?',
  demo: 'Stop Drawbridge and let simulated routers send:',
  demoCommand: 'npm start -- --demo',
  otherText: (host: string, netflow: string, sflow: string) =>
    `Collector ${host}, UDP port ${netflow} for NetFlow and IPFIX or ${sflow} for sFlow. Active timeout 60 s, inactive timeout 15 s, templates every minute.`,
  firewall: 'Behind a firewall, allow UDP from the router to these ports.',
}
