import { join } from 'node:path'
import { writeText } from '../src/base/index.ts'
import { referencePages } from './pages.ts'

const root = join(import.meta.dirname, '..')
for (const [path, text] of Object.entries(referencePages())) await writeText(join(root, path), text)
