// What a browser says of itself, in two words: which it is, and on which system.

// The order counts: the later ones are part of what the earlier ones say of themselves.
const browsers = [
  ['Edge', /\bEdg(?:A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
] as const

const systems = [
  ['Windows', /\bWindows\b/],
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad|iPod)\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
  ['FreeBSD', /\bFreeBSD\b/],
  ['OpenBSD', /\bOpenBSD\b/],
] as const

export interface Device {
  readonly browser: string
  /** Undefined where it is not told. */
  readonly system: string | undefined
}

/** Undefined for what is no browser that is known. */
export function deviceOf(userAgent: string): Device | undefined {
  const named = (list: readonly (readonly [string, RegExp])[]) => list.find(([, pattern]) => pattern.test(userAgent))?.[0]
  const browser = named(browsers)
  return browser === undefined ? undefined : { browser, system: named(systems) }
}
