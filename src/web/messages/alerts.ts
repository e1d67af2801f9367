// Texts of this part in the language of the page; written in en/alerts.ts.
import { pageMessages } from './loaded.ts'

export const alertMessages = pageMessages().alerts
