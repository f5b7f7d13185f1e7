/** The look of Baton's own reports: the tones of curves, verdicts, tables. Colours after M. Okabe and K. Ito (2008), told apart by every eye; dashes say the same. */
export const reportStyle = `
.s0 { --tone: #0072b2; } .s1 { --tone: #d55e00; } .s2 { --tone: #009e73; } .s3 { --tone: #cc79a7; }
.s4 { --tone: #e69f00; } .s5 { --tone: #56b4e9; } .s6 { --tone: #8c6bb1; } .s7 { --tone: #7f7f7f; }
.s1 path { stroke-dasharray: 10 3; } .s2 path { stroke-dasharray: 5 3; } .s3 path { stroke-dasharray: 2 3; } .points path { stroke-dasharray: none; }
.curve path { stroke-opacity: .85; } .past path { stroke-opacity: .4; stroke-width: 1; }
.good { --tone: #2e8b57; } .bad { --tone: #c62828; } .unknown { --tone: #9a6b00; } .plain { --tone: #7f8c96; }
.dead { --tone: #d00000; } .noisy { --tone: #e69f00; } .nocurve { --tone: #8c6bb1; } .open { --tone: #0072b2; }
.points.bad path, .points.good path, .points.unknown path { stroke-width: 8; }
header.top { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; align-items: stretch; margin-bottom: 1rem; }
.verdict { display: grid; place-content: center; min-width: 8rem; padding: .6rem 1.2rem; border-radius: 8px; color: #fff; background: var(--tone); font-size: 2rem; font-weight: 800; letter-spacing: .02em; text-align: center; }
.verdict small { display: block; font-size: .8rem; font-weight: 500; letter-spacing: 0; }
.about { flex: 1 1 20rem; min-width: 0; } h1, h2, h3, h4, td, th, dd, dt, li, p, summary, caption, figcaption, button { overflow-wrap: anywhere; min-width: 0; } .legend button { max-width: 100%; text-align: left; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem .8rem; margin: .5rem 0; } dl.facts dt { color: var(--quiet); } dl.facts dd { margin: 0; }
.simulated { margin: .5rem 0; padding: .3rem .7rem; border-left: 5px solid #e69f00; background: var(--shade); }
nav.contents ul { display: flex; flex-wrap: wrap; gap: .2rem 1rem; padding: 0; list-style: none; }
ul.flags { padding: 0; list-style: none; } ul.flags li { margin: .3rem 0; padding: .35rem .7rem; border-left: 5px solid var(--tone); background: var(--shade); } ul.flags small { display: block; color: var(--quiet); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; } .data caption { text-align: left; } .data th, .data td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; vertical-align: top; }
.data thead th { background: var(--shade); } .data td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .data td.quiet, .quiet { color: var(--quiet); font-size: .85rem; }
.v { display: inline-block; padding: 0 .45rem; border-radius: 4px; color: #fff; background: var(--tone); font-weight: 700; font-size: .85rem; white-space: nowrap; }
.chips { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: .75rem; }
.bar { display: inline-block; height: .7em; background: var(--tone); vertical-align: baseline; }
#timeline .plots { grid-template-columns: minmax(0, 64rem); } .events time { color: var(--quiet); font-variant-numeric: tabular-nums; }
details > summary { cursor: pointer; } code { overflow-wrap: anywhere; }
@media (max-width: 600px) { svg text { font-size: 20px; } svg .in, svg .row, .panels text { font-size: 14px; } .verdict { width: 100%; } .data { font-size: .85rem; } .data .wide { display: none; } }
@media print { nav.contents { display: none; } section { break-inside: auto; } h2, h3 { break-after: avoid; } tr, .plot, ul.flags li { break-inside: avoid; } .plots { grid-template-columns: 1fr 1fr; } .chips { grid-template-columns: 1fr 1fr; } .scroll { overflow: visible; } details.print > * { display: block; } }
`;
