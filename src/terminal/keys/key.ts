/** What a person, or a scanner, did at the keyboard. */
export type Key =
  | { key: 'text'; text: string; scanned: boolean }
  | { key: 'enter'; scanned: boolean }
  | { key: 'ctrl'; letter: string }
  | { key: NamedKey };

type NamedKey = (typeof namedKeys)[number];

const namedKeys = [
  'escape',
  'tab',
  'backTab',
  'backspace',
  'delete',
  'up',
  'down',
  'left',
  'right',
  'home',
  'end',
  'pageUp',
  'pageDown',
  'F1',
  'F2',
  'F3',
  'F4',
  'F5',
  'F6',
  'F7',
  'F8',
  'F9',
  'F10',
  'unknown',
] as const;

/** Escape sequences of xterm, the Linux console, tmux and rxvt behind the ESC [xterm ctlseqs, "PC-Style Function Keys"]. */
export const sequences: Readonly<Record<string, NamedKey>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[7~': 'home',
  '[4~': 'end',
  '[8~': 'end',
  '[3~': 'delete',
  '[5~': 'pageUp',
  '[6~': 'pageDown',
  '[Z': 'backTab',
  OP: 'F1',
  OQ: 'F2',
  OR: 'F3',
  OS: 'F4',
  '[11~': 'F1',
  '[12~': 'F2',
  '[13~': 'F3',
  '[14~': 'F4',
  '[[A': 'F1',
  '[[B': 'F2',
  '[[C': 'F3',
  '[[D': 'F4',
  '[[E': 'F5',
  '[15~': 'F5',
  '[17~': 'F6',
  '[18~': 'F7',
  '[19~': 'F8',
  '[20~': 'F9',
  '[21~': 'F10',
};
