import { fontFace } from './font.ts'
import { type Html, html, raw } from './html.ts'
import { type Bilingual, type Lang, langs } from './lang.ts'
import { script, style } from './style.ts'

const NAMES: Bilingual = { fr: 'Français', en: 'English' }

export interface Page {
  /** Which language shows first. */
  readonly first: Lang
  /** In the window's title. */
  readonly title: Bilingual
  /** At the top, beside the switch of languages. */
  readonly header: Bilingual
  readonly body: (lang: Lang) => Html
  /** Rules of this page alone, after those of the house. */
  readonly style?: string
  /** What this page alone does. */
  readonly script?: string
}

/** One file that asks nothing of any server: font, style, both languages. The same bytes from the same content. */
export function page({ first, title, header, body, style: own = '', script: acts }: Page): string {
  const made = html`<!doctype html>
<html lang="${first}" data-title-fr="${title.fr}" data-title-en="${title.en}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title[first]}</title>
<style>${raw(fontFace() + style + own)}</style>
</head>
<body>
<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line y2="6" stroke="var(--hatch)" stroke-width="2"/></pattern></defs></svg>
<header class="bar"><span class="study">${langs.map((lang) => html`<span data-lang="${lang}"${raw(lang === first ? '' : ' hidden')}>${header[lang]}</span>`)}</span>
<span class="switch" role="group" aria-label="Langue / Language">${langs.map((lang) => html`<button type="button" value="${lang}" lang="${lang}" aria-pressed="${String(lang === first)}">${NAMES[lang]}</button>`)}</span></header>
${langs.map(
  (lang) => html`<main id="${lang}" lang="${lang}"${raw(lang === first ? '' : ' hidden')}>
${body(lang)}
</main>`,
)}
<script>${raw(script)}</script>${acts ? html`<script>${raw(acts)}</script>` : ''}
</body>
</html>
`
  return made.html
}
