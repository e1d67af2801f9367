// Texts of this part in the language of the page; written in en/incidents.ts.
import { pageMessages } from './loaded.ts'

export const incidentMessages = pageMessages().incidents
