/** The look of a report page: plots, legends, tips. Colours come from the classes that a report adds. */
export const plotStyle = `
:root { color-scheme: light; --ink: #1c2328; --quiet: #5d6b75; --line: #dde3e8; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem 1.5rem 4rem; max-width: 1720px; color: var(--ink); background: #fff;
  font: 15px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; } h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; }
a { color: #0b5cad; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 430px), 1fr)); gap: .75rem; }
section.tests { content-visibility: auto; contain-intrinsic-size: auto 900px; }
.plot { margin: 0; border: 1px solid var(--line); border-radius: 6px; padding: .5rem; min-width: 0; }
.plot figcaption { font-weight: 600; } .plot svg { width: 100%; height: auto; display: block; touch-action: pan-y; }
.plot .note { margin: 0; color: var(--quiet); font-size: .85rem; }
svg text { font-size: 13px; fill: var(--ink); } svg .x text, svg .title { text-anchor: middle; } svg .y text { text-anchor: end; }
svg .grid { stroke: #eef1f4; fill: none; } svg .frame { fill: none; stroke: #8b98a3; }
svg .limit path { stroke: #b00020; stroke-width: 1.5; stroke-dasharray: 8 4; fill: none; } svg .limit text { fill: #b00020; }
.curve path { fill: none; stroke: var(--tone); stroke-width: 1.5; stroke-opacity: .45; stroke-linejoin: round; }
.curve.points path { stroke-width: 5; stroke-linecap: round; stroke-dasharray: none; }
.curve .fit { stroke: #222; stroke-width: 1; stroke-dasharray: none; stroke-opacity: .25; }
.brick { fill: var(--tone); stroke: #fff; stroke-width: .5; } .bands rect { fill: var(--tone); stroke: #444; stroke-width: .3; }
.heat { fill: #0b3d91; } .box { fill: none; stroke: #b7c1c9; }
.hover.curve path, .selected.curve path { stroke-opacity: 1; stroke-width: 3; }
.hover.brick, .selected.brick, .hover.bands rect, .selected.bands rect { stroke: #000; stroke-width: 1.5; }
.selecting .curve:not(.selected):not(.hover) path { stroke-opacity: .08; }
.selecting .brick:not(.selected):not(.hover), .selecting .bands:not(.selected):not(.hover) { opacity: .15; }
.hidden { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: .15rem .35rem; max-height: 8.5rem; overflow: auto; margin: .25rem 0 .5rem; padding: 0; }
.legend button { font: inherit; font-size: .82rem; border: 1px solid var(--line); background: #fff; border-radius: 4px; padding: 0 .4rem; cursor: pointer; }
.legend button::before { content: ""; display: inline-block; width: .75em; height: .75em; margin-right: .35em; border-radius: 2px; background: var(--tone); }
.legend button[aria-pressed="false"] { opacity: .4; text-decoration: line-through; } .legend button.hover { border-color: #000; }
.tip { position: fixed; left: 0; top: 0; z-index: 9; max-width: 40rem; padding: .25rem .5rem; border-radius: 4px; background: #1c2328; color: #fff; font-size: .85rem; pointer-events: none; }
:focus-visible { outline: 3px solid #0b5cad; outline-offset: 1px; }
@media print { .legend, .tip { display: none; } section.tests { content-visibility: visible; } .plot { break-inside: avoid; } }
`;
