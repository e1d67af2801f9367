// Texts of what a new installation shows. Part of the catalogue, loaded with it.

export const firstStepsMessages = {
  title: 'Waiting for the first router',
  intro: 'The next page has the commands for your router, with your addresses in them, and shows step by step how its flows arrive.',
  ports: (ports: string) => `Listening on UDP ${ports}. Every port takes NetFlow v5, v9, IPFIX and sFlow v5.`,
  next: 'Whoever sends appears on this page with a Register button. Nothing is stored before it is pressed.',
  demoTitle: 'No router at hand?',
  demo: 'Stop Drawbridge and let simulated routers send:',
  demoCommand: 'npm start -- --demo',
}
