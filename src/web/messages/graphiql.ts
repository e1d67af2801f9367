// Texts of this part in the language of the page; written in en/graphiql.ts.
import { pageMessages } from './loaded.ts'

export const graphiqlMessages = pageMessages().graphiql
