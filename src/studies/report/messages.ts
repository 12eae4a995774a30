import type { Lang } from '../../page/index.ts'
import { en } from './messages.en.ts'
import { fr, type Messages } from './messages.fr.ts'

export type { Messages } from './messages.fr.ts'
export const messages: Readonly<Record<Lang, Messages>> = { fr, en }
