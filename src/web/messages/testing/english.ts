// Runs before the unit tests: modules of the dashboard read their texts as they are run.
import { loadPages } from '../loaded.ts'

await loadPages()
