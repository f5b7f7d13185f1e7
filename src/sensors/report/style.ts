/** Colours by decision: bright from files, dark from the database; dashes, outlines and signs say the same without colour. */
export const reportStyle = `
.local.pass { --tone: rgb(0,230,118); } .local.soso { --tone: rgb(255,215,64); } .local.fail { --tone: rgb(244,67,54); }
.local.measerr { --tone: rgb(0,229,255); } .local.unknown { --tone: rgb(207,216,220); }
.db.pass { --tone: rgb(27,94,32); } .db.soso { --tone: rgb(255,111,0); } .db.fail { --tone: rgb(183,28,28); }
.db.measerr { --tone: rgb(25,118,210); } .db.unknown { --tone: rgb(84,110,122); }
.curve.soso path { stroke-dasharray: 12 3; } .curve.fail path { stroke-dasharray: 6 3; }
.curve.measerr path { stroke-dasharray: 2 3; } .curve.unknown path { stroke-dasharray: 9 3 2 3; }
.curve .fit { stroke-dasharray: none !important; }
.brick.soso, .bands.soso rect { stroke: #000; stroke-dasharray: 4 2; } .brick.fail, .bands.fail rect { stroke: #000; stroke-width: 1.2; }
.brick.measerr, .bands.measerr rect { stroke: #000; stroke-dasharray: 1 2; }
.key { display: flex; flex-wrap: wrap; gap: .4rem; padding: 0; list-style: none; }
.key li { background: var(--tone); padding: .1rem .5rem; border-radius: 4px; } .key .db { color: #fff; }
.key .db.soso { color: #000; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .3rem; vertical-align: top; text-align: left; }
thead th { background: var(--shade); } tbody th { white-space: nowrap; }
.block { display: block; width: 100%; min-width: 11rem; margin: 0 0 .3rem; padding: .3rem .45rem; border: 2px solid transparent; border-radius: 5px;
  background: var(--tone); color: #000; font: inherit; font-size: .8rem; text-align: left; cursor: pointer; overflow-wrap: anywhere; }
.db.block { color: #fff; } .db.soso.block { color: #000; }
.block[aria-pressed="true"], .block.hover { border-color: var(--ink); } .block b { font-size: .95rem; } .block span { display: block; }
.block .flag { font-style: italic; } .wafer { font: inherit; font-weight: 700; border: 0; background: none; cursor: pointer; padding: 0; text-decoration: underline dotted; }
.summary { color: var(--quiet); font-size: .8rem; font-weight: 400; white-space: normal; max-width: 16rem; }
section.tests, .batch { scroll-margin-top: 1rem; } nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; }
details.unread li { margin: .2rem 0; } code { background: var(--shade); padding: 0 .2rem; }
`;
