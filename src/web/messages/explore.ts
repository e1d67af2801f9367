// Texts of this part in the language of the page; written in en/explore.ts.
import { pageMessages } from './loaded.ts'

export const exploreMessages = pageMessages().explore
