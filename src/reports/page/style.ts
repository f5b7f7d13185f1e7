/**
 * The look of Baton's own reports: the tones of curves, verdicts, tables. Colours after M. Okabe and K. Ito (2008), told
 * apart by every eye; dashes, words and signs say the same.
 */
export const reportStyle = `
.s0 { --tone: #0072b2; } .s1 { --tone: #d55e00; } .s2 { --tone: #009e73; } .s3 { --tone: #cc79a7; }
.s4 { --tone: #e69f00; } .s5 { --tone: #56b4e9; } .s6 { --tone: #8c6bb1; } .s7 { --tone: #7f7f7f; }
.good { --tone: #22764a; } .bad { --tone: #c62828; } .error { --tone: #a84300; } .none { --tone: #5d6b75; } .unknown { --tone: #9a6b00; } .plain { --tone: #7f8c96; }
.dead { --tone: #d00000; } .noisy { --tone: #e69f00; } .nocurve { --tone: #8c6bb1; } .open { --tone: #0072b2; }
@media screen and (prefers-color-scheme: dark) {
.s0 { --tone: #56aee8; } .s1 { --tone: #f08a4b; } .s2 { --tone: #2fc79a; } .s3 { --tone: #e39ac4; } .s5 { --tone: #8fd0f5; } .s6 { --tone: #b49ae0; } .s7 { --tone: #a8b0b6; }
.good { --tone: #3fae76; } .bad { --tone: #f0646a; } .error { --tone: #f08a4b; } .none { --tone: #9aa7b2; } .unknown { --tone: #d9a528; }
}
.s1 path { stroke-dasharray: 10 3; } .s2 path { stroke-dasharray: 5 3; } .s3 path { stroke-dasharray: 2 3; } .points path, .panels .curve path { stroke-dasharray: none; }
.curve path { stroke-opacity: .9; stroke-width: 1.75; } .past path { stroke-opacity: .45; stroke-width: 1; } .told path { stroke-opacity: .7; stroke-width: 1; }
.points.bad path, .points.good path, .points.unknown path { stroke-width: 8; }

h1, h2, h3, h4, dd, dt, li, p, summary, caption, figcaption, button, bdi { overflow-wrap: anywhere; min-width: 0; } section { scroll-margin-top: 3rem; }
h2 { padding-bottom: .2rem; border-bottom: 2px solid var(--line); }
.card { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .75rem; min-width: 0; } .card .data { font-size: .85rem; } .card .data th, .card .data td { padding: .12rem .45rem; } .card .scroll { margin: 0; } .card h4 { margin: 0 0 .4rem; } .card dl.facts { grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); margin: 0; }
.plots.three { grid-template-columns: repeat(auto-fill, minmax(min(100%, 370px), 1fr)); } .plots.one { grid-template-columns: minmax(0, 1fr); }
.plots.beside { grid-template-columns: minmax(0, 5fr) minmax(0, 3fr); align-items: start; }
.fits { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: start; } .fits > * { max-width: 100%; }

.alarm { margin: 0 0 1rem; padding: .6rem 1rem; border-radius: 8px; color: #fff; background: #b00020; font-size: 1.15rem; font-weight: 700; } .alarm small { display: block; font-size: .9rem; font-weight: 400; }
header.top { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; align-items: stretch; margin-bottom: .5rem; }
.verdict { display: grid; place-content: center; gap: .15rem; min-width: 11rem; padding: .8rem 1.2rem; border-radius: 8px; color: #fff; font-size: 2.6rem; line-height: 1.1; font-weight: 800; letter-spacing: .02em; text-align: center; }
.verdict.long { font-size: 1.7rem; max-width: 13rem; } .verdict small { font-size: .85rem; font-weight: 500; letter-spacing: 0; line-height: 1.3; }
.verdict, .v { background: var(--fill); } .verdict.good, .v.good { --fill: #22764a; } .verdict.bad, .v.bad { --fill: #c62828; } .verdict.error, .v.error { --fill: #a84300; } .verdict.none, .v.none { --fill: #5d6b75; } .v.unknown { --fill: #8a6000; }
.v { display: inline-block; padding: 0 .45rem; border-radius: 4px; color: #fff; font-weight: 700; font-size: .85rem; white-space: nowrap; }
.about { flex: 1 1 22rem; min-width: 0; } .about h1 { margin: 0 0 .3rem; line-height: 1.15; } .about h1 small { font-size: 1rem; font-weight: 500; color: var(--quiet); } .eyebrow { margin: 0; color: var(--quiet); }
.reason { margin: .2rem 0 .5rem; font-weight: 600; }
dl.facts { display: grid; grid-template-columns: minmax(0, max-content) minmax(0, 1fr); gap: .1rem .8rem; margin: .5rem 0; } dl.facts dt { color: var(--quiet); } dl.facts dd { margin: 0; }
.simulated { display: inline-block; margin: .1rem 0 .3rem; padding: .1rem .6rem; border-left: 5px solid #e69f00; background: var(--shade); }
nav.contents { position: sticky; top: 0; z-index: 5; margin: 0 calc(-1 * clamp(.5rem, 2vw, 1.5rem)); padding: .35rem clamp(.5rem, 2vw, 1.5rem); background: var(--paper); border-bottom: 1px solid var(--line); }
nav.contents ul { display: flex; gap: .2rem 1.1rem; margin: 0; padding: 0; list-style: none; overflow-x: auto; white-space: nowrap; } nav.contents li { flex: none; max-width: 20rem; overflow: hidden; text-overflow: ellipsis; }
ul.flags { padding: 0; list-style: none; } ul.flags li { position: relative; margin: .35rem 0; padding: .35rem .7rem .35rem 2.2rem; border-left: 5px solid var(--tone); border-radius: 0 4px 4px 0; background: var(--shade); } ul.flags li::before { content: "!"; position: absolute; left: .8rem; color: var(--tone); font-weight: 800; } ul.flags li.bad::before { content: "✕"; } ul.flags small { display: block; color: var(--quiet); } ul.flags small::before { content: "→ "; }
.fine::before { content: "✓ "; color: #22764a; font-weight: 800; }
.legend button { max-width: 100%; text-align: left; }

.scroll { overflow-x: auto; margin: .25rem 0 .75rem; } table { border-collapse: collapse; } .data caption { text-align: left; white-space: nowrap; padding-bottom: .15rem; } .data th, .data td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; vertical-align: top; }
.data thead th { background: var(--shade); } .data tbody th { font-weight: 500; } .data th.n, .data td.n { text-align: right; } .data td.n { font-variant-numeric: tabular-nums; white-space: nowrap; } .data td.quiet, .quiet { color: var(--quiet); font-size: .85rem; }
.data td.bad, .data td.error { color: var(--tone); font-weight: 700; } .data td.mid { text-align: center; } .data td bdi, .data th bdi { overflow-wrap: break-word; } .data td.text { min-width: 14rem; max-width: 46rem; } .data td.text small { display: block; color: var(--quiet); } td.text bdi { overflow-wrap: anywhere; } td code, .when { white-space: nowrap; }
.bar { display: inline-block; height: .7em; background: var(--tone); vertical-align: baseline; }
.events { margin: 0; padding: 0; list-style: none; max-height: 46rem; overflow-y: auto; } .events li { padding: .2rem 0 .2rem .7rem; margin-bottom: .2rem; border-left: 4px solid var(--tone); } .events time { display: inline-block; min-width: 4.2em; color: var(--quiet); font-variant-numeric: tabular-nums; }
details > summary { cursor: pointer; } code { overflow-wrap: anywhere; }
@media (max-width: 900px) { .plots.beside { grid-template-columns: minmax(0, 1fr); } .events { max-height: 24rem; } }
@media (max-width: 600px) { .verdict { width: 100%; max-width: none !important; } .data { font-size: .85rem; } .data caption { white-space: normal; } .data .wide { display: none; } .data tbody th { position: sticky; left: 0; background: var(--paper); max-width: 10rem; } }
@media print {
:root { font-size: 11px; } body { font-size: 1rem; padding: 0 1px; } h2 { margin: 1.2rem 0 .4rem; } h2, h3, h4, .legend, caption { break-after: avoid; } tr, .plot, .card, ul.flags li, section section { break-inside: avoid; } nav.contents, .legend button[aria-pressed="false"] { display: none; }
header.top { flex-wrap: nowrap; gap: .8rem; } .verdict { min-width: 9rem; } .about { flex: 1 1 0; } .scroll { overflow: visible; }
.plots { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: .4rem; } .plots.three { grid-template-columns: repeat(3, minmax(0, 1fr)); } .plots.beside { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); } .plots.one, #timeline .plots { grid-template-columns: minmax(0, 1fr); } .events { max-height: none; overflow: visible; }
.data { font-size: .85rem; } .data caption { white-space: normal; } .data th, .data td { padding: .1rem .3rem; } .data td.text { min-width: 0; } .data td:not(.n) bdi, td code { overflow-wrap: anywhere; white-space: normal; }
}
`;
