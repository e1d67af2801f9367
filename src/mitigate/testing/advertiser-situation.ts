// What tests of the advertiser begin with: a lab with one registered prefix, and its newest life.
import type { AdvertisementState, Advertisement } from '../../contract/advertisement.ts'
import type { DriverName } from '../../contract/owned-prefix.ts'
import { AdvertiserLab, type LabConfig, type Life } from './advertiser-lab.ts'
import type { FakeDriver } from './fake-peer.ts'

export const prefix = '203.0.113.0/24'
/** Its route at a peer. */
export const key = `divert ${prefix}`
export const eve = { who: 'eve@example.net', why: 'enough' }

export class AdvertiserSituation {
  lab!: AdvertiserLab
  life!: Life

  async open(config: LabConfig = {}, owned?: Parameters<AdvertiserLab['prepare']>[0]): Promise<void> {
    this.lab = new AdvertiserLab(config)
    await this.lab.prepare(owned)
    this.life = await this.lab.start()
  }

  /** Another lab instead of this one. */
  async reopen(config: LabConfig, owned?: Parameters<AdvertiserLab['prepare']>[0]): Promise<void> {
    await this.lab.remove()
    await this.open(config, owned)
  }

  /** The process ends at once, and begins anew. */
  async restart(): Promise<void> {
    this.life.kill()
    this.life = await this.lab.start()
  }

  /** The only advertisement that there is. */
  async only(): Promise<Advertisement> {
    const { total, advertisements } = await this.life.advertiser.list(1, { limit: 10, offset: 0 })
    const [one] = advertisements
    if (!one || total !== 1) throw new Error(`there are ${total}`)
    return one
  }

  /** States that it went through in this life. */
  path(id: string): AdvertisementState[] {
    return this.life.events.filter((event) => event.advertisement.id === id).map(({ change }) => change.to)
  }

  driver(name: DriverName = 'bgp'): FakeDriver {
    const driver = this.life.drivers.get(name)
    if (!driver) throw new Error(`the lab has no ${name}`)
    return driver
  }

  async setOwned(columns: { locked?: number; divert_max_length?: number }): Promise<void> {
    await this.life.db.updateTable('owned_prefix').set(columns).execute()
    await this.life.advertiser.ownedPrefixesChanged()
    await this.life.advertiser.idle()
  }
}
