import { type Html, html, type Lang, page, raw } from '../../page/index.ts'
import { ANSWERS } from './labels.ts'
import { type Shown, screen } from './screen.ts'
import { titles, words } from './words.ts'

/** The page on which one reader answers pair by pair. It asks nothing of anybody but the command that serves it. */
export function reviewPage(shown: Shown, first: Lang = 'en'): string {
  const now = screen(shown)
  const { reader, third } = shown.reading
  return page({
    first,
    title: titles,
    header: {
      fr: `${titles.fr} · ${words.fr.as(reader, third)}`,
      en: `${titles.en} · ${words.en.as(reader, third)}`,
    },
    style,
    script,
    body: (lang) => html`<h1>${words[lang].ask}</h1>
${shown.originals ? html`<p class="invented">${words[lang].careful}</p>` : ''}
${buttons(lang, shown)}
<p class="failed" role="alert" hidden>${words[lang].failed}</p>
<div class="screen">${raw(now[lang])}</div>`,
  })
}

function buttons(lang: Lang, { standing }: Shown): Html {
  const say = words[lang]
  const off = (is: boolean): Html => raw(is ? ' disabled' : '')
  const none = standing.current === undefined
  return html`<div class="answers" data-at="${standing.current ?? ''}">${ANSWERS.map(
    (answer) =>
      html`<button type="button" class="answer" value="${answer}"${off(none)}>${say.answers[answer]} <kbd>${say.keys[answer]}</kbd></button>`,
  )}
<button type="button" value="next"${off(none)}>${say.next} <kbd>${say.keys.next}</kbd></button>
<button type="button" value="undone"${off(standing.last === undefined)}>${say.undo} <kbd>${say.keys.undo}</kbd></button>
<label class="small"><input type="checkbox" class="by-key" checked> ${say.useKeys}</label></div>`
}

const style = `
.answers{position:sticky;top:0;z-index:1;background:var(--paper);display:flex;flex-wrap:wrap;gap:8px;align-items:center;padding:8px 0;border-bottom:1px solid var(--rule);margin-bottom:16px}
.answers button{font:inherit;color:var(--ink);background:var(--wash);border:1px solid var(--rule);border-radius:4px;padding:8px 12px;cursor:pointer}
.answers button.answer{border-color:var(--accent);color:var(--accent);font-weight:600;background:var(--paper)}
.answers button:disabled{opacity:.45;cursor:default}
kbd{font:12px/1 ui-monospace,monospace;border:1px solid currentColor;border-radius:4px;padding:1px 5px;margin-left:4px}
.screen[aria-busy=true]{opacity:.5}
h2.plain{border:0;padding:0;margin:24px 0 4px;font-size:20px;overflow-wrap:anywhere}
.screen h3{margin-top:24px}
progress{width:100%;height:8px;accent-color:var(--accent)}
td b{font-weight:600}
@media (max-width:640px){.answers{position:static}}
svg.fall{display:block;min-width:120px;max-width:100%}svg.fall line{stroke:var(--ink2)}svg.fall .for{fill:var(--accent)}svg.fall .against{fill:var(--ink2)}
.failed{color:var(--warning);font-weight:600}
code{overflow-wrap:anywhere}
`

/** Sends an answer, and shows what comes back. Nothing is decided here. */
const script = `
(function(){
var all=function(s){return Array.prototype.slice.call(document.querySelectorAll(s))};
var busy=false;
function show(now){
['fr','en'].forEach(function(lang){document.querySelector('main#'+lang+' .screen').innerHTML=now.screen[lang]});
all('.answers').forEach(function(bar){
bar.setAttribute('data-at',now.current===null?'':String(now.current));
Array.prototype.forEach.call(bar.querySelectorAll('button'),function(b){b.disabled=b.value==='undone'?!now.canUndo:now.current===null})});
}
function send(answer){
var at=document.querySelector('.answers').getAttribute('data-at');
if(busy||(at===''&&answer!=='undone'))return;
busy=true;all('.screen').forEach(function(s){s.setAttribute('aria-busy','true')});
fetch('answer',{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify({pair:at===''?null:Number(at),answer:answer})})
.then(function(r){if(!r.ok)throw new Error(String(r.status));return r.json()})
.then(function(now){show(now);all('.failed').forEach(function(p){p.hidden=true});scrollTo(0,0)})
.catch(function(){all('.failed').forEach(function(p){p.hidden=false})})
.then(function(){busy=false;all('.screen').forEach(function(s){s.removeAttribute('aria-busy')})});
}
all('.answers button').forEach(function(b){b.addEventListener('click',function(){send(b.value)})});
all('.by-key').forEach(function(c){c.addEventListener('change',function(){all('.by-key').forEach(function(o){o.checked=c.checked})})});
var keys={m:'match',n:'no match',u:'unsure',d:'unsure',z:'undone',arrowright:'next'};
document.addEventListener('keydown',function(e){
if(e.ctrlKey||e.metaKey||e.altKey||e.repeat||!document.querySelector('.by-key').checked)return;
var answer=keys[e.key.toLowerCase()];if(!answer)return;
if(e.key==='ArrowRight'&&e.target.closest&&e.target.closest('.scroll'))return;
e.preventDefault();send(answer)});
})();
`
