// What is chosen on the page Set-up: in the address bar, remembered, and as a question to the server.
import { describe, expect, it } from 'vitest'
import type { RouterGuideSummary } from '../../contract/router-config.ts'
import { allText, linkSpeeds, needsRouter, refusalText } from './config-text.ts'
import { matchesGuide } from './guide-search.ts'
import {
  beginForm,
  configSearch,
  fieldAt,
  fitted,
  isWholeAddress,
  reachableHost,
  readForm,
  rememberedOf,
  writeForm,
} from './set-up-form.ts'

const cisco: RouterGuideSummary = {
  id: 'cisco-ios',
  title: 'Cisco IOS and IOS XE',
  names: ['Catalyst 9000', 'ISR'],
  variants: [
    {
      id: 'ios-xe',
      title: 'IOS XE 16 and later',
      protocols: ['netflow9', 'ipfix'],
      interfaces: ['GigabitEthernet0/0/0'],
      samples: ['netflow9'],
    },
    { id: 'ios', title: 'IOS 15', protocols: ['netflow9'], interfaces: [], samples: [] },
  ],
}

describe('the form', () => {
  it('comes back from the address bar as it was written', () => {
    const search = {
      guide: 'vyos',
      variant: '1.4',
      collector: '192.0.2.10',
      router: '2001:db8::1',
      interfaces: 'eth0, eth1',
      link: '10000',
    }
    expect(writeForm(readForm(search))).toEqual(search)
    expect(readForm({ guide: ['vyos'], collector: 7 })).toMatchObject({ guide: '', collector: null })
    expect(readForm({ interfaces: 'x'.repeat(9999) }).interfaces).toHaveLength(2000)
  })

  it('begins with what was chosen last, unless a link says which guide', () => {
    const last = { guide: 'vyos', collector: '192.0.2.10', sampling: '7' }
    expect(beginForm({ router: '192.0.2.1' }, last)).toMatchObject({ guide: 'vyos', router: '192.0.2.1', collector: '192.0.2.10' })
    expect(beginForm({ guide: 'arista' }, last)).toMatchObject({ guide: 'arista', collector: null })
    expect(rememberedOf(readForm({ ...last, router: '192.0.2.1', interfaces: 'eth0' }))).toEqual({ guide: 'vyos', collector: '192.0.2.10' })
  })

  it('asks for a release and a protocol that the guide has', () => {
    const form = readForm({ guide: 'cisco-ios', variant: '12.2', protocol: 'sflow5' })
    expect(fitted(form, cisco)).toMatchObject({ variant: 'ios-xe', protocol: '' })
    expect(fitted(readForm({ variant: 'ios', protocol: 'netflow9' }), cisco)).toMatchObject({ variant: 'ios', protocol: 'netflow9' })
  })

  it('leaves out of the question what nobody has said', () => {
    const form = readForm({ interfaces: ' eth0, eth1 ,, ', sampling: ' 100 ', link: '10000' })
    expect(configSearch(form, '192.0.2.10')).toBe('collector=192.0.2.10&interfaces=eth0%2Ceth1&sampling=100&link_mbps=10000')
  })
})

describe('what is typed', () => {
  it('finds a guide by vendor, product and system, in any order', () => {
    for (const typed of ['catalyst', 'CISCO', 'iosxe', 'ios-xe', 'isr cisco', '9000 cat', ''])
      expect([typed, matchesGuide(cisco, typed)]).toEqual([typed, true])
    for (const typed of ['juniper', 'catalyst juniper']) expect([typed, matchesGuide(cisco, typed)]).toEqual([typed, false])
  })

  it('is an address once it is whole', () => {
    expect(['192.0.2.1', '2001:db8::1', '::1'].filter(isWholeAddress)).toHaveLength(3)
    expect(['', '192.0.2', '2001:', 'router.example.net', '192.0.2.1;', 'a:b'].filter(isWholeAddress)).toEqual([])
  })

  it('does not begin with a host that only this machine knows', () => {
    const hosts = ['localhost', '127.0.0.1', '[::1]', 'flows.example.net', '[2001:db8::1]']
    expect(hosts.map(reachableHost)).toEqual(['', '', '', 'flows.example.net', '2001:db8::1'])
  })

  it('is refused beside its field, without the name that the field has', () => {
    expect(['/link_mbps', '/interfaces/1', '/nothing', ''].map(fieldAt)).toEqual(['link', 'interfaces', undefined, undefined])
    expect(refusalText('Invalid router configuration: port must be from 1 to 65535')).toBe('Must be from 1 to 65535')
    expect(refusalText('there is no guide')).toBe('There is no guide')
  })
})

describe('what is copied', () => {
  const part = (title: string, kind: 'commands' | 'file', where: string) => ({
    title,
    kind,
    where,
    lines: [
      { text: `${title} 1`, why: 'a' },
      { text: '', why: '' },
    ],
  })

  it('is one paste, which writes the files', () => {
    const parts = [part('a', 'commands', 'a root shell'), part('b', 'file', '/etc/b.conf'), part('c', 'commands', 'a root shell')]
    expect(allText(parts)).toBe("a 1\n\ncat > /etc/b.conf <<'END-OF-DRAWBRIDGE-FILE'\nb 1\n\nEND-OF-DRAWBRIDGE-FILE\nc 1\n")
  })

  it('lacks something where the address of the router stands for itself', () => {
    const lines = [{ text: 'set source ADDRESS-OF-THIS-ROUTER', why: '' }]
    expect([needsRouter([part('a', 'commands', 'shell')]), needsRouter([{ ...part('a', 'commands', 'shell'), lines }])]).toEqual([
      false,
      true,
    ])
  })
})

it('offers the speed that a link brought among the usual ones', () => {
  expect(linkSpeeds('5000')).toContain(5000)
  expect(linkSpeeds('x')).toEqual(linkSpeeds(''))
  expect(linkSpeeds('5000')).toEqual(linkSpeeds('5000').toSorted((a, b) => a - b))
})
