// Texts about senders that nobody registered. Part of the catalogue, loaded with them.

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many)

export const unregisteredMessages = {
  title: 'Unregistered senders',
  intro: 'They send flow datagrams here, but nobody has registered them. Their flows are counted and not stored.',
  register: 'Register',
  registerAddress: (address: string) => `Register ${address}`,
  agent: (address: string) => `sFlow agent ${address}`,
  datagrams: (count: number, written: string) => `${written} ${plural(count, 'datagram', 'datagrams')}`,
  lastSeen: (duration: string) => `last ${duration} ago`,
}
