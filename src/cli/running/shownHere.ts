import type { RunDirectory } from '../../journal/runDirectory.ts';
import type { Announcement } from '../../sequence/attach/detachedRun.ts';
import { jsonLinesRenderer } from '../../terminal/jsonLines.ts';
import { plainRenderer } from '../../terminal/plain.ts';
import type { Renderer } from '../../terminal/renderer.ts';
import { canShowScreens } from '../screens/openingScreens.ts';

/** How a run is shown, as the command line has it. */
export interface ShowingArguments {
  json: boolean;
  renderer: RendererName;
  /** Of a detached runner: it says where it runs, and then nothing. */
  announce: boolean;
}

type RendererName = 'auto' | 'plain' | 'json';

export function showsScreen(args: ShowingArguments, configured: RendererName): boolean {
  return !args.json && !args.announce && nameOf(args, configured) === 'auto' && canShowScreens();
}

/** What shows a run in this process, or tells whoever started it where it can be looked at. */
export function shownHere(
  args: ShowingArguments,
  configured: RendererName,
): { renderer: Renderer; announce?: (run: RunDirectory) => void } {
  return args.announce
    ? { renderer: silent, announce: ({ path }) => announce({ run: path }) }
    : { renderer: rendererOf(args, configured) };
}

export function rendererOf(args: ShowingArguments, configured: RendererName): Renderer {
  return nameOf(args, configured) === 'json' ? jsonLinesRenderer() : plainRenderer();
}

function nameOf({ json, renderer }: ShowingArguments, configured: RendererName): RendererName {
  return json ? 'json' : renderer === 'auto' ? configured : renderer;
}

function announce(announcement: Announcement): void {
  process.stdout.write(`${JSON.stringify(announcement)}\n`);
}

const silent: Renderer = {
  line: () => undefined,
  output: () => undefined,
  progress: () => undefined,
  close: () => undefined,
};
