// Goes through a page by the keyboard alone, as somebody does who has no pointer.
import type { Locator, Page } from 'playwright-core'

/** No page has so many places for the focus. */
const mostStops = 1000

/**
 * Remembers how what has the focus looks, itself and what is around it, and says when that looked no different from what it
 * looks like afterwards.
 */
const program = `(() => {
  const still = new CSSStyleSheet()
  still.replaceSync('*, ::before, ::after { transition: none !important; animation: none !important }')
  document.adoptedStyleSheets.push(still)
  const numbers = new WeakMap()
  let next = 1
  let last
  const numberOf = (element) => numbers.get(element) ?? (numbers.set(element, next), next++)
  const properties = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'borderColor', 'backgroundColor', 'color', 'opacity', 'textDecorationLine', 'clipPath', 'position']
  const around = (element) => {
    const all = [element, ...element.querySelectorAll(':scope > *'), ...(element.parentElement?.children ?? [])]
    for (let outer = element.parentElement; outer !== null && all.length < 30; outer = outer.parentElement) all.push(outer)
    return all
  }
  const lookOf = (element) => around(element).map((one) => properties.map((name) => getComputedStyle(one)[name]).join()).join(';')
  const textOf = (element) => element.outerHTML.replace(/\\s+/g, ' ').slice(0, 160)
  const isSeen = (element) => {
    const { width, height, top, bottom, left, right } = element.getBoundingClientRect()
    return width > 0 && height > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth
  }
  window.focusStop = () => {
    const wrong = []
    if (last !== undefined && last.element.isConnected && last.element !== document.activeElement && lookOf(last.element) === last.look) wrong.push('nothing shows the focus: ' + last.text)
    const element = document.activeElement
    if (element === null || element === document.body) {
      last = undefined
      return { number: 0, text: '', wrong }
    }
    if (!isSeen(element)) {
      // What came in above it may have moved it meanwhile.
      element.scrollIntoView({ block: 'nearest' })
      if (!isSeen(element)) wrong.push('outside of the screen: ' + textOf(element))
    }
    last = { element, look: lookOf(element), text: textOf(element) }
    return { number: numberOf(element), text: last.text, wrong }
  }
})()`

interface Stop {
  /** 0 where nothing has the focus. */
  readonly number: number
  readonly text: string
  readonly wrong: readonly string[]
}

async function nextStop(page: Page): Promise<Stop> {
  await page.keyboard.press('Tab')
  return await page.evaluate<Stop>('focusStop()')
}

/**
 * Goes once round a page by Tab. @returns what is wrong: a focus that cannot be seen, that stays where it is, or that is lost
 * before the end of the page
 */
export async function tabRound(page: Page): Promise<string[]> {
  await page.evaluate(program)
  const first = await nextStop(page)
  const wrong = [...first.wrong]
  let before = first
  for (let count = 1; count < mostStops; count++) {
    const stop = await nextStop(page)
    wrong.push(...stop.wrong)
    if (stop.number === first.number) return wrong
    if (stop.number === before.number) return [...wrong, `the focus stays at: ${stop.text}`]
    // Behind the last place of a page comes the browser, then the first.
    if (stop.number === 0) {
      const again = await nextStop(page)
      return again.number === first.number ? wrong : [...wrong, `the focus was lost behind: ${before.text}`]
    }
    before = stop
  }
  return [...wrong, 'there is no end of places for the focus']
}

export const hasFocus = (locator: Locator) => locator.evaluate((element) => element.ownerDocument.activeElement === element)

/** Presses a key until it has the focus. @throws Error when it never gets it */
export async function focusBy(page: Page, key: 'Tab' | 'Shift+Tab', locator: Locator): Promise<void> {
  await locator.waitFor()
  for (let count = 0; count < mostStops; count++) {
    if (await hasFocus(locator)) return
    await page.keyboard.press(key)
  }
  throw new Error(`${key} does not lead to ${String(locator)}`)
}
