// Names of enterprise numbers (IANA) that define fields of their own, for those that exporters are known to use.

const enterprises: Readonly<Record<string, string>> = {
  9: 'Cisco',
  2011: 'Huawei',
  2636: 'Juniper',
  3375: 'F5',
  5951: 'NetScaler',
  6876: 'VMware',
  8741: 'SonicWall',
  12356: 'Fortinet',
  25461: 'Palo Alto Networks',
  35632: 'ntop',
}

/** Who defined a field that is written `PEN:element`; empty when not known here. */
export function enterpriseOf(field: string): string {
  return enterprises[field.split(':', 1)[0] ?? ''] ?? ''
}
