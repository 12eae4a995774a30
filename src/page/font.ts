import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

let face: string | undefined

/** Inter (SIL Open Font License), Latin subset, inside the page: nothing is asked of any server. */
export function fontFace(): string {
  if (face === undefined) {
    const file = createRequire(import.meta.url).resolve(
      '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
    )
    const bytes = readFileSync(file).toString('base64')
    face = `@font-face{font-family:Inter;font-weight:100 900;font-display:block;src:url(data:font/woff2;base64,${bytes}) format('woff2')}`
  }
  return face
}
