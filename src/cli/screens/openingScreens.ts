/** Why no screens can be shown; undefined on a terminal that is one on both sides, and can move its cursor. */
export function whyNoScreens(): string | undefined {
  if (process.stdin.isTTY !== true) return 'what is typed comes from no terminal';
  if (process.stdout.isTTY !== true) return 'what is shown goes to no terminal';
  return process.env.TERM === 'dumb' ? 'TERM is "dumb", a terminal that cannot move its cursor' : undefined;
}

export function canShowScreens(): boolean {
  return whyNoScreens() === undefined;
}

/**
 * Loads the screens, and with them ink and React, which no other command needs. Their colours follow NO_COLOR, of which
 * their library knows nothing: it looks at FORCE_COLOR alone, once, when it is loaded.
 */
export async function openingScreens() {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (NO_COLOR) process.env.FORCE_COLOR = '0';
  try {
    return await import('../../terminal/screens.ts');
  } finally {
    if (FORCE_COLOR === undefined) delete process.env.FORCE_COLOR;
    else process.env.FORCE_COLOR = FORCE_COLOR;
  }
}
