/** Everything in the page that shows a test: its block, its curves, its bricks. */
export function showing(test: string): NodeListOf<Element> {
  return document.querySelectorAll(`[data-test="${CSS.escape(test)}"]`);
}

let hovered: string | undefined;

/** Raises one test out of the others while the pointer is on it. */
export function hover(test: string | undefined): void {
  if (test === hovered) return;
  if (hovered !== undefined) for (const element of showing(hovered)) element.classList.remove('hover');
  hovered = test;
  if (test !== undefined) for (const element of showing(test)) element.classList.add('hover');
}

/** A block's tests, or a wafer's, stay raised everywhere until the same or another is chosen, or Escape. */
export function select(block: HTMLElement): void {
  const again = block.getAttribute('aria-pressed') === 'true';
  clearSelection();
  if (again) return;
  block.setAttribute('aria-pressed', 'true');
  document.body.classList.add('selecting');
  for (const test of block.dataset.select!.split(' '))
    for (const element of showing(test)) element.classList.add('selected');
}

export function clearSelection(): void {
  document.body.classList.remove('selecting');
  for (const element of document.querySelectorAll('.selected')) element.classList.remove('selected');
  for (const element of document.querySelectorAll('[aria-pressed="true"][data-select]'))
    element.setAttribute('aria-pressed', 'false');
}
