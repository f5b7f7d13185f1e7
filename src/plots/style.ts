/** The look of a report page: plots, legends, tips. Colours come from the classes that a report adds. */
export const plotStyle = `
:root { color-scheme: light; --ink: #1c2328; --quiet: #5d6b75; --line: #dde3e8; --paper: #fff; --grid: #eef1f4; --edge: #8b98a3; --alarm: #b00020; --link: #0b5cad; --shade: #f4f6f8; --under: #dfe6eb; }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; --ink: #e6eaee; --quiet: #9aa7b2; --line: #39434c; --paper: #14191e; --grid: #242c34; --edge: #6b7884; --alarm: #ff6b7d; --link: #7db7f5; --shade: #1e252c; --under: #2a343d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem clamp(.5rem, 2vw, 1.5rem) 4rem; max-width: 1720px; color: var(--ink); background: var(--paper);
  font: 15px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; } h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; }
a { color: var(--link); }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 430px), 1fr)); gap: .75rem; }
section.tests { content-visibility: auto; contain-intrinsic-size: auto 900px; }
.plot { container-type: inline-size; margin: 0; border: 1px solid var(--line); border-radius: 6px; padding: .5rem; min-width: 0; }
.plot figcaption { font-weight: 600; } .plot svg { width: 100%; height: auto; display: block; touch-action: pan-y; overflow: visible; }
.plot .note { margin: 0; color: var(--quiet); font-size: .85rem; }
svg text { font-size: 14px; fill: var(--ink); } svg .x text, svg .title { text-anchor: middle; } svg .y text, svg .end { text-anchor: end; }
svg .grid { stroke: var(--grid); fill: none; } svg .frame { fill: none; stroke: var(--edge); pointer-events: none; }
svg .limit path { stroke: var(--alarm); stroke-width: 1.5; stroke-dasharray: 8 4; fill: none; } svg .limit text { fill: var(--alarm); paint-order: stroke; stroke: var(--paper); stroke-width: 3; }
.curve path { fill: none; stroke: var(--tone); stroke-width: 1.5; vector-effect: non-scaling-stroke; stroke-opacity: .45; stroke-linejoin: round; }
.curve.points path { stroke-width: 5; stroke-linecap: round; stroke-dasharray: none; }
.curve .fit { stroke: var(--ink); stroke-width: 1; stroke-dasharray: none; stroke-opacity: .25; }
.brick { fill: var(--tone); stroke: #fff; stroke-width: .5; } .bands rect { fill: var(--tone); stroke: #444; stroke-width: .3; }
.heat { fill: #0b3d91; } .map { image-rendering: pixelated; } .under { fill: var(--under); } .band { fill: var(--link); fill-opacity: .15; stroke: var(--link); }
.curve.pixels path { stroke-width: 4; stroke-opacity: .9; }
.span rect { fill: var(--tone); fill-opacity: .35; stroke: var(--tone); } .span .in { text-anchor: middle; } svg .row { text-anchor: end; }
.mark path { stroke: var(--tone); stroke-dasharray: 3 3; } .mark .head { fill: var(--tone); stroke: none; }
.classes { display: flex; flex-wrap: wrap; gap: .1rem .8rem; list-style: none; margin: .2rem 0 0; padding: 0; font-size: .85rem; } .classes li::before { content: ""; display: inline-block; width: .75em; height: .75em; margin-right: .35em; border-radius: 2px; background: var(--tone); outline: 1px solid var(--line); }
.shades { margin: .2rem 0 0; font-size: .85rem; display: flex; align-items: center; gap: .4rem; } .shades span { display: flex; flex: 1; height: .8em; } .shades i { flex: 1; }
.numbers { font-size: .8rem; max-height: 20rem; overflow: auto; } .numbers table { display: inline-table; margin: .25rem 1rem .25rem 0; vertical-align: top; border-collapse: collapse; } .numbers td, .numbers th { padding: 0 .5rem; border: 1px solid var(--line); text-align: right; } .numbers caption { text-align: left; font-weight: 600; }
 .box { fill: none; stroke: var(--edge); }
.hover.curve path, .selected.curve path { stroke-opacity: 1; stroke-width: 3; }
.hover.brick, .selected.brick, .hover.bands rect, .selected.bands rect { stroke: var(--ink); stroke-width: 1.5; }
.selecting .curve:not(.selected):not(.hover) path { stroke-opacity: .08; }
.selecting .brick:not(.selected):not(.hover), .selecting .bands:not(.selected):not(.hover) { opacity: .15; }
.hidden { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: .15rem .35rem; max-height: 8.5rem; overflow: auto; margin: .25rem 0 .5rem; padding: 0; }
.legend button { font: inherit; font-size: .82rem; border: 1px solid var(--line); color: inherit; background: var(--paper); border-radius: 4px; padding: 0 .4rem; cursor: pointer; }
.legend button::before { content: ""; display: inline-block; width: .75em; height: .75em; margin-right: .35em; border-radius: 2px; background: var(--tone); }
.legend button[aria-pressed="false"] { opacity: .4; text-decoration: line-through; } .legend button.hover { border-color: var(--ink); }
.tip { position: fixed; left: 0; top: 0; z-index: 9; max-width: 40rem; padding: .25rem .5rem; border-radius: 4px; background: #1c2328; color: #fff; font-size: .85rem; pointer-events: none; }
@container (max-width: 640px) { svg text { font-size: 17px; } } @container (max-width: 460px) { svg text { font-size: 21px; } } @container (min-width: 900px) { svg text { font-size: 12px; } }
:focus-visible { outline: 3px solid var(--link); outline-offset: 1px; }
@media print { @page { size: A4; margin: 12mm; } body { padding: 0; font-size: 10pt; } .tip, .numbers { display: none; } .legend { max-height: none; } .legend button { border: 0; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } section.tests { content-visibility: visible; } .plot { break-inside: avoid; } }
`;
