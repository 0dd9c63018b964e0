// Where the parts of the site are.
import { fileURLToPath } from 'node:url'

/** The package of the site. */
export const docsFolder: string = fileURLToPath(new URL('..', import.meta.url))
/** The pages: English at the top, Chinese in `zh`. */
export const pagesFolder: string = `${docsFolder}pages/`
