/** The style sheet of the page, for light and dark mode, wide and narrow. */
export const style = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2024; --dim: #59636e; --line: #d6dade; --soft: #f4f5f7; --link: #0b5cad; --mark: #e6effa; --error: #b3261e; --warning: #7a5200; --info: #0b5cad; --keyword: #8250a8; --string: #0a6b3d; --number: #9a4a00; --comment: #66707a; }
@media (prefers-color-scheme: dark) { :root { --back: #14171a; --text: #e4e7ea; --dim: #9aa4ae; --line: #343a40; --soft: #1e2226; --link: #7db7ff; --mark: #1d3148; --error: #ff8f87; --warning: #e5b454; --info: #7db7ff; --keyword: #d2a8ff; --string: #8fd6a0; --number: #f0b072; --comment: #929ca6; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0 auto; max-width: 92rem; padding: 1rem 1.25rem 4rem; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 0 2rem; align-items: start; }
header { grid-column: 1 / -1; } main { min-width: 0; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; overflow-wrap: anywhere; } h3 { font-size: .95rem; margin: 1.1rem 0 .35rem; }
p { margin: .25rem 0; } a { color: var(--link); } code, pre, .path { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: .86em; }
.dim { color: var(--dim); } :focus-visible { outline: 2px solid var(--link); outline-offset: 1px; border-radius: 3px; }
nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: 1rem .5rem 2rem 2px; font-size: .9rem; }
nav h2 { font-size: .8rem; color: var(--dim); margin: 0 0 .25rem; } nav ul { list-style: none; margin: 0 0 1rem; padding: 0; } nav li { padding: .1rem 0; overflow-wrap: anywhere; } nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }
#overview { margin: 1rem 0 .5rem; padding: .6rem 1rem; border: 1px solid var(--line); border-radius: 6px; background: var(--soft); } #overview h2 { margin: 0 0 .25rem; font-size: 1rem; } #overview ul { margin: .25rem 0; padding-left: 1.1rem; }
#overview button { border: 0; padding: 0; background: none; color: var(--link); text-decoration: underline; cursor: pointer; }
form { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: end; padding: .75rem 0; background: var(--back); border-bottom: 1px solid var(--line); }
label { display: grid; font-size: .8rem; color: var(--dim); } label.wide { flex: 1 1 14rem; }
input, select, button { font: inherit; color: var(--text); background: var(--back); border: 1px solid var(--dim); border-radius: 5px; padding: .3rem .5rem; max-width: 15rem; } label.wide input { max-width: none; width: 100%; }
output { font-size: .85rem; color: var(--dim); padding: .4rem 0; }
section { scroll-margin-top: 5rem; } details.endpoint { border: 1px solid var(--line); border-radius: 6px; margin: .35rem 0; scroll-margin-top: 6rem; }
details.endpoint > summary { display: grid; grid-template-columns: 4rem minmax(12rem, 1fr) auto; gap: .25rem .75rem; padding: .45rem .7rem; cursor: pointer; align-items: baseline; }
details.endpoint[open] > summary { background: var(--mark); border-radius: 6px 6px 0 0; }
summary .name { font-weight: 600; overflow-wrap: anywhere; } summary .path { overflow-wrap: anywhere; color: var(--dim); display: block; } .method { font: 600 .8em ui-monospace, monospace; }
.badges { display: flex; gap: .35rem; flex-wrap: wrap; justify-content: end; } .badge { border: 1px solid var(--line); border-radius: 9px; padding: 0 .5rem; font-size: .78rem; white-space: nowrap; background: var(--soft); }
.badge.warning, .severity-warning { color: var(--warning); } .badge.error, .severity-error { color: var(--error); } .severity-info { color: var(--info); }
.body { padding: .5rem .9rem .9rem; border-top: 1px solid var(--line); } .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 1.5rem; }
.columns > * { min-width: 0; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .25rem 0; } dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; } .replies td:not(:last-child), th { white-space: nowrap; } details.type > summary { overflow-wrap: anywhere; }
.summary { font-weight: 600; } .prose, .summary, .sentences { overflow-wrap: anywhere; max-width: 60rem; } .sentences { margin: .25rem 0; padding-left: 1.1rem; } .sentences em { color: var(--warning); font-style: normal; }
.prose ul, .prose ol { margin: .25rem 0; padding-left: 1.4rem; } .prose blockquote { margin: .5rem 0; padding-left: .75rem; border-left: 3px solid var(--line); color: var(--dim); } .prose table { display: block; overflow-x: auto; width: auto; } .prose pre { margin: .4rem 0; } .prose .heading { font-weight: 600; margin-top: .6rem; } .prose hr { border: 0; border-top: 1px solid var(--line); }
:not(pre) > code { background: var(--soft); border-radius: 3px; padding: .05rem .25rem; }
pre { margin: 0; padding: .6rem .75rem; overflow-x: auto; background: var(--soft); border-radius: 5px; line-height: 1.45; tab-size: 2; }
.call { position: relative; max-width: 60rem; } .call pre { padding-right: 5.5rem; } .call button { position: absolute; top: .4rem; right: .4rem; font-size: .8rem; padding: .1rem .5rem; cursor: pointer; }
.keyword { color: var(--keyword); } .string { color: var(--string); } .number { color: var(--number); } .comment { color: var(--comment); } pre a { text-decoration: none; } pre a:hover { text-decoration: underline; }
details.type { margin: .25rem 0; scroll-margin-top: 7rem; } details.type > summary, details.more > summary { cursor: pointer; font-size: .9rem; padding: .1rem 0; }
ul.diagnostics { list-style: none; padding: 0; margin: .25rem 0; } ul.diagnostics li { padding: .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .88rem; } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; } kbd { border: 1px solid var(--line); border-radius: 4px; padding: 0 .3rem; background: var(--soft); font-size: .85em; }
@media (max-width: 60rem) { body { display: block; } nav { position: static; max-height: 9rem; padding: .5rem 0 0; } nav ul { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0 0 .25rem; } }
@media (max-width: 40rem) { body { padding: .75rem .75rem 3rem; } .keys { display: none; } details.endpoint > summary { grid-template-columns: 3.2rem minmax(0, 1fr); } .badges { grid-column: 1 / -1; justify-content: start; } form { position: static; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .35rem; } .body { padding: .5rem .6rem .7rem; } .call pre { padding: 2.4rem .75rem .6rem; } .replies td:not(:last-child) { white-space: normal; } }
@media print { body { display: block; } form, nav, .copy { display: none; } }
`;
