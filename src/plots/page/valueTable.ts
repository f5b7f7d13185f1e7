import { keyOf, valuesOf } from './values.ts';

/** Under each plot with curves: its numbers as a table, made when it is opened. For those who see no plots, too. */
export function fillValueTables(): void {
  for (const plot of document.querySelectorAll<HTMLElement>('.plot')) {
    if (!plot.querySelector('.curve[data-test]') || plot.querySelector('image.map, .box')) continue;
    const details = document.createElement('details');
    details.className = 'numbers';
    const summary = document.createElement('summary');
    summary.textContent = 'Numbers';
    details.append(summary);
    details.addEventListener('toggle', () => fill(plot, details), { once: true });
    plot.append(details);
  }
}

function fill(plot: HTMLElement, details: HTMLElement): void {
  const { curves = {}, bins = {}, units = {}, x = '', y = '' } = valuesOf(plot);
  for (const element of plot.querySelectorAll<SVGElement>('.curve[data-test]')) {
    const { name = '' } = element.dataset;
    const key = keyOf(element);
    const [xs, ys, labels] = curves[key] ?? [...(bins[key] ?? [[], []]), undefined];
    const table = document.createElement('table');
    table.createCaption().textContent = name;
    const head = table.createTHead().insertRow();
    for (const title of [...(labels ? [''] : []), x, y || units[key] || 'value']) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = title;
      head.append(cell);
    }
    const body = table.createTBody();
    for (let i = 0; i < ys.length; i += 1) {
      const row = body.insertRow();
      if (labels) row.insertCell().textContent = labels[i]!;
      row.insertCell().textContent = String(xs[i]);
      row.insertCell().textContent = String(ys[i]);
    }
    details.append(table);
  }
}
