// What scenes share: answers in the form of the API, and ways to what a page shows.

export const envelope = (result) => ({ json: { success: true, errors: [], messages: [], result } })

export const unavailable = {
  status: 503,
  json: {
    success: false,
    errors: [{ code: 15001, message: 'the flow store does not answer; try again in a few seconds' }],
    messages: [],
    result: null,
  },
}

export const forbidden = { code: 10000, message: 'Authentication error' }

export const refusal = (status, error) => ({ status, json: { success: false, errors: [error], messages: [], result: null } })

export const pageOf = (result) => ({
  json: {
    ...envelope(result).json,
    result_info: { page: 1, per_page: 25, count: result.length, total_count: result.length, total_pages: 1 },
  },
})

export const press = (name) => async (page) => {
  await page.getByRole('button', { name, exact: true }).first().click()
}

/** The first link of a list to a page of its own; a running server knows its address, this program does not. */
export async function firstLink(page, list, start) {
  await page.goto(list)
  const link = page.locator(`main a[href^="${start}"]:not([href$="/new"])`).first()
  await link.waitFor({ state: 'attached' })
  return await link.getAttribute('href')
}

export const charted = 'canvas'
