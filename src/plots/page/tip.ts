let element: HTMLElement | undefined;

/** A note beside the pointer, or beside a plot that the keyboard moves in; screen readers read it out. */
export function say(text: string | undefined, at?: { x: number; y: number }): void {
  element ??= made();
  element.hidden = text === undefined;
  if (text === undefined || !at) return;
  element.textContent = text;
  // Within the window.
  const room = document.documentElement.clientWidth - element.offsetWidth - 8;
  element.style.transform = `translate(${Math.max(0, Math.min(at.x + 14, room))}px, ${at.y + 14}px)`;
}

function made(): HTMLElement {
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('role', 'status');
  document.body.append(tip);
  return tip;
}
