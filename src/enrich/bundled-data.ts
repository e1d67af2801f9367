// Where the databases are that come with the package, and when they were made.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { EnrichError } from './enrich-errors.ts'

/** Files of one source, and the date in the version of the package they came in. */
export interface BundledFiles {
  readonly files: readonly string[]
  readonly built: Date | undefined
}

const bundled = {
  // Public domain (CC0 1.0).
  country: { name: '@ip-location-db/geo-whois-asn-country-mmdb', files: ['geo-whois-asn-country.mmdb'] },
  // Made from RouteViews and DB-IP data (CC BY 4.0): the documentation names them.
  asn: { name: '@ip-location-db/asn', files: ['asn-ipv4.csv', 'asn-ipv6.csv'] },
} as const

/**
 * Finds the bundled files of a content.
 * @throws EnrichError unreadable when the package is not installed
 */
export function findBundled(content: keyof typeof bundled): BundledFiles {
  const { name, files } = bundled[content]
  const resolve = createRequire(import.meta.url).resolve
  try {
    const manifest = readFileSync(resolve(`${name}/package.json`), 'utf8')
    return { files: files.map((file) => resolve(`${name}/${file}`)), built: dateInVersion(manifest) }
  } catch (error) {
    throw new EnrichError('unreadable', `package ${name}; npm install adds it`, error)
  }
}

/** Versions end in the date: 2.3.2026061719 is 17 June 2026, 19 o'clock UTC. */
function dateInVersion(manifest: string): Date | undefined {
  const digits = /"version":\s*"\d+\.\d+\.(\d{4})(\d\d)(\d\d)(\d\d)?/.exec(manifest)
  if (!digits) return undefined
  const [, year, month, day, hour = '00'] = digits
  const date = new Date(`${year}-${month}-${day}T${hour}:00:00Z`)
  return Number.isNaN(date.getTime()) ? undefined : date
}
