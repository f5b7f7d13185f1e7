import { clearSelection, select } from './highlight.ts';
import { startHover } from './hover.ts';
import { onPlotKey } from './keyboard.ts';
import { isolate, toggleHidden } from './legend.ts';
import { startTurning } from './turn.ts';
import { fillValueTables } from './valueTable.ts';
import { startZoom } from './zoom.ts';

// The script of every report page. It reads what the page holds and changes classes; it knows no network.

startHover();
startTurning();
startZoom();
fillValueTables();

document.addEventListener('click', ({ target }) => {
  if (!(target instanceof Element)) return;
  const entry = target.closest<HTMLElement>('.legend [data-test]');
  if (entry) return toggleHidden(entry);
  const block = target.closest<HTMLElement>('[data-select]');
  if (block) select(block);
});

document.addEventListener('dblclick', ({ target }) => {
  const entry = target instanceof Element ? target.closest<HTMLElement>('.legend [data-test]') : null;
  if (entry) isolate(entry);
});

document.addEventListener('keydown', (event) => {
  onPlotKey(event);
  if (event.key === 'Escape') clearSelection();
  const { target } = event;
  // Shift and Enter on a legend entry is the double click of those who use no mouse.
  if (event.key !== 'Enter' || !event.shiftKey || !(target instanceof Element)) return;
  const entry = target.closest<HTMLElement>('.legend [data-test]');
  if (!entry) return;
  event.preventDefault();
  isolate(entry);
});

// For those who wait for the page: tests, and people with slow machines.
document.documentElement.dataset.ready = 'yes';
