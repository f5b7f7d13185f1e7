/** A click on a legend's entry: its test leaves the plots of the section, or comes back. */
export function toggleHidden(entry: HTMLElement): void {
  setHidden(entry, entry.getAttribute('aria-pressed') === 'true');
}

/** A double click: all others leave; again: all come back. */
export function isolate(entry: HTMLElement): void {
  const entries = [...entry.closest('.legend')!.querySelectorAll<HTMLElement>('[data-test]')];
  const others = entries.filter((other) => other !== entry);
  const alone = others.every((other) => other.getAttribute('aria-pressed') === 'false');
  setHidden(entry, false);
  for (const other of others) setHidden(other, !alone);
}

/** An entry is pressed while its test is shown. */
function setHidden(entry: HTMLElement, hidden: boolean): void {
  entry.setAttribute('aria-pressed', hidden ? 'false' : 'true');
  const test = CSS.escape(entry.dataset.test!);
  for (const element of entry.closest('section')!.querySelectorAll(`.plot [data-test="${test}"]`))
    element.classList.toggle('hidden', hidden);
}

/** A plot that was drawn anew shows what it showed before. */
export function hideAgain(plot: Element): void {
  for (const entry of plot
    .closest('section')
    ?.querySelectorAll<HTMLElement>('.legend [aria-pressed="false"]') ?? [])
    for (const element of plot.querySelectorAll(`[data-test="${CSS.escape(entry.dataset.test!)}"]`))
      element.classList.add('hidden');
}
