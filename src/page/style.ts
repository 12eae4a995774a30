/** The tokens of the house (light, dark, print) and the page. No rule refers to anything outside the file. */
export const style = `
:root{--ink:#16202b;--ink2:#55616e;--rule:#d7dde3;--wash:#f5f7f9;--paper:#fff;--accent:#1d5c8f;--warning:#9a5b00;
--q1:#e3edf5;--q2:#b9d2e6;--q3:#82aed0;--q4:#4583b2;--q5:#1d5c8f;--on-q1:#16202b;--on-q2:#16202b;--on-q3:#16202b;--on-q4:#fff;--on-q5:#fff;
--line-q1:#8fb8d8;--line-q2:#6a9fc7;--line-q3:#4583b2;--line-q4:#2c6a9c;--line-q5:#0d3454;--hatch:#aab4be}
@media (prefers-color-scheme:dark){:root{color-scheme:dark;--ink:#e6ebf0;--ink2:#a3afbb;--rule:#35404b;--wash:#1a222b;--paper:#11171d;--accent:#7db8e8;--warning:#e0a650;
--q1:#1d2f40;--q2:#24506f;--q3:#2f73a2;--q4:#6aa9d8;--q5:#b5d8f2;--on-q1:#e6ebf0;--on-q2:#e6ebf0;--on-q3:#fff;--on-q4:#11171d;--on-q5:#11171d;
--line-q1:#2f73a2;--line-q2:#4a8dbd;--line-q3:#6aa9d8;--line-q4:#93c4e8;--line-q5:#dceefb;--hatch:#5a6673}}
@media print{:root{color-scheme:light;--ink:#16202b;--ink2:#55616e;--rule:#d7dde3;--wash:#f5f7f9;--paper:#fff;--accent:#1d5c8f;--warning:#9a5b00;
--q1:#e3edf5;--q2:#b9d2e6;--q3:#82aed0;--q4:#4583b2;--q5:#1d5c8f;--on-q1:#16202b;--on-q2:#16202b;--on-q3:#16202b;--on-q4:#fff;--on-q5:#fff;
--line-q1:#8fb8d8;--line-q2:#6a9fc7;--line-q3:#4583b2;--line-q4:#2c6a9c;--line-q5:#0d3454;--hatch:#aab4be}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:400 16px/1.5 Inter,system-ui,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0}
main{max-width:768px;margin:0 auto;padding:0 24px 64px}
main[hidden]{display:none}
h1,h2,h3{line-height:1.2;font-weight:600;text-wrap:balance;margin:0}
h1{font-size:28px;margin:16px 0}
h2{font-size:28px;margin:64px 0 8px;padding-top:24px;border-top:1px solid var(--rule)}
h3{font-size:20px;margin:0 0 8px}
p,li{max-width:68ch;margin:0 0 8px}
ul,ol{margin:0 0 16px;padding-left:24px}
a{color:var(--accent);text-underline-offset:2px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
.small,small{font-size:14px;color:var(--ink2)}
.bar{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:8px 16px;max-width:768px;margin:0 auto;padding:16px 24px 0}
p.invented.first{margin:16px 0}
.bar .study{color:var(--ink2);font-size:14px}
.switch{display:flex;gap:4px}
.switch button{font:inherit;font-size:14px;color:var(--ink);background:none;border:1px solid var(--rule);border-radius:4px;padding:4px 12px;cursor:pointer}
.switch button[aria-pressed=true]{border-color:var(--accent);color:var(--accent);font-weight:600}
.invented{color:var(--warning);font-weight:600}
p.invented{border-left:4px solid var(--warning);padding:4px 0 4px 12px;font-size:14px}
.skip{position:absolute;left:-9999px}.skip:focus{left:16px;top:8px;background:var(--paper);padding:8px}
.keys{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:16px 24px;margin:24px 0;padding:0;list-style:none}
.keys li{border-top:2px solid var(--ink);padding-top:8px;margin:0}
.keys b{display:block;font-size:28px;line-height:1.2;font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap}
.keys span{display:block;font-size:14px}
.keys .ci{color:var(--ink2);font-variant-numeric:tabular-nums}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:16px 0;font-size:14px}
dl.facts dt{color:var(--ink2)}dl.facts dd{margin:0}
.careful{background:var(--wash);border-radius:4px;padding:16px;margin:16px 0 0;font-size:14px}
.careful h2{all:unset;display:block;font-weight:600;margin-bottom:4px}
.careful ul{margin:0;padding-left:20px}.careful li{margin:0 0 4px}
nav ol{columns:2;font-size:14px;list-style:none;padding:0;margin:24px 0 0}
figure{margin:40px 0 0;padding:0}
figure .about{font-size:14px;color:var(--ink2)}
figure svg{display:block;max-width:100%;height:auto;font-variant-numeric:tabular-nums}
figure svg text{font-family:inherit}
.narrow{display:none}
figcaption{font-size:14px;color:var(--ink2);margin-top:8px}
figcaption p{margin:0 0 4px}
.twins{display:flex;flex-wrap:wrap;gap:4px 24px;font-size:14px;margin-top:4px}
details{font-size:14px;margin-top:4px}summary{cursor:pointer;color:var(--accent)}
.scroll{overflow-x:auto;max-width:100%;margin-top:8px}
table{color:var(--ink);border-collapse:collapse;font-size:14px;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--ink2);padding-bottom:4px}
th,td{text-align:left;padding:4px 12px 4px 0;border-bottom:1px solid var(--rule);vertical-align:top}
th{font-weight:600}
th.n,td.n{text-align:right;white-space:nowrap}
td.hid{color:var(--ink2);background:repeating-linear-gradient(135deg,transparent 0 5px,var(--rule) 5px 6px)}
td.hid span{background:var(--paper);padding:0 4px}
td.hash{font-family:ui-monospace,monospace;font-size:12px;overflow-wrap:anywhere;min-width:18ch}
pre{font:12px/1.5 ui-monospace,monospace;background:var(--wash);border-radius:4px;padding:16px;overflow-x:auto;margin:8px 0}
.halo{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round;fill:var(--ink)}
.halo .n{fill:var(--ink2)}.head{fill:var(--ink2);font-weight:600}
footer{margin-top:64px;padding-top:16px;border-top:1px solid var(--rule);font-size:14px;color:var(--ink2)}
@media (max-width:640px){main,.bar{padding-left:16px;padding-right:16px}.wide{display:none}.narrow{display:block}
h1{font-size:20px}h2{font-size:20px;margin-top:40px}h3{font-size:16px}.keys{grid-template-columns:1fr 1fr;gap:16px}.keys b{font-size:20px}
nav ol{columns:1}dl.facts{grid-template-columns:1fr}dl.facts dd{margin-bottom:4px}.pan svg{max-width:none;width:640px}}
@media print{@page{size:A4;margin:16mm 15mm}html{font-size:14px}main{max-width:none;padding:0}.bar{padding:0;max-width:none}
.switch,nav,.twins,summary,.skip{display:none}.wide{display:block}.narrow{display:none}
figure{break-inside:avoid;margin-top:24px}h2,h3,h2+p.invented{break-after:avoid}h2{margin-top:32px}details:not([open]){display:none}
tr{break-inside:avoid}figure svg{max-height:225mm}.pan svg{width:auto;max-width:100%}}
`

/** The switch of languages: nothing is loaded, the other half of the page is shown. */
export const script = `
(function(){
var root=document.documentElement;
function show(lang){
root.lang=lang;document.title=root.getAttribute('data-title-'+lang);
document.querySelectorAll('main,[data-lang]').forEach(function(e){var l=e.getAttribute('data-lang')||e.lang;e.hidden=l!==lang});
document.querySelectorAll('.switch button').forEach(function(b){b.setAttribute('aria-pressed',String(b.value===lang))});
}
document.querySelectorAll('.switch button').forEach(function(b){b.addEventListener('click',function(){
var at=location.hash.replace(/^#(fr|en)-/,'#'+b.value+'-');show(b.value);if(at!==location.hash&&document.querySelector(at))location.replace(at)})});
var asked=/^#(fr|en)-/.exec(location.hash);if(asked)show(asked[1]);
window.addEventListener('hashchange',function(){var a=/^#(fr|en)-/.exec(location.hash);if(a)show(a[1])});
})();
`
